"""Several processes in one zone: counts are exact, and one that is killed in it stops nobody."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path

from pyresty.shm.zone import Zone
from pyresty.vm.engine import VM

CHECK = (Path(__file__).parent / "check.lua").read_text().encode()

OPEN = b"""
d = require "pyresty.native.shdict"
h = d.open(...)
d.on_alert(function(message) told = message end)
"""

# Never returns: takes and gives the lock with changes of every kind in between.
HAMMER = b"""
local n = 0
while true do
    n = n + 1
    local key = "k" .. n % 50
    d.store(h, n, "set", key, ("v"):rep(n % 7 * 97), n % 3 * 20, 0)
    d.push(h, n, "l" .. n % 5, key, n % 2 == 0)
    if n % 3 == 0 then d.pop(h, n, "l" .. n % 5, true) end
    d.incr(h, n, "count", 1, 0, 0)
    if n % 11 == 0 then d.store(h, n, "set", key, nil, 0, 0) end
end
"""

# Takes the lock as an operation does, tells, and waits in it for its end.
HOLD = b"""
local io = require "pyresty.native.io"
require "pyresty.native.shm_zone".locked(function(z)
    local u32 = z.u32
    u32[require "pyresty.native.shm_layout".H_LRU_HEAD] = 12345
    io.write(tell, "x")
    while true do end
end, require "pyresty.native.shm_zone".zones[h])
"""


def fork(child: Callable[[], object]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            child()
        finally:
            os._exit(0)
    return pid


def open_in(vm: VM, zone: Zone) -> None:
    vm.eval(OPEN, b"=open", zone.address, zone.size, zone.name)


def test_increments_of_all_processes_count(luajit: VM, new_zone: Callable[[int], Zone]) -> None:
    zone = new_zone(100 * 1024)
    open_in(luajit, zone)
    code = b"for i = 1, 20000 do d.incr(h, 1, 'n', 1, 0, 0) d.push(h, 1, 'l', i, true) d.pop(h, 1, 'l', false) end"
    pids = [fork(lambda: luajit.eval(code, b"=child")) for _ in range(4)]
    for pid in pids:
        assert os.waitpid(pid, 0)[1] == 0
    assert luajit.eval(b"return d.get(h, 1, 'n'), d.llen(h, 1, 'l'), d.repairs(h)", b"=test") == (80000, 0, 0)
    luajit.eval(CHECK + b"check(h)", b"=check")


def test_a_killed_holder_of_the_lock(luajit: VM, new_zone: Callable[[int], Zone]) -> None:
    zone = new_zone(100 * 1024)
    open_in(luajit, zone)
    luajit.eval(b"d.store(h, 1, 'set', 'k', 'v', 0, 0)", b"=test")
    reader, writer = os.pipe()
    luajit.eval(b"tell = ...", b"=test", writer)
    pid = fork(lambda: luajit.eval(HOLD, b"=child"))
    os.read(reader, 1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(reader)
    os.close(writer)
    value, told = luajit.eval(b"return d.get(h, 1, 'k'), told", b"=test")
    assert value == b"v"
    assert told == b'shared memory zone "' + zone.name + b'" was repaired: a process died while it had the lock'
    luajit.eval(CHECK + b"check(h) told = nil", b"=check")
    assert luajit.eval(b"return d.get(h, 1, 'k'), told", b"=test") == (b"v", None)


def test_killed_while_hammering(luajit: VM, new_zone: Callable[[int], Zone]) -> None:
    zone = new_zone(32 * 1024)
    open_in(luajit, zone)
    for _ in range(10):
        pids = [fork(lambda: luajit.eval(HAMMER, b"=child")) for _ in range(2)]
        before = luajit.eval(b"return d.get(h, 1, 'count') or 0", b"=test")
        deadline = time.monotonic() + 20
        while luajit.eval(b"return d.get(h, 1, 'count') or 0", b"=test") < before + 1000:
            assert time.monotonic() < deadline
            select.select([], [], [], 0.001)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        luajit.eval(b"d.incr(h, 1, 'count', 1, 0, 0)" + CHECK + b"check(h)", b"=check")
