"""ngx_http_echo_module. Serving half: lua/modules/echo.lua.

The commands of a location are its content handler: ``loc.content`` = {kind = "echo", commands = [{op, args,
newline}…]}; ``loc.echo_before_body`` and ``loc.echo_after_body`` = [{args, newline}…].
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.registry import LOCATION, LOCATION_IF, Directive, Module, Plan, Scope
from pyresty.conf.values import number

MODULE = Module("ngx_http_echo_module")

_ANYWHERE = LOCATION | LOCATION_IF
_ANY_NUMBER = (0, None)

MODULE.value("echo_status", _ANYWHERE, number, default=200)


def _command(scope: Scope, d: Directive) -> dict[str, Any]:
    """Arguments without the options that lead them: ``-n`` drops the newline, ``--`` ends them."""
    args = list(d.args)
    options: list[bytes] = []
    while args and len(args[0]) > 1 and args[0].startswith(b"-") and b"$" not in args[0]:
        option = args.pop(0)
        if option.startswith(b"--"):
            break
        options.append(option[1:])
    values = [scope.complex_value(arg, d) for arg in args]
    return {"op": d.name, "args": values, "newline": not (options and options[0] == b"n")}


def _handler(scope: Scope, d: Directive) -> None:
    content = scope.own("content")
    if not isinstance(content, dict) or content.get("kind") != b"echo":
        content = {"kind": b"echo", "commands": []}
        scope.values["content"] = content
    content["commands"].append(_command(scope, d))


for _name, _args in {
    "echo": _ANY_NUMBER,
    "echo_duplicate": (2, None),
    "echo_flush": (0, 0),
    "echo_sleep": (1, 1),
    "echo_blocking_sleep": (1, 1),
    "echo_reset_timer": (0, 0),
    "echo_read_request_body": (0, 0),
    "echo_request_body": (0, 0),
    "echo_location": (1, 2),
    "echo_location_async": (1, 2),
    "echo_subrequest": (2, None),
    "echo_subrequest_async": (2, None),
    "echo_foreach_split": (2, None),
    "echo_end": (0, 0),
    "echo_exec": (1, 2),
}.items():
    MODULE.directive(_name, _ANYWHERE, args=_args)(_handler)


def _around(scope: Scope, d: Directive) -> None:
    scope.add(d.text, _command(scope, d))


MODULE.directive("echo_before_body", _ANYWHERE, args=_ANY_NUMBER)(_around)
MODULE.directive("echo_after_body", _ANYWHERE, args=_ANY_NUMBER)(_around)
MODULE.export("echo_before_body", _ANYWHERE)
MODULE.export("echo_after_body", _ANYWHERE)

for _name in (
    "echo_timer_elapsed",
    "echo_request_method",
    "echo_cacheable_request_uri",
    "echo_request_uri",
    "echo_client_request_method",
    "echo_request_body",
    "echo_client_request_headers",
    "echo_it",
    "echo_incr",
    "echo_response_status",
):
    MODULE.variable(_name)


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """A block's own commands answer in it; they are not inherited."""
    content = scope.own("content")
    if isinstance(content, dict) and content.get("kind") == b"echo":
        loc["content"] = content
