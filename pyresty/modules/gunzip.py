"""ngx_http_gunzip_filter_module: decompresses for clients that take no gzip. Serving half: lua/modules/gunzip.lua."""

from __future__ import annotations

from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module
from pyresty.conf.values import buffers, flag

MODULE = Module("ngx_http_gunzip_filter_module")

MODULE.value("gunzip", HTTP | SERVER | LOCATION, flag, default=False)
MODULE.value(
    "gunzip_buffers", HTTP | SERVER | LOCATION, buffers, args=2, default={"count": 32, "size": 4096}, export=False
)
