"""ngx_http_headers_module: ``add_header``, ``add_trailer`` and ``expires``. Serving half: lua/modules/headers.lua.

``loc.add_header`` and ``loc.add_trailer`` = [{name, value, always}…]; ``loc.expires`` = {kind, seconds} or
{kind = "dynamic", value, modified}.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.registry import HTTP, LOCATION, LOCATION_IF, SERVER, ConfError, Directive, Module, Scope
from pyresty.conf.values import has_variables, parse_msec

MODULE = Module("ngx_http_headers_filter_module")

_EVERYWHERE = HTTP | SERVER | LOCATION | LOCATION_IF


@MODULE.directive("add_header", _EVERYWHERE, args=(2, 3))
@MODULE.directive("add_trailer", _EVERYWHERE, args=(2, 3))
def add_header(scope: Scope, d: Directive) -> None:
    """NAME VALUE [always]."""
    if len(d.args) == 3 and d.args[2] != b"always":
        raise ConfError(f'invalid parameter "{d.arg(2)}"', d)
    entry = {"name": d.args[0], "value": scope.complex_value(d.args[1], d), "always": len(d.args) == 3}
    scope.add(d.text, entry)


MODULE.export("add_header", _EVERYWHERE)
MODULE.export("add_trailer", _EVERYWHERE)


def parse_expires(text: bytes, *, modified: bool) -> dict[str, Any] | str:
    """The meaning of a constant → {kind, seconds}; an error text when it is none (nginx: ngx_http_parse_expires)."""
    if not modified and text in (b"epoch", b"max", b"off"):
        return {"kind": text}
    daily = text.startswith(b"@")
    if daily:
        if modified:
            return 'daily time cannot be used with "modified" parameter'
        text = text[1:]
    negative = text.startswith(b"-")
    text = text.removeprefix(b"-").removeprefix(b"+") if negative or text.startswith(b"+") else text
    if daily and negative:
        return "invalid value"
    milliseconds = parse_msec(text, whole_seconds=True)
    if milliseconds is None:
        return "invalid value"
    seconds = milliseconds // 1000
    if daily:
        if seconds > 86400:
            return "daily time value must be less than 24 hours"
        return {"kind": b"daily", "seconds": seconds}
    return {"kind": b"modified" if modified else b"access", "seconds": -seconds if negative else seconds}


@MODULE.directive("expires", _EVERYWHERE, args=(1, 2))
def expires(scope: Scope, d: Directive) -> None:
    """[modified] TIME | @TIME | epoch | max | off; variables may stand for all but ``modified``."""
    if scope.has("expires"):
        raise d.error("is duplicate")
    modified = len(d.args) == 2
    if modified and d.args[0] != b"modified":
        raise d.error("invalid value")
    value = scope.complex_value(d.args[-1], d)
    if has_variables(value):
        scope.set("expires", {"kind": b"dynamic", "value": value, "modified": modified})
        return
    parsed = parse_expires(d.args[-1], modified=modified)
    if isinstance(parsed, str):
        raise d.error(parsed)
    scope.set("expires", parsed)


MODULE.export("expires", _EVERYWHERE)
