"""Shared-memory zones that directives declare and use by name (nginx: ngx_shared_memory_add).

``plan.module_zones`` = {"USE:NAME" → {size}}; the master adds ``address`` (pyresty.shm.zone.place). With ``serial``,
a number, a zone is not kept over a reload.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.scope import Scope
from pyresty.conf.values import parse_size

PAGE = 4096
MIN_SIZE = 8 * PAGE


def parse_zone(text: bytes, shown: str, d: Directive) -> tuple[bytes, int]:
    """``NAME:SIZE`` → name, size; raises ``invalid zone size`` and ``zone … is too small`` with the argument shown."""
    name, colon, size_text = text.partition(b":")
    size = parse_size(size_text) if colon else None
    if size is None:
        raise ConfError(f'invalid zone size "{shown}"', d)
    if size < MIN_SIZE:
        raise ConfError(f'zone "{shown}" is too small', d)
    return name, size


def claim(scope: Scope, name: bytes, use: str, d: Directive) -> None:
    """Note what a name is used for; zones of all directives share their names."""
    uses: dict[bytes, str] = scope.root.values.setdefault("zone_uses", {})
    if uses.setdefault(name, use) != use:
        shown = name.decode("utf-8", "surrogateescape")
        raise ConfError(f'the shared memory zone "{shown}" is already declared for a different use', d)


def add_zone(scope: Scope, name: bytes, size: int, use: str, d: Directive) -> dict[str, Any]:
    """The zone of that name, made when it is new; size 0 only refers to it. → {name, use, size, key, …} of its own."""
    claim(scope, name, use, d)
    zones: dict[bytes, dict[str, Any]] = scope.root.values.setdefault("module_zones", {})
    zone = zones.get(name)
    shown = name.decode("utf-8", "surrogateescape")
    if zone is None:
        zone = zones[name] = {"name": name, "use": use, "size": size, "index": f"{use}:{shown}".encode()}
        return zone
    if not zone["size"]:
        zone["size"] = size
    elif size and size != zone["size"]:
        raise ConfError(
            f'the size {size} of shared memory zone "{shown}" conflicts with already declared size {zone["size"]}', d
        )
    return zone


def export_zones(scope: Scope, plan: dict[str, Any]) -> None:
    """Put the zones into the plan; one that was never declared raises ``zero size shared memory zone``."""
    zones: dict[bytes, dict[str, Any]] = scope.root.values.get("module_zones", {})
    for zone in zones.values():
        if not zone["size"]:
            raise ConfError(b'zero size shared memory zone "%s"' % zone["name"])
    plan["module_zones"] = {zone["index"]: {"size": zone["size"]} for zone in zones.values()}
