"""pcall and xpcall beside coroutines, on every engine: what Lua 5.1 cannot do by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]

CASES: dict[str, Any] = {
    # yields pass through
    """local co = coroutine.wrap(function() return pcall(function(a) return coroutine.yield(a) end, 1) end)
       return co(), co(2)""": (1, True, 2),
    """local co = coroutine.wrap(function() return pcall(coroutine.yield, 1) end) return co(), co(5, 6)""":
        (1, True, 5, 6),
    """local co = coroutine.wrap(function()
           return xpcall(function(...) return select('#', ...), coroutine.yield(1) end, print, nil, nil) end)
       return co(), co(7)""": (1, True, 2, 7),
    """local co = coroutine.wrap(function()
           return pcall(function() coroutine.yield() error({code = 3}) end) end)
       co() local ok, e = co() return ok, e.code""": (False, 3),
    """local co = coroutine.wrap(function()
           local ok, e = pcall(function()
               local ok2, e2 = pcall(function() coroutine.yield(1) error('inner', 0) end)
               coroutine.yield(2)
               error(e2 .. '+outer', 0)
           end)
           return ok, e
       end)
       return co(), co(), co()""": (1, 2, False, b"inner+outer"),
    """local function g() for i = 1, 3 do pcall(coroutine.yield, i) end end
       local r = {} for v in coroutine.wrap(g) do r[#r + 1] = v end return table.concat(r, ' ')""": b"1 2 3",
    # a coroutine inside a protected call inside a coroutine
    """local co = coroutine.wrap(function()
           return pcall(function()
               local inner = coroutine.wrap(function() pcall(coroutine.yield, 'a') return 'b' end)
               return inner(), coroutine.yield('out'), inner()
           end)
       end)
       return co(), co('in')""": (b"out", True, b"a", b"in", b"b"),
    # who is running
    """local co co = coroutine.create(function()
           return select(2, pcall(function() return coroutine.running() == co, coroutine.status(co) end))
       end)
       local ok, same = coroutine.resume(co) return ok, same""": (True, True),
    """local co co = coroutine.create(function()
           return pcall(function()
               local ok, e = coroutine.resume(co)
               return coroutine.status(co), ok, e:sub(1, 13)
           end)
       end)
       return select(2, coroutine.resume(co))""":
        (True, b"running", False, b"cannot resume"),
    """local co co = coroutine.create(function()
           return pcall(function()
               return coroutine.wrap(function() return coroutine.status(co) end)()
           end)
       end)
       return select(3, coroutine.resume(co))""": b"normal",
    """local co = coroutine.create(function() pcall(coroutine.yield) end)
       coroutine.resume(co) local a = coroutine.status(co) coroutine.resume(co) return a, coroutine.status(co)""":
        (b"suspended", b"dead"),
    # errors
    "return coroutine.wrap(function() return pcall(error, nil) end)()": (False, None),
    "return coroutine.wrap(function() return pcall(error, 'm') end)()": (False, b"m"),
    "return coroutine.wrap(function() return xpcall(error, function(m) return m .. 1 end, 'm') end)()": (False, b"m1"),
    "return coroutine.wrap(function() return pcall(require, 'none') end)()":
        lambda ok, e: not ok and e.startswith(b"module 'none' not found:"),
    "return coroutine.wrap(function() return pcall(nil) end)()": (False, b"attempt to call a nil value"),
    "return coroutine.wrap(function() return pcall(setmetatable({}, {__call = function(_, a) return a end}), 4) end)()":
        (True, 4),
    "return coroutine.wrap(function() return pcall(function() error('m', 2) end) end)()": (False, b"m"),
    "return coroutine.wrap(function() return pcall(function() error('m') end) end)()": (False, b"test:1: m"),
    "return coroutine.wrap(function()"
    " return xpcall(function() error('m', 0) end, function(m) return m .. 1, 2 end) end)()":
        (False, b"m1"),
    "return coroutine.wrap(function() local ok = xpcall(function() local x = nil + 1 end, error) return ok end)()":
        False,
    """return coroutine.wrap(function()
           local ok, n = pcall(function() return select('#', nil, nil, nil) end) return ok, n end)()""": (True, 3),
    """local f = coroutine.wrap(function() error('x') end)
       local ok, e = pcall(function()
           local a = f()
           return a
       end)
       return e""": b"test:3: test:1: x",
    """local f = coroutine.wrap(function() end) f()
       local ok, e = pcall(function()
           local a = f()
           return a
       end)
       return e""": b"test:3: cannot resume dead coroutine",
    # an error behind a yield is caught by the right one
    """local log = {}
       local co = coroutine.create(function()
           local ok, e = pcall(function() coroutine.yield() error('one', 0) end)
           log[#log + 1] = e
           error('two', 0)
       end)
       coroutine.resume(co) local ok, e = coroutine.resume(co) return log[1], ok, e""": (b"one", False, b"two"),
}  # fmt: skip


