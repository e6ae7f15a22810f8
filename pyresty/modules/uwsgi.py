"""ngx_http_uwsgi_module. Serving half: lua/modules/uwsgi.lua."""

from __future__ import annotations

from pyresty.conf.registry import Module
from pyresty.conf.values import bounded
from pyresty.modules import upstream_cache, upstream_ssl
from pyresty.modules.upstream_common import EVERYWHERE
from pyresty.modules.upstream_params import declare

MODULE = Module("ngx_http_uwsgi_module")
upstream_cache.declare(MODULE, "uwsgi")

declare(MODULE, "uwsgi", schemes=(b"uwsgi://", b"suwsgi://"))
MODULE.value("uwsgi_modifier1", EVERYWHERE, bounded(0, 255), default=0)
MODULE.value("uwsgi_modifier2", EVERYWHERE, bounded(0, 255), default=0)
upstream_ssl.declare(MODULE, "uwsgi", b"suwsgi")
