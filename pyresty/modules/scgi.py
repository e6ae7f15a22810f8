"""ngx_http_scgi_module. Serving half: lua/modules/scgi.lua."""

from __future__ import annotations

from pyresty.conf.registry import Module
from pyresty.modules import upstream_cache
from pyresty.modules.upstream_params import declare

MODULE = Module("ngx_http_scgi_module")
upstream_cache.declare(MODULE, "scgi")

declare(MODULE, "scgi")
