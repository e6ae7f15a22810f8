"""ngx_http_autoindex_module: lists a directory. Serving half: lua/modules/autoindex.lua."""

from __future__ import annotations

from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module
from pyresty.conf.values import enum, flag

MODULE = Module("ngx_http_autoindex_module")

_ALL = HTTP | SERVER | LOCATION

MODULE.value("autoindex", _ALL, flag, default=False)
MODULE.value("autoindex_format", _ALL, enum("html", "json", "jsonp", "xml"), default=b"html")
MODULE.value("autoindex_localtime", _ALL, flag, default=False)
MODULE.value("autoindex_exact_size", _ALL, flag, default=True)
