"""Zones that belong to one test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from pyresty.shm.zone import Zone, place
from pyresty.vm.engine import VM
from pyresty.vm.kernel import Kernel

SETUP = b"""
local kernel, plan = ...
local state = require "pyresty.state"
state.host = { kernel = kernel }
state.plan = plan
state.touch()
logged = {}
package.loaded["pyresty.http.log"] = {
    enabled = function(level) return true end,
    error = function(level, _, message) logged[#logged + 1] = level .. ": " .. message end,
}
ngx = {}
require "pyresty.ngx.shared".install(ngx)
dogs, cats = ngx.shared.dogs, ngx.shared.cats
function at(seconds) state.now = seconds end
at(1000)
"""

_numbers = count()


@pytest.fixture
def new_zone() -> Iterator[Callable[[int], Zone]]:
    """``new_zone(size)``: a zone that no other test has."""
    made: list[Zone] = []

    def make(size: int) -> Zone:
        made.append(Zone(b"zone%d" % next(_numbers), size))
        return made[-1]

    yield make
    for zone in made:
        zone.close()


@pytest.fixture
def run(vm: VM) -> Iterator[Callable[..., Any]]:
    """``run(code, *args)``: a chunk with ``dogs`` and ``cats`` of ngx.shared and ``at(seconds)``, the clock."""
    known: dict[tuple[bytes, int], Zone] = {}
    plan: dict[str, Any] = {"shared_dicts": {b"dogs": 100 * 1024, b"cats": 1 << 20}}
    place(plan, known)
    kernel = None if vm.engine == "luajit21" else Kernel().call
    vm.eval(SETUP, b"=setup", kernel, vm.to_lua(plan))
    yield lambda code, *args: vm.eval(code.encode(), b"=test", *args)
    for zone in known.values():
        zone.close()
