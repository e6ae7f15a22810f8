"""The modules, in nginx's order: what is listed here exists, everything else is an unknown directive."""

from __future__ import annotations

from pyresty.conf.registry import Module
from pyresty.modules import (
    access,
    auth_request,
    charset,
    core,
    echo,
    geo,
    headers,
    headers_more,
    http_blocks,
    http_core,
    index,
    log,
    lua,
    map,
    rewrite,
    set_misc,
    split_clients,
    static,
)

MODULES: tuple[Module, ...] = (
    core.MODULE,
    http_blocks.MODULE,
    http_core.MODULE,
    rewrite.MODULE,
    set_misc.MODULE,
    map.MODULE,
    geo.MODULE,
    split_clients.MODULE,
    lua.MODULE,
    echo.MODULE,
    headers_more.MODULE,
    access.MODULE,
    auth_request.MODULE,
    index.MODULE,
    static.MODULE,
    charset.MODULE,
    headers.MODULE,
    log.MODULE,
)
