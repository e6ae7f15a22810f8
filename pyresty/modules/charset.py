"""ngx_http_charset_filter_module: names a response's charset. Serving half: lua/modules/charset.lua.

``loc.charset`` = bytes, {script…} or None when off; ``loc.charset_types`` = {MIME type: True}, ``*`` for all.
Recoding (``source_charset``, ``charset_map``) does not exist: both are unknown directives.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.mime import HTML, declare_types
from pyresty.conf.registry import HTTP, LOCATION, LOCATION_IF, SERVER, Directive, Module
from pyresty.conf.values import flag

MODULE = Module("ngx_http_charset_filter_module")

_EVERYWHERE = HTTP | SERVER | LOCATION | LOCATION_IF
_DEFAULT_TYPES = (
    HTML,
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


declare_types(MODULE, "charset_types", HTTP | SERVER | LOCATION, _DEFAULT_TYPES)
