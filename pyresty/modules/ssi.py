"""ngx_http_ssi_filter_module: commands within responses. Serving half: lua/modules/ssi.lua and ssi_*.lua."""

from __future__ import annotations

from pyresty.conf.mime import declare_types
from pyresty.conf.registry import HTTP, LOCATION, LOCATION_IF, SERVER, Module
from pyresty.conf.values import flag, size

MODULE = Module("ngx_http_ssi_filter_module")

_ALL = HTTP | SERVER | LOCATION

MODULE.value("ssi", _ALL | LOCATION_IF, flag, default=False)
MODULE.value("ssi_silent_errors", _ALL, flag, default=False)
MODULE.value("ssi_ignore_recycled_buffers", _ALL, flag, default=False, export=False)
MODULE.value("ssi_min_file_chunk", _ALL, size, default=1024, export=False)
MODULE.value("ssi_value_length", _ALL, size, default=255)
MODULE.value("ssi_last_modified", _ALL, flag, default=False)
declare_types(MODULE, "ssi_types", _ALL)
MODULE.variable("date_local")
MODULE.variable("date_gmt")
