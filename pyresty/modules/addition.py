"""ngx_http_addition_filter_module: other locations' responses before and after one. Serving half:
lua/modules/addition.lua."""

from __future__ import annotations

from pyresty.conf.mime import declare_types
from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module
from pyresty.conf.values import string

MODULE = Module("ngx_http_addition_filter_module")

_ALL = HTTP | SERVER | LOCATION

MODULE.value("add_before_body", _ALL, string, default=b"")
MODULE.value("add_after_body", _ALL, string, default=b"")
declare_types(MODULE, "addition_types", _ALL)
