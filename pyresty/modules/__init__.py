"""The modules, in nginx's order: what is listed here exists, everything else is an unknown directive."""

from __future__ import annotations

from pyresty.conf.registry import Module
from pyresty.modules import access, core, headers, http_blocks, http_core, index, log, lua, rewrite, static

MODULES: tuple[Module, ...] = (
    core.MODULE,
    http_blocks.MODULE,
    http_core.MODULE,
    rewrite.MODULE,
    lua.MODULE,
    access.MODULE,
    index.MODULE,
    static.MODULE,
    headers.MODULE,
    log.MODULE,
)
