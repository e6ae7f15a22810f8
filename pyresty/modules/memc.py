"""ngx_http_memc_module: memcached's commands over HTTP. Serving half: lua/modules/memc.lua."""

from __future__ import annotations

from typing import Any

from pyresty.conf.contexts import LOCATION, LOCATION_IF
from pyresty.conf.registry import ConfError, Directive, Module, Plan, Scope
from pyresty.conf.values import bitmask, flag, has_variables
from pyresty.modules.upstream import find_upstream
from pyresty.modules.upstream_common import EVERYWHERE, declare_connection, set_content
from pyresty.modules.upstream_params import read_address

MODULE = Module("ngx_http_memc_module")

for _name in ("memc_cmd", "memc_key", "memc_value", "memc_flags", "memc_exptime"):
    MODULE.variable(_name, changeable=True)

COMMANDS = (
    b"set", b"add", b"replace", b"append", b"prepend", b"get", b"delete", b"incr", b"decr", b"flush_all", b"stats",
    b"version",
)  # fmt: skip
#: the module's words → those of nginx's upstream modules
_FAILURES = {b"invalid_response": b"invalid_header", b"not_found": b"http_404"}
_words = bitmask("error", "timeout", "invalid_response", "not_found", "off")


def _next_upstream(d: Directive) -> dict[bytes, bool]:
    return {_FAILURES.get(word, word): True for word in _words(d)}


def _commands(d: Directive) -> dict[bytes, bool]:
    for index, word in enumerate(d.args):
        if word not in COMMANDS:
            raise ConfError(f'Unknown memcached command "{d.arg(index)}" used in "memc_cmds_allowed"', d)
    return dict.fromkeys(d.args, True)


declare_connection(MODULE, "memc", next_upstream=_next_upstream)
MODULE.value("memc_ignore_client_abort", EVERYWHERE, flag, default=False)
MODULE.value("memc_flags_to_last_modified", EVERYWHERE, flag, default=False)
MODULE.value("memc_cmds_allowed", EVERYWHERE, _commands, args=(1, None))


@MODULE.directive("memc_pass", LOCATION | LOCATION_IF, args=1)
def memc_pass(scope: Scope, d: Directive) -> None:
    """ADDRESS, the name of an upstream, or text with variables."""
    content: dict[str, Any] = {"kind": b"memc", "directive": d}
    value = scope.complex_value(d.args[0], d)
    if has_variables(value):
        content["url"] = value
    else:
        content["parsed"] = read_address(d)
    set_content(scope, d, content)


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """Resolve the upstream."""
    content = scope.own("content")
    if isinstance(content, dict) and content["kind"] == b"memc":
        d, parsed = content.pop("directive", None), content.pop("parsed", None)
        if parsed is not None:
            content["upstream"] = find_upstream(scope, parsed, d)
        loc["content"] = content