@pytest.mark.parametrize("code", list(CASES))
def test_case(lua: Lua, code: str) -> None:
    expected = CASES[code]
    assert expected(*lua(code)) if callable(expected) else lua(code) == expected


def test_traceback_in_handler(lua: Lua) -> None:
    """The handler sees the frames of the function that failed, then those of its callers."""
    code = """
        local function deep(x)
            coroutine.yield(1)
            error('boom' .. x)
        end
        local function outer()
            local function handler(m) local t = debug.traceback(m, 2) return t end
            local ok, trace = xpcall(function() deep(5) return 1 end, handler)
            return trace
        end
        local co = coroutine.wrap(function() local trace = outer() return trace end)
        co()
        return co()"""
    lines = lua(code).decode().split("\n")
    assert lines[:2] == ["test:4: boom5", "stack traceback:"]
    places = [line for line in lines if "test:" in line]
    assert "test:4: in " in places[1] and "'deep'" in places[1]
    assert [p.split(":")[1] for p in places[2:]] == ["8", "8", "11"]
    assert not any("protect" in line or "native" in line for line in lines)
    assert any("[C]: in function 'error'" in line for line in lines)


def test_traceback_of_a_suspended_coroutine(lua: Lua) -> None:
    code = """
        local function waits()
            coroutine.yield()
            return 1
        end
        local co = coroutine.create(function()
            local ok = pcall(waits)
            return ok
        end)
        coroutine.resume(co)
        return debug.traceback(co), debug.traceback(co, 'msg')"""
    trace, with_message = lua(code)
    assert with_message == b"msg\n" + trace
    places = [line.split(b":")[1] for line in trace.split(b"\n") if b"test:" in line]
    assert places[:2] == [b"3", b"7"]
    assert b"protect" not in trace


def test_traceback_passes_other_values(lua: Lua) -> None:
    assert lua("local t = {} return debug.traceback(t) == t, debug.traceback():sub(1, 16)") == (
        True,
        b"stack traceback:",
    )


def test_recursion_through_pcall_ends_in_an_error(lua: Lua) -> None:
    """Endless recursion through pcall and coroutines neither crashes nor hangs."""
    code = """
        local depth = 0
        local function f()
            depth = depth + 1
            local ok, e = pcall(f)
            if not ok then error(e, 0) end
        end
        local ok, e = coroutine.wrap(function() return pcall(f) end)()
        local function after() return pcall(function() return 9 end) end
        return ok, type(e), depth > 50, select(2, coroutine.wrap(after)())"""
    assert lua(code) == (False, b"string", True, 9)


@pytest.mark.parametrize("call", ["coroutine.wrap(f)()", "assert(coroutine.resume(coroutine.create(f)))"])
def test_recursion_through_coroutines_ends_in_an_error(lua: Lua, engine: str, call: str) -> None:
    if engine == "luajit21":
        pytest.skip("LuaJIT itself does not watch the C stack under nested coroutines")
    code = f"local function f() {call} end local ok, e = pcall(coroutine.wrap(f)) return ok, e:find('overflow') ~= nil"
    assert lua(code) == (False, True)


def test_error_in_a_resumed_coroutine_counts_down(lua: Lua) -> None:
    """Thousands of failed and abandoned protected calls leave room for the next."""
    code = """
        for i = 1, 2000 do
            local co = coroutine.create(function() pcall(error, 'x') pcall(coroutine.yield) error('y') end)
            coroutine.resume(co)
            if i % 2 == 0 then coroutine.resume(co) end
        end
        return coroutine.wrap(function() return pcall(function() return 'fine' end) end)()"""
    assert lua(code) == (True, b"fine")
