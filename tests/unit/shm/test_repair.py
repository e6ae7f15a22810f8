"""A process that dies at any store of any operation leaves a zone that can be put in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyresty.shm.zone import Zone
from pyresty.vm.engine import VM

HERE = Path(__file__).parent
TOOLS = (HERE / "check.lua").read_text() + (HERE / "repair.lua").read_text()

BASE = """
local address, copy_address, size = ...
local d = require "pyresty.native.shdict"
local h, copy = d.open(address, size, "one"), d.open(copy_address, size, "two")
local NOW = 1000
local function set(key, value, ttl) d.store(h, NOW, "set", key, value, ttl or 0, 0) end
set("number", 1)
set("text", "some text", 5000)
set("long", ("l"):rep(3000))
set("large", ("L"):rep(9000))
for i = 1, 4 do d.push(h, NOW, "list", "item" .. i, false) end
d.push(h, NOW, "single", "only", false)
for i = 1, 3 do set("filler" .. i, ("f"):rep(i * 100)) end
local stores
"""

FILL = """
local i = 0
repeat i = i + 1 until d.store(h, NOW, "safe_set", "fill" .. i, ("x"):rep(400), 0, 0) == false
"""

Setup = Callable[[str, str, str], int]


@pytest.fixture
def every_death(luajit: VM, new_zone: Callable[[int], Zone]) -> Setup:
    """``every_death(preparation, operation, judge)`` → number of states that were repaired and judged."""

    def run(preparation: str, operation: str, judge: str) -> int:
        size = 64 * 1024
        one, two = new_zone(size), new_zone(size)
        code = TOOLS + BASE + preparation
        code += f"return every_death(h, copy, function(h) {operation} end, {judge})"
        count: Any = luajit.eval(code.encode(), b"=test", one.address, two.address, size)
        return int(count)

    return run


@pytest.mark.parametrize(
    "operation",
    [
        "d.store(h, NOW, 'set', 'new', 'value', 0, 0)",
        "d.store(h, NOW, 'set', 'new', ('v'):rep(10000), 0, 0)",
        "d.store(h, NOW, 'set', 'text', 'SOME TEXT', 7000, 3)",
        "d.store(h, NOW, 'set', 'text', 'a text of another length', 0, 1)",
        "d.store(h, NOW, 'set', 'text', 1.5, 0, 0)",
        "d.store(h, NOW, 'set', 'number', 'eight by', 50, 9)",
        "d.store(h, NOW, 'set', 'number', true, 0, 0)",
        "d.store(h, NOW, 'set', 'long', ('m'):rep(3000), 0, 0)",
        "d.store(h, NOW, 'set', 'large', ('M'):rep(20000), 0, 0)",
        "d.store(h, NOW, 'set', 'list', 'no list', 0, 0)",
        "d.store(h, NOW, 'set', 'text', nil, 0, 0)",
        "d.store(h, NOW, 'set', 'large', nil, 0, 0)",
        "d.store(h, NOW, 'set', 'list', nil, 0, 0)",
        "d.store(h, NOW, 'add', 'new', false, 0, 0)",
        "d.incr(h, NOW, 'number', 5)",
        "d.incr(h, NOW, 'counter', 5, 1, 100)",
        "d.push(h, NOW, 'list', 'left', true)",
        "d.push(h, NOW, 'list', 'right', false)",
        "d.push(h, NOW, 'list', ('r'):rep(5000), false)",
        "d.push(h, NOW, 'other', 12, true)",
        "d.push(h, NOW, 'other', 12, false)",
        "d.pop(h, NOW, 'list', true)",
        "d.pop(h, NOW, 'list', false)",
        "d.pop(h, NOW, 'single', true)",
        "d.pop(h, NOW, 'single', false)",
        "d.expire(h, NOW, 'text', 1)",
        "d.get(h, NOW, 'number')",
        "d.llen(h, NOW, 'list')",
    ],
)
def test_all_or_nothing(every_death: Setup, operation: str) -> None:
    assert every_death("", operation, "all_or_nothing") >= 1


@pytest.mark.parametrize(
    ("preparation", "operation"),
    [
        (FILL, "d.store(h, NOW, 'set', 'new', ('y'):rep(3000), 0, 0)"),
        (FILL, "d.store(h, NOW, 'set', 'large', ('y'):rep(12000), 0, 0)"),
        ("", "d.store(h, NOW + 10000, 'set', 'new', 'value', 0, 0)"),
        ("d.expire(h, NOW, 'list', 1) d.expire(h, NOW, 'large', 1)", "d.flush_expired(h, NOW + 9000, 0)"),
        ("d.expire(h, NOW, 'list', 1)", "d.push(h, NOW + 9000, 'list', 'fresh', true)"),
    ],
)
def test_key_by_key(every_death: Setup, preparation: str, operation: str) -> None:
    assert every_death(preparation, operation, "key_by_key") > 1


def test_a_flush_is_finished(every_death: Setup) -> None:
    judge = """function(found, before)
        local old, expired = 0, 0
        for key, value in pairs(found) do
            local is_expired = value:match("^%d+:%d+:1:") ~= nil
            old, expired = old + 1, expired + (is_expired and 1 or 0)
        end
        if expired ~= 0 and expired ~= old then return expired .. " of " .. old .. " are expired" end
    end"""
    assert every_death("", "d.flush_all(h, NOW)", judge) > 5


def test_a_value_that_was_written_in_part_is_restored(every_death: Setup) -> None:
    operation = """
        local z = zones[h]
        local hash = require "pyresty.native.crypto".crc32_short("text")
        local unit = require "pyresty.native.shm_index".peek(z, hash, "text")
        repair.begin_change(z, unit)
        for i = 0, 4 do z.u8[8 * unit + layout.E_DATA + i] = 33 end
        repair.end_change(z)
    """
    assert every_death("", operation, "all_or_nothing") > 5


def test_the_order_of_use_survives(luajit: VM, new_zone: Callable[[int], Zone]) -> None:
    zone = new_zone(64 * 1024)
    code = """
        local d = require "pyresty.native.shdict"
        local h = d.open(...)
        for i = 1, 30 do d.store(h, 1, "set", "k" .. i, ("v"):rep(i * 37 % 500), 0, 0) end
        for i = 1, 30, 3 do d.get(h, 1, "k" .. i) end
        local before = table.concat(d.get_keys(h, 1, 0), " ")
        require "pyresty.native.shm_repair".run(require "pyresty.native.shm_zone".zones[h])
        check(h)
        return before, table.concat(d.get_keys(h, 1, 0), " "), d.repairs(h)
    """
    before, after, repairs = luajit.eval((TOOLS + code).encode(), b"=test", zone.address, zone.size, b"z")
    assert before == after
    assert len(before.split()) == 30
    assert repairs == 1


def test_an_operation_that_raises_leaves_the_lock_free(luajit: VM, new_zone: Callable[[int], Zone]) -> None:
    zone = new_zone(64 * 1024)
    code = """
        local d = require "pyresty.native.shdict"
        local h = d.open(...)
        local told
        d.on_alert(function(message) told = message end)
        d.store(h, 1, "set", "k", "v", 0, 0)
        jit.off() jit.flush()
        local failures = 0
        for stop = 1, 400 do
            local seen, running = 0, true
            local function operation(...)
                debug.sethook(function()
                    seen = seen + 1
                    if seen == stop and running then debug.sethook() error("out of time") end
                end, "", 1)
                d.store(...)
                running = false
            end
            local ok, message = pcall(operation, h, 1, "set", "k" .. stop, "value", 0, 0)
            debug.sethook()
            if not ok then
                failures = failures + 1
                assert(tostring(message):find("out of time", 1, true), message)
            end
            check(h)
        end
        jit.on()
        return failures, told, d.get(h, 1, "k")
    """
    failures, told, value = luajit.eval((TOOLS + code).encode(), b"=test", zone.address, zone.size, b"z")
    assert failures > 50
    assert told == b'shared memory zone "z" was repaired: an operation failed'
    assert value == b"v"
