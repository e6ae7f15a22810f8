"""ngx_http_gzip_static_module: ``FILE.gz`` in place of ``FILE``. Serving half: lua/modules/gzip_static.lua."""

from __future__ import annotations

from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module
from pyresty.conf.values import enum

MODULE = Module("ngx_http_gzip_static_module")

MODULE.value("gzip_static", HTTP | SERVER | LOCATION, enum("off", "on", "always"), default=b"off")
