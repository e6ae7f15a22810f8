"""Several workers in one upstream zone: counts are exact, and one that is killed stops nobody."""

from __future__ import annotations

import os
import signal
import time

from test_shm_processes import fork

from pyresty.shm.zone import Zone
from pyresty.vm.engine import VM

OPEN = b"""
local address, column = ...
peers = require "pyresty.native.peers"
h = peers.open(address, 5, 2)
peers.claim(h, column, column + 1000)
function add(column, more)
    while true do
        peers.begin(h, 0, 2)
        local _, fails, accessed, checked, current, effective = peers.get(h, 1)
        peers.set(h, 1, column, more, fails + 1, accessed, checked, current, effective, false)
        if peers.commit(h, 0, 2, column, false) then return end
    end
end
function state()
    peers.begin(h, 0, 2)
    local conns, fails = peers.get(h, 1)
    return conns, fails
end
"""
COUNT = b"local column = ... for i = 1, 20000 do add(column, 1) add(column, i % 100 == 0 and 0 or -1) end"
FOREVER = b"local column = ... while true do add(column, 1) end"


def work(zone: Zone, column: int, code: bytes) -> None:
    vm = VM()
    vm.eval(OPEN, b"=open", zone.address, column)
    vm.eval(code, b"=work", column)


def test_counts_of_several_processes() -> None:
    zone = Zone(b"peers", 65536)
    children = [fork(lambda column=column: work(zone, column, COUNT)) for column in range(3)]  # type: ignore[misc]
    for pid in children:
        assert os.waitpid(pid, 0)[1] == 0
    vm = VM()
    vm.eval(OPEN, b"=open", zone.address, 4)
    assert vm.eval(b"return state()", b"=state") == (600, 120000)
    zone.close()


def test_killed_processes() -> None:
    zone = Zone(b"peers", 65536)
    vm = VM()
    vm.eval(OPEN, b"=open", zone.address, 4)
    before = 0
    for turn in range(40):
        pid = fork(lambda: work(zone, 0, FOREVER))
        deadline = time.monotonic() + 20
        while (now := vm.eval(b"return (select(2, state()))", b"=state")) == before:
            assert time.monotonic() < deadline
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        vm.eval(b"add(4, 1)", b"=add")
        before = vm.eval(b"return (select(2, state()))", b"=state")
        assert before > now
        vm.eval(b"peers.claim(h, 0, ...)", b"=claim", 2000 + turn)
        assert vm.eval(b"return (state())", b"=state") == turn + 1
    zone.close()
