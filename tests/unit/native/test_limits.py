"""native.limits and native.counters on a zone of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyresty.shm.zone import Zone

Run = Callable[..., Any]


@pytest.fixture
def zone() -> Iterator[Zone]:
    made = Zone(b"limits", 65536)
    yield made
    made.close()


def test_a_rate_without_burst(run: Run, zone: Zone) -> None:
    code = """
    local address, size = ...
    local limits = native.limits
    local h = limits.open(address, size, "limits")
    local a, first = limits.request(h, 1000, "k", 1000, 0, true)
    local b, second = limits.request(h, 1100, "k", 1000, 0, true)
    local c, third = limits.request(h, 2000, "k", 1000, 0, true)
    local d = limits.request(h, 2000, "other", 1000, 0, true)
    return a, first, b, second, c, third, d
    """
    assert run(code, zone.address, zone.size) == (b"ok", 0, b"busy", 900, b"ok", 0, b"ok")


def test_a_burst_fills_and_drains(run: Run, zone: Zone) -> None:
    code = """
    local address, size = ...
    local limits = native.limits
    local h, out = limits.open(address, size, "limits"), {}
    for _, now in ipairs { 0, 0, 0, 0, 500, 1500 } do
        local verdict, excess = limits.request(h, now, "k", 2000, 2000, true)
        out[#out + 1] = verdict .. excess
    end
    return table.concat(out, " ")
    """
    assert run(code, zone.address, zone.size).replace(b".0", b"") == b"ok0 ok1000 ok2000 busy3000 ok2000 ok1000"


def test_without_account_nothing_counts_before_settle(run: Run, zone: Zone) -> None:
    code = """
    local address, size = ...
    local limits = native.limits
    local h = limits.open(address, size, "limits")
    limits.request(h, 5000, "k", 1000, 5000, true)
    local _, first = limits.request(h, 5000, "k", 1000, 5000, false)
    local _, again = limits.request(h, 5000, "k", 1000, 5000, false)
    return first, again, limits.settle(h, 5000, "k", 1000), (select(2, limits.request(h, 5000, "k", 1000, 5000, false)))
    """
    assert run(code, zone.address, zone.size) == (1000, 1000, 1000, 2000)


def test_connections_enter_and_leave(run: Run, zone: Zone) -> None:
    code = """
    local address, size = ...
    local limits = native.limits
    local h = limits.open(address, size, "limits")
    local a, b, c = limits.enter(h, "k", 2), limits.enter(h, "k", 2), limits.enter(h, "k", 2)
    limits.leave(h, "k")
    local d = limits.enter(h, "k", 2)
    limits.leave(h, "k") limits.leave(h, "k") limits.leave(h, "nobody")
    return a, b, c, d, limits.enter(h, "k", 1)
    """
    assert run(code, zone.address, zone.size) == (b"ok", b"ok", b"busy", b"ok", b"ok")


def test_a_full_zone_refuses_connections_and_forgets_rates(run: Run, zone: Zone) -> None:
    code = """
    local address, size = ...
    local limits, verdict, n = native.limits, "ok", 0
    local h = limits.open(address, size, "limits")
    while verdict == "ok" and n < 5000 do
        n = n + 1
        verdict = limits.enter(h, ("key %d"):format(n):rep(10), 1)
    end
    return verdict, n > 10, (limits.request(h, 1, "rate", 1000, 0, true))
    """
    assert run(code, zone.address, zone.size) == (b"full", True, b"ok")


def test_counters_add_up(run: Run, zone: Zone) -> None:
    code = """
    local address = ...
    local counters = native.counters
    local h = counters.open(address)
    counters.set(h, 0, 1, 2, 3, 4, 5, 6)
    counters.set(h, 7, 10, 20, 30, 40, 50, 60)
    return counters.sums(h, 8)
    """
    assert run(code, zone.address) == (11, 22, 33, 44, 55, 66)
