"""A zone that something foreign wrote into is put in order or emptied, and told of; it never stops a process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pyresty.shm.zone import Zone
from pyresty.vm.engine import VM

CHECK = (Path(__file__).parent / "check.lua").read_text()

FILLED = """
local d = require "pyresty.native.shdict"
local address, size, seed = ...
local h = d.open(address, size, "z")
local told
d.on_alert(function(message) told = message end)
local zone = require "pyresty.native.shm_zone"
local z = zone.zones[h]
local ffi, layout = require "ffi", require "pyresty.native.shm_layout"
for i = 1, 40 do d.store(h, 1, "set", "k" .. i, ("v"):rep(i * 37 % 600), 0, 0) end
for i = 1, 20 do d.push(h, 1, "l" .. i % 4, "item" .. i, true) end
d.store(h, 1, "set", "large", ("L"):rep(9000), 0, 0)
local MUTEX = 64
"""

FUZZ = """
local bytes = layout.memory(size)
local good = ffi.new("uint8_t[?]", bytes)
ffi.copy(good, z.u8, bytes)
local seen = {}
math.randomseed(seed)
for _ = 1, 300 do
    ffi.copy(z.u8 + MUTEX, good + MUTEX, bytes - MUTEX)
    for _ = 1, math.random(1, 20) do
        -- half of them where every byte counts
        local from, to = MUTEX, bytes - 1
        if math.random() < 0.5 then to = layout.HEADER_SIZE + z.pages * 32 end
        local at = math.random(from, to)
        z.u8[at] = math.random(0, 255)
    end
    local outcome = zone.put_in_order(z)
    seen[outcome] = (seen[outcome] or 0) + 1
    check(h)
    for i = 1, 10 do
        d.store(h, 1, "set", "n" .. i, ("n"):rep(i * 100), 0, 0)
        d.push(h, 1, "l" .. i % 4, "x", true)
        d.get(h, 1, "k" .. i)
        d.pop(h, 1, "l" .. i % 4, false)
        d.incr(h, 1, "k" .. i, 1, 0, 0)
    end
    d.flush_expired(h, 1, 0)
    d.get_keys(h, 1, 0)
    check(h)
end
return seen["repaired"], seen["damaged and was emptied"]
"""

# Takes the lock, writes over all blocks, and dies.
SCRIBBLE = """
zone.locked(function(z)
    for at = layout.HEADER_SIZE, layout.memory(size) - 1 do z.u8[at] = 0xA5 end
    ffi.C.pyresty_raise(9)
end, z)
"""


def in_child(work: Callable[[], bool]) -> int:
    """The wait status of a process that did the work: 0 when it was true."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if work() else 1
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1]


@pytest.mark.parametrize("seed", range(4))
def test_random_damage(luajit: VM, new_zone: Callable[[int], Zone], seed: int) -> None:
    zone = new_zone(64 * 1024)

    def work() -> bool:
        repaired, emptied = luajit.eval((CHECK + FILLED + FUZZ).encode(), b"=fuzz", zone.address, zone.size, seed)
        return repaired > 10 and emptied > 10

    assert in_child(work) == 0


def test_damage_of_a_dead_holder_is_told(luajit: VM, new_zone: Callable[[int], Zone]) -> None:
    zone = new_zone(64 * 1024)
    die = 'ffi.cdef "int pyresty_raise(int signal) __asm__(\\"raise\\");"'
    code = (FILLED + die + SCRIBBLE).encode()
    assert in_child(lambda: bool(luajit.eval(code, b"=child", zone.address, zone.size, 0))) != 0
    look = """
        local d = require "pyresty.native.shdict"
        local told
        d.on_alert(function(message) told = message end)
        local h = d.open(...)
        check(h)
        local gone, stored = d.get(h, 1, "k1"), d.store(h, 1, "set", "k1", "v", 0, 0)
        return told, gone, stored, d.get(h, 1, "k1")
    """
    told, gone, stored, value = luajit.eval((CHECK + look).encode(), b"=look", zone.address, zone.size, b"z")
    reason = b"a process died while it had the lock"
    assert told == b'shared memory zone "z" was damaged and was emptied: ' + reason
    assert (gone, stored, value) == (None, True, b"v")


def test_an_overwritten_header_is_noticed_at_the_next_opening(luajit: VM, new_zone: Callable[[int], Zone]) -> None:
    zone = new_zone(64 * 1024)
    code = """
        z.u32[layout.H_BUCKETS] = 7
        local again = d.open(address, size, "z")
        check(again)
        return told, d.get(again, 1, "k1"), d.capacity(again)
    """
    told, value, capacity = luajit.eval((CHECK + FILLED + code).encode(), b"=test", zone.address, zone.size, 0)
    assert told == b'shared memory zone "z" was damaged and was emptied: its header was overwritten'
    assert (value, capacity) == (None, zone.size)
