"""ngx_http_static_module: files below ``root`` and ``alias``; it has no directives. Serving half:
lua/modules/static.lua, with the not-modified and range filters beside it."""

from __future__ import annotations

from pyresty.conf.registry import Module

MODULE = Module("ngx_http_static_module")
