"""The modules, in nginx's order: what is listed here exists, everything else is an unknown directive."""

from __future__ import annotations

from pyresty.conf.registry import Module
from pyresty.modules import core, http_blocks, http_core, lua

MODULES: tuple[Module, ...] = (
    core.MODULE,
    http_blocks.MODULE,
    http_core.MODULE,
    lua.MODULE,
)
