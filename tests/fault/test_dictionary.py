"""Processes that hammer one dictionary while random ones of them are killed."""

from __future__ import annotations

import mmap
import os
import random
import signal
import struct
import time
from collections.abc import Iterator
from ctypes import addressof, c_char
from pathlib import Path

import pytest
from workers import amount

from pyresty.shm.zone import Zone
from pyresty.vm.engine import VM

CHECK = (Path(__file__).parents[1] / "unit" / "shm" / "check.lua").read_text()
PROCESSES = 8
SLOT = 16  # bytes of shared memory a child has: increments that returned, operations

OPEN = b"""
d = require "pyresty.native.shdict"
ffi = require "ffi"
alerts = 0
h = d.open(...)
d.on_alert(function() alerts = alerts + 1 end)
"""

# Every value tells what it should be: its first byte stands in all of it, its length is a function of that byte.
HAMMER = b"""
local address, seed = ...
local mine = ffi.cast("uint64_t *", address)
math.randomseed(seed)
local random, rep, char, byte = math.random, string.rep, string.char, string.byte
local function value_of(code) return rep(char(code), code * 7) end
local function right(value) return value == nil or value == value_of(byte(value)) end
while true do
    local key = "k" .. random(60)
    local what = random(12)
    if what <= 4 then
        assert(d.incr(h, 1, "count", 1, 0, 0))
        mine[0] = mine[0] + 1
    elseif what <= 7 then
        d.store(h, 1, "set", key, value_of(random(1, 255)), 0, 0)
    elseif what == 8 then
        d.store(h, 1, "set", key, nil, 0, 0)
    elseif what == 9 then
        d.push(h, 1, "list" .. random(3), value_of(random(1, 40)), random(2) == 1)
    elseif what == 10 then
        assert(right((d.pop(h, 1, "list" .. random(3), random(2) == 1))), "torn item")
    else
        assert(right((d.get(h, 1, key))), "torn value")
    end
    mine[1] = mine[1] + 1
end
"""


class Hammering:
    """Eight processes in one zone; each counts in memory of its own what it was told is done."""

    def __init__(self, vm: VM, zone: Zone) -> None:
        self.vm, self.zone = vm, zone
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        self._address = addressof(c_char.from_buffer(self._memory))
        self.pids: dict[int, int] = {}
        self.acknowledged = self.done = 0
        self.failures: list[int] = []

    def start(self, slot: int) -> None:
        self._memory[slot * SLOT : (slot + 1) * SLOT] = bytes(SLOT)
        seed = random.randrange(1 << 30)
        pid = os.fork()
        if pid == 0:
            try:
                self.vm.eval(HAMMER, b"=child", self._address + slot * SLOT, seed)
            finally:
                os._exit(1)
        self.pids[slot] = pid

    def counted(self, slot: int) -> tuple[int, int]:
        acknowledged, done = struct.unpack_from("=QQ", self._memory, slot * SLOT)
        return acknowledged, done

    def kill(self, slot: int) -> None:
        pid = self.pids.pop(slot)
        os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            self.failures.append(status)
        acknowledged, done = self.counted(slot)
        self.acknowledged += acknowledged
        self.done += done

    def wait_for_work(self, slot: int, operations: int) -> None:
        """Wait until a process has done something: none is stuck."""
        deadline = time.monotonic() + 30
        while self.counted(slot)[1] < operations:
            assert time.monotonic() < deadline, "a process is stuck"
            time.sleep(0.001)


@pytest.fixture
def hammering() -> Iterator[Hammering]:
    vm = VM()
    zone = Zone(b"hammered", 128 * 1024)
    vm.eval(OPEN, b"=open", zone.address, zone.size, zone.name)
    run = Hammering(vm, zone)
    yield run
    for slot in list(run.pids):
        run.kill(slot)
    zone.close()


def test_kills_tear_nothing(hammering: Hammering) -> None:
    random.seed(amount("seed", 1))
    kills = amount("dict_kills", 25)
    for slot in range(PROCESSES):
        hammering.start(slot)
    for _ in range(kills):
        slot = random.randrange(PROCESSES)
        hammering.wait_for_work(slot, random.randrange(1, 400))
        hammering.kill(slot)
        hammering.start(slot)
    for slot in range(PROCESSES):
        hammering.wait_for_work(slot, 100)
    for slot in range(PROCESSES):
        hammering.kill(slot)
    assert hammering.failures == []
    vm = hammering.vm
    count, repairs = vm.eval(b"return d.get(h, 1, 'count') or 0, d.repairs(h)", b"=count")
    assert hammering.acknowledged <= count <= hammering.acknowledged + kills + PROCESSES
    vm.eval(CHECK.encode() + b"check(h)", b"=check")
    print(f"{hammering.done} operations, {kills} kills, {repairs} repairs, counter {int(count)}")
