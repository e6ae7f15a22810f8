"""ngx_http_headers_more_filter_module. Serving half: lua/modules/headers_more.lua.

``loc.headers_more`` and ``loc.headers_more_input`` = [{op = set | clear, headers = [{name, value}…], types, statuses,
replace}…], those of the blocks around it first.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.registry import ANY, HTTP, LOCATION, LOCATION_IF, SERVER, ConfError, Directive, Module, Plan, Scope

MODULE = Module("ngx_http_headers_more_filter_module")

_EVERYWHERE = HTTP | SERVER | LOCATION | LOCATION_IF


def _statuses(text: bytes, d: Directive) -> list[int]:
    for digit in text:
        if chr(digit) not in "0123456789 \t":
            shown = text.decode("utf-8", "replace")
            raise ConfError(f'{d.text}: invalid digit "{chr(digit)}" found in the status code list "{shown}"', d)
    return [int(word) for word in text.split()]


def _option_value(d: Directive, index: int, option: str) -> bytes:
    if index >= len(d.args):
        raise ConfError(f"{d.text}: option -{option} takes an argument.", d)
    return d.args[index]


def _parse(scope: Scope, d: Directive, *, clear: bool, letters: str) -> dict[str, Any]:
    command: dict[str, Any] = {"op": b"clear" if clear else b"set", "headers": []}
    index = 0
    while index < len(d.args):
        word = d.args[index]
        index += 1
        if not word.startswith(b"-"):
            if word:
                command["headers"].append(_header(scope, word, d, clear=clear))
            continue
        letter = word[1:].decode("latin-1")
        if len(letter) != 1 or letter not in letters:
            raise ConfError(f'{d.text}: invalid option name: "{d.arg(index - 1)}"', d)
        if letter == "t":
            types = [word.lower() for word in _option_value(d, index, letter).replace(b";", b" ").split()]
            command.setdefault("types", []).extend(types)
            index += 1
        elif letter == "s":
            command.setdefault("statuses", []).extend(_statuses(_option_value(d, index, letter), d))
            index += 1
        else:
            command["replace"] = True
    return command


def _header(scope: Scope, text: bytes, d: Directive, *, clear: bool) -> dict[str, Any]:
    name, _, value = text.partition(b":")
    name = name.strip(b" ")
    return {"name": name, "value": b"" if clear else scope.complex_value(value.lstrip(b" "), d)}


def _declare(name: str, key: str, letters: str) -> None:
    clear = "clear" in name

    @MODULE.directive(name, _EVERYWHERE, args=ANY)
    def collect(scope: Scope, d: Directive) -> None:
        scope.add(key, _parse(scope, d, clear=clear, letters=letters))


_declare("more_set_headers", "headers_more", "ts")
_declare("more_clear_headers", "headers_more", "ts")
_declare("more_set_input_headers", "headers_more_input", "tr")
_declare("more_clear_input_headers", "headers_more_input", "t")


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """The commands of all blocks around, outermost first."""
    for key in ("headers_more", "headers_more_input"):
        commands: list[dict[str, Any]] = []
        block: Scope | None = scope
        while block is not None:
            commands = block.own(key, []) + commands
            block = block.parent
        if commands:
            loc[key] = commands
