"""The timer heap of lua/timers.lua."""

from __future__ import annotations

import pytest

from pyresty.vm.engine import VM

FORGETFUL = b"""
    local state, timers = require "pyresty.state", require "pyresty.timers"
    state.mono = 100
    local kept = {on_timer = function() end}
    timers.set(kept, 1)
    local most = 0
    for i = 1, 20000 do
        local object = {on_timer = error}
        timers.set(object, 60)
        timers.clear(object)
        most = math.max(most, timers.count())
    end
    state.mono = 200
    timers.tick()
    return most, kept.deadline == nil
"""

#: Objects are set, moved and cleared at random; what fires, and when, is compared with a plain list of deadlines.
RANDOM = b"""
    local state, timers = require "pyresty.state", require "pyresty.timers"
    local seed = 12345
    local function random(n)
        seed = (seed * 1103515245 + 12345) % 2147483648
        return math.floor(seed / 65536) % n + 1
    end
    state.mono = 0
    local fired, objects, expected, wrong = 0, {}, {}, 0
    for i = 1, 3000 do
        objects[i] = {on_timer = function(object)
            local deadline = expected[object]
            fired = fired + 1
            if not deadline or deadline > state.mono + 0.001 or deadline < state.mono - 1.001 then wrong = wrong + 1 end
            expected[object] = nil
        end}
    end
    for second = 1, 200 do
        for _ = 1, 600 do
            local object = objects[random(#objects)]
            if random(3) == 1 then
                timers.clear(object)
                expected[object] = nil
            else
                local delay = random(40)
                timers.set(object, delay)
                expected[object] = state.mono + delay
            end
        end
        state.mono = second
        timers.tick()
    end
    state.mono = 1000
    local late = 0
    for _ in pairs(expected) do late = late + 1 end
    local before = fired
    for object in pairs(expected) do expected[object] = 1000 end
    timers.tick()
    return wrong, fired, fired - before == late, timers.count()
"""


@pytest.fixture(params=["luajit21", "lua51"])
def vm(request: pytest.FixtureRequest) -> VM:
    return VM(request.param)


def test_cleared_timers_do_not_pile_up(vm: VM) -> None:
    most, fired = vm.eval(FORGETFUL)
    assert most < 2100
    assert fired


def test_each_fires_once_and_in_time(vm: VM) -> None:
    wrong, fired, all_late_ones, left = vm.eval(RANDOM)
    assert (wrong, all_late_ones, left) == (0, True, 0)
    assert fired > 3000
