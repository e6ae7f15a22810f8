"""native.peers on a zone of its own: what workers tell one another of upstream peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyresty.shm.zone import Zone

Run = Callable[..., Any]

OPEN = """
local address = ...
local peers = native.peers
local h = peers.open(address, 3, 4)
local function row(slot)
    local conns, fails, accessed, checked, current, effective, down = peers.get(h, slot)
    local text = {}
    for i, n in ipairs { conns, fails, accessed, checked, current, effective } do text[i] = ("%d"):format(n) end
    return table.concat(text, " ") .. " " .. tostring(down)
end
"""


@pytest.fixture
def zone() -> Iterator[Zone]:
    made = Zone(b"peers", 65536)
    yield made
    made.close()


def test_a_slot_is_defined_once(run: Run, zone: Zone) -> None:
    code = """
    peers.define(h, 1, 5, false)
    peers.define(h, 1, 7, true)
    peers.define(h, 2, 1, true)
    peers.begin(h, 1, 2)
    return row(1), row(2)
    """
    assert run(OPEN + code, zone.address) == (b"0 0 0 0 0 5 false", b"0 0 0 0 0 1 true")


def test_what_is_committed_is_there(run: Run, zone: Zone) -> None:
    code = """
    peers.begin(h, 0, 4)
    peers.set(h, 3, 1, 2, 1, 100, 101, -5, 6, true)
    local ok = peers.commit(h, 0, 4, 1, false)
    peers.begin(h, 3, 1)
    return ok, row(3)
    """
    assert run(OPEN + code, zone.address) == (True, b"2 1 100 101 -5 6 true")


def test_the_faster_one_wins(run: Run, zone: Zone) -> None:
    code = """
    peers.begin(h, 0, 4)
    peers.set(h, 0, 0, 1, 0, 0, 0, 1, 1, false)
    peers.claim(h, 2, 77) -- somebody else changes something
    local late = peers.commit(h, 0, 4, 0, false)
    peers.begin(h, 0, 4)
    local before = row(0)
    peers.set(h, 0, 0, 1, 0, 0, 0, 2, 2, false)
    peers.claim(h, 2, 78)
    local forced = peers.commit(h, 0, 4, 0, true)
    peers.begin(h, 0, 4)
    return late, before, forced, row(0)
    """
    assert run(OPEN + code, zone.address) == (False, b"0 0 0 0 0 0 false", True, b"1 0 0 0 2 2 false")


def test_connections_of_a_dead_worker_are_gone(run: Run, zone: Zone) -> None:
    code = """
    peers.claim(h, 0, 100)
    peers.claim(h, 1, 101)
    for column = 0, 1 do
        peers.begin(h, 2, 1)
        peers.set(h, 2, column, 3 + column, 0, 0, 0, 0, 1, false)
        peers.commit(h, 2, 1, column, false)
    end
    peers.claim(h, 1, 101) -- the same process again
    peers.begin(h, 2, 1)
    local before = row(2)
    peers.claim(h, 1, 102)
    peers.begin(h, 2, 1)
    return before, row(2)
    """
    assert run(OPEN + code, zone.address) == (b"7 0 0 0 0 1 false", b"3 0 0 0 0 1 false")
