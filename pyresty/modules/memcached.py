"""ngx_http_memcached_module: responses out of memcached. Serving half: lua/modules/memcached.lua."""

from __future__ import annotations

from typing import Any

from pyresty.conf.contexts import LOCATION, LOCATION_IF
from pyresty.conf.registry import Directive, Module, Plan, Scope
from pyresty.conf.values import bitmask, bounded, has_variables
from pyresty.modules.upstream import find_upstream
from pyresty.modules.upstream_common import EVERYWHERE, declare_connection, set_content
from pyresty.modules.upstream_params import read_address

MODULE = Module("ngx_http_memcached_module")

MODULE.variable("memcached_key", changeable=True)
#: nginx's words here → those of the other upstream modules
_FAILURES = {b"invalid_response": b"invalid_header", b"not_found": b"http_404"}
_words = bitmask("error", "timeout", "invalid_response", "not_found", "off")


def _next_upstream(d: Directive) -> dict[bytes, bool]:
    return {_FAILURES.get(word, word): True for word in _words(d)}


declare_connection(MODULE, "memcached", next_upstream=_next_upstream)
MODULE.value("memcached_gzip_flag", EVERYWHERE, bounded(1), default=0)


@MODULE.directive("memcached_pass", LOCATION | LOCATION_IF, args=1)
def memcached_pass(scope: Scope, d: Directive) -> None:
    """ADDRESS, the name of an upstream, or text with variables."""
    content: dict[str, Any] = {"kind": b"memcached", "directive": d}
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
    if isinstance(content, dict) and content["kind"] == b"memcached":
        d, parsed = content.pop("directive", None), content.pop("parsed", None)
        if parsed is not None:
            content["upstream"] = find_upstream(scope, parsed, d)
        loc["content"] = content
