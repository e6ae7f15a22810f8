"""ngx_http_random_index_module: any file of a directory. Serving half: lua/modules/random_index.lua."""

from __future__ import annotations

from pyresty.conf.registry import LOCATION, Module
from pyresty.conf.values import flag

MODULE = Module("ngx_http_random_index_module")

MODULE.value("random_index", LOCATION, flag, default=False)
