"""ngx_http_charset_filter_module: names a response's charset. Serving half: lua/modules/charset.lua.

``loc.charset`` = bytes, {script…} or None when off; ``loc.charset_types`` = {MIME type: True}, ``*`` for all.
Recoding (``source_charset``, ``charset_map``) does not exist: both are unknown directives.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.registry import HTTP, LOCATION, LOCATION_IF, SERVER, Directive, Module, Scope
from pyresty.conf.values import flag

MODULE = Module("ngx_http_charset_filter_module")

_EVERYWHERE = HTTP | SERVER | LOCATION | LOCATION_IF
_ALWAYS = b"text/html"  # a type that every list has
_DEFAULT_TYPES = (
    _ALWAYS,
    b"text/xml",
    b"text/plain",
    b"text/vnd.wap.wml",
    b"application/javascript",
    b"application/rss+xml",
)


def _charset(d: Directive) -> Any:
    value = d.args[0]
    if value == b"off":
        return None
    if value.startswith(b"$"):
        return {"script": True, 1: {"var": value[1:]}}
    return value


MODULE.value("charset", _EVERYWHERE, _charset)
MODULE.value("override_charset", _EVERYWHERE, flag, default=False)


@MODULE.directive("charset_types", HTTP | SERVER | LOCATION, args=(1, None))
def charset_types(scope: Scope, d: Directive) -> None:
    """MIME-TYPE… or ``*``; several directives of one level add up."""
    types = scope.own("charset_types")
    if types is None:
        types = {_ALWAYS: True}
        scope.set("charset_types", types)
    for position, name in enumerate(d.args):
        lowered = name.lower()
        if lowered in types and lowered != b"*":
            scope.warn(f'duplicate MIME type "{d.arg(position)}"', d)
        types[lowered] = True


MODULE.export("charset_types", HTTP | SERVER | LOCATION, default=dict.fromkeys(_DEFAULT_TYPES, True))
