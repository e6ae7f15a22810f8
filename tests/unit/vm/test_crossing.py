"""The Lua rule: scalars cross, coroutines stay. A million of them neither crash nor grow."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyresty.vm.engine import VM

CYCLES = 1_000_000
BATCH = 1000

# The shape of the driver: coroutines live in a Lua table under integer ids; each is started, yields a scalar to
# Python, is stepped with a scalar and returns one.
DRIVER = b"""
local threads, last = {}, 0
local create, resume, yield = coroutine.create, coroutine.resume, coroutine.yield

local function handler(text, number)
    local ok, answer = pcall(yield, number + 1)
    return text .. tostring(ok), answer
end

local function start(text, number)
    last = last + 1
    local co = create(handler)
    threads[last] = co
    return last, select(2, resume(co, text, number))
end

local function step(id, answer)
    local co = threads[id]
    threads[id] = nil
    return select(2, resume(co, answer))
end

local function batch(count, cross)
    local sum = 0
    for i = 1, count do
        local id, n = start("x", i)
        local text, answer = step(id, cross(id, n, text))
        sum = sum + answer
    end
    return sum
end

local function left()
    collectgarbage() collectgarbage()
    return next(threads) == nil, collectgarbage("count")
end

return start, step, batch, left
"""


def resident_kilobytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_a_million_cycles(vm: VM) -> None:
    start, step, batch, left = vm.eval(DRIVER, b"=driver")

    def cross(id_: int, number: int, text: bytes | None) -> int:
        return number * 2

    def cycles(count: int) -> None:
        # Half of them stepped from Python, half from Lua with a call of Python in between.
        for _ in range(count // BATCH // 2):
            for i in range(BATCH):
                id_, number = start(b"text", i)
                assert step(id_, number) == (b"texttrue", i + 1)
            assert batch(BATCH, cross) == BATCH * (BATCH + 1) + 2 * BATCH

    cycles(20 * BATCH)
    empty, lua_before = left()
    before = resident_kilobytes()
    cycles(CYCLES)
    empty_after, lua_after = left()
    assert empty and empty_after
    assert lua_after < lua_before + 200
    assert resident_kilobytes() < before + 8 * 1024


def test_errors_and_abandoned_coroutines_do_not_grow(vm: VM) -> None:
    code = b"""
        local function fails() error("x") end
        local function waits() coroutine.yield(1) end
        for i = 1, 20000 do
            coroutine.resume(coroutine.create(fails))
            coroutine.resume(coroutine.create(waits))
            coroutine.wrap(function() pcall(fails) end)()
            coroutine.wrap(function() pcall(waits) end)()
        end
        collectgarbage() collectgarbage()
        return collectgarbage("count")"""
    before = vm.eval(code)
    assert vm.eval(code) < before + 300
