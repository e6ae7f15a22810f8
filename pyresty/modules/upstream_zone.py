"""ngx_http_upstream_zone_module: the state of an upstream's peers, shared by all workers. Serving half:
lua/http/upstream/shared.lua.

``upstream.zone`` = {index, first}: its entry in ``plan.module_zones`` and its first slot in there; that entry has the
number of ``peers`` and of ``columns``, one for each worker's connections and one for other processes.
"""

from __future__ import annotations

import itertools
from typing import Any

from pyresty.conf.registry import UPSTREAM, ConfError, Directive, Module, Plan, Scope
from pyresty.conf.values import parse_size
from pyresty.conf.zones import MIN_SIZE, PAGE, add_zone
from pyresty.shm.zone import pages

MODULE = Module("ngx_http_upstream_zone_module")

_USE = "upstream_zone"
_SLOT_FIELDS = 8
_serials = itertools.count(1)


@MODULE.directive("zone", UPSTREAM, args=(1, 2))
def zone(scope: Scope, d: Directive) -> None:
    """NAME [SIZE]; without a size the zone must be another upstream's. The last one counts."""
    size: int | None = 0
    if not d.args[0]:
        raise ConfError(f'invalid zone name "{d.arg(0)}"', d)
    if len(d.args) == 2:
        size = parse_size(d.args[1])
        if size is None:
            raise ConfError(f'invalid zone size "{d.arg(1)}"', d)
        if size < MIN_SIZE:
            raise ConfError(f'zone "{d.arg(0)}" is too small', d)
    scope.values["table"]["zone"] = {"index": add_zone(scope, d.args[0], size or 0, _USE, d)["index"]}


@MODULE.main
def place_peers(scope: Scope, plan: Plan) -> None:
    """Give every peer a slot; a zone that nginx would find too small for its peers stops the start."""
    zones = plan["module_zones"]
    for index, upstreams in _by_zone(plan).items():
        table, slots = zones[index], 0
        for upstream in upstreams:
            upstream["zone"]["first"] = slots
            slots += _count(upstream)
        if _pages_needed(upstreams) > pages(table["size"]):
            name = index.partition(b":")[2].decode("utf-8", "surrogateescape")
            raise ConfError(f'ngx_slab_alloc() failed: no memory in upstream zone "{name}"', level="crit")
        columns = scope.get("worker_processes") + 1
        needed = (columns + 1 + slots * (columns + _SLOT_FIELDS)) * 8
        table.update(size=table["size"] + needed, peers=slots, columns=columns, serial=next(_serials))
        plan["upstream_zones"] = True


def _by_zone(plan: Plan) -> dict[bytes, list[dict[str, Any]]]:
    found: dict[bytes, list[dict[str, Any]]] = {}
    for upstream in plan.get("upstreams", ()):
        if "zone" in upstream:
            found.setdefault(upstream["zone"]["index"], []).append(upstream)
    return found


def _count(upstream: dict[str, Any]) -> int:
    return sum(len(server["peers"]) for server in upstream["servers"])


def _pages_needed(upstreams: list[dict[str, Any]]) -> int:
    """Pages that nginx's slab allocator takes: a peer is 512 bytes, its address 128 as is the head of a group, its name
    and one thing more 64, and the text of its ``server`` directive what it has, in powers of two."""
    blocks: dict[int, int] = {512: 0, 128: 0, 64: 0, 16: 0, 32: 0}
    for upstream in upstreams:
        blocks[128] += len({server["backup"] for server in upstream["servers"]})
        for server in upstream["servers"]:
            count = len(server["peers"])
            blocks[512] += count
            blocks[128] += count
            blocks[64] += 2 * count
            blocks[16 if len(server.get("server", b"")) <= 16 else 32] += count
    return 2 + sum(-(-count * size // PAGE) for size, count in blocks.items())
