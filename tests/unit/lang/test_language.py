"""One language on every engine: what OpenResty's LuaJIT gives to Lua code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lua = Callable[..., Any]

#: code → what it returns, the same on every engine
CASES: dict[str, Any] = {
    # tables
    "return table.pack(1, nil, nil).n": 3,
    "return table.unpack({1, 2, 3}, 2)": (2, 3),
    "return unpack({1, 2})": (1, 2),
    "local t = table.move({1, 2, 3}, 1, 3, 2) return t[1], t[2], t[3], t[4]": (1, 1, 2, 3),
    "local t = table.move({1, 2, 3}, 2, 3, 1) return t[1], t[2], t[3]": (2, 3, 3),
    "local a, b = {1, 2}, {} return table.move(a, 1, 2, 1, b) == b, b[2]": (True, 2),
    "return table.getn({1, 2}), table.maxn({[1] = 1, [7.5] = 1})": (2, 7.5),
    "local n = 0 table.foreach({a = 1, b = 2}, function(_, v) n = n + v end) return n": 3,
    "return table.foreachi({5, 6, 7}, function(i, v) if v == 6 then return i end end)": 2,
    "return rawlen(setmetatable({1, 2}, {__len = function() return 9 end})), rawlen('abc')": (2, 3),
    "return package.searchers == package.loaders, type(package.searchers)": (True, b"table"),
    # iteration
    "local p = setmetatable({}, {__pairs = function(t) return next, {x = 1}, nil end})"
    " for k in pairs(p) do return k end": b"x",
    "local p = setmetatable({}, {__ipairs = function(t) return ipairs({4}) end}) for _, v in ipairs(p) do return v end":
        4,
    "local n = 0 for _ in pairs({1, 2, a = 3}) do n = n + 1 end return n": 3,
    "local n = 0 for _ in ipairs({1, 2, nil, 4}) do n = n + 1 end return n": 2,
    "local f, s, c = pairs({}) return f == next, type(s), c": (True, b"table", None),
    "return select(2, pcall(pairs, nil)):match('%(.*$')": b"(table expected, got nil)",
    "return pcall(function() for _ in ipairs(5) do end end)":
        (False, b"test:1: bad argument #1 to 'ipairs' (table expected, got number)"),
    "local p = setmetatable({}, {__metatable = {}, __pairs = function() return next, {y = 1} end})"
    " for k in pairs(p) do return k end": b"y",
    # text and numbers
    "return ('ab'):rep(3, ','), ('ab'):rep(0, ','), ('ab'):rep(1, ','), ('ab'):rep(2)":
        (b"ab,ab,ab", b"", b"ab", b"abab"),
    "return ('%s %s %s'):format(nil, true, setmetatable({}, {__tostring = function() return 'T' end}))": b"nil true T",
    "return ('%5s|%-5s|%d%%|%s'):format(true, 'a', 3, 1.5)": b" true|a    |3%|1.5",
    "return select(2, pcall(string.format, '%d', 'x')):match('%(.*$')": b"(number expected, got string)",
    "return math.log(8, 2), math.log(100, 10), math.log(1)": (3, 2, 0),
    "return math.pow(2, 3), math.log10(1000), math.fmod(7, 3)": (8, 3, 1),
    "return type(gcinfo())": b"number",
    # chunks
    "return load('return ...', '=x')(7)": 7,
    "return load('return a', '=x', 't', {a = 5})()": 5,
    "return loadstring('return 1 + 1')()": 2,
    "return load('x =', '=name')": (None, b"name:1: unexpected symbol near '<eof>'"),
    "return load('if x then', '=name')": (None, b"name:1: 'end' expected near '<eof>'"),
    "return load('local =', '=name')": (None, b"name:1: '<name>' expected near '='"),
    "return load('return 1', '=x', 'b')": (None, b"attempt to load chunk with wrong mode"),
    "return load(string.dump(function() return 3 end), '=x', 't')": (None, b"attempt to load chunk with wrong mode"),
    "return load(string.dump(function() return 3 end), '=x', 'b')()": 3,
    "local parts, i = {'return ', '4'}, 0 return load(function() i = i + 1 return parts[i] end)()": 4,
    "local parts, i = {'return ', 'b'}, 0"
    " return load(function() i = i + 1 return parts[i] end, '=x', 't', {b = 6})()": 6,
    "return select(2, load('error(1)', '@file.lua')) == nil, pcall(load('error(\"m\")', '@file.lua'))":
        (True, False, b"file.lua:1: m"),
    "return xpcall(function(...) return select('#', ...), ... end, print, 1, nil, 3)": (True, 3, 1, None, 3),
    "return xpcall(function(a) error(a, 0) end, function(m) return m .. '!' end, 'x')": (False, b"x!"),
    # environments
    "local f = loadstring('return a') setfenv(f, {a = 9}) return f(), getfenv(f).a": (9, 9),
    "local function f() return g end setfenv(f, {g = 1}) return f(), g": (1, None),
    "local function f() setfenv(1, {x = 2}) return x end return f(), x": (2, None),
    "local function f() local function h() return x end local _ = x return h end"
    " local before = f() setfenv(f, {x = 3}) return before(), f()()": (None, 3),
    "return getfenv(0) == _G, getfenv() == _G, getfenv(1) == _G, getfenv(print) == _G": (True, True, True, True),
    "local function f() return 1 end return getfenv(setfenv(f, {z = 1})).z": 1,
    "return pcall(setfenv, print, {})": (False, b"'setfenv' cannot change environment of given object"),
    "return select(2, pcall(getfenv, 100)):match('%(.*$')": b"(invalid level)",
    "local co = coroutine.wrap(function() setfenv(0, {v = 4}) return loadstring('return v')(), getfenv(0).v end)"
    " local a, b = co() return a, b, v, getfenv(0) == _G": (4, 4, None, True),
    "local co = coroutine.wrap(function() setfenv(0, {v = 5, pcall = pcall})"
    " return coroutine.wrap(function() return loadstring('return v')() end)() end) return co()": 5,
    "local co = coroutine.wrap(function() local ok, v = pcall(function() setfenv(0, {v = 6}) return 1 end)"
    " return loadstring('return v')() end) return co()": 6,
    "module('a.b.c') return _NAME, _PACKAGE": (b"a.b.c", b"a.b."),
    "local g = _G local t = loadstring(\"module('m1', package.seeall) function f() return print end return _M\")()"
    " return t == package.loaded.m1, t.f() == g.print, g.m1 == t": (True, True, True),
    # coroutines
    "local co, main = coroutine.running() return type(co), main": (b"thread", True),
    "local co co = coroutine.create(function() local c, m = coroutine.running() return c == co, m end)"
    " return coroutine.resume(co)": (True, True, False),
    "return coroutine.isyieldable(), coroutine.wrap(function() return coroutine.isyieldable() end)()": (False, True),
    "local co co = coroutine.create(function() return coroutine.resume(co) end)"
    " return coroutine.resume(co)": (True, False, b"cannot resume running coroutine"),
    "local co = coroutine.create(function() end) coroutine.resume(co) return coroutine.resume(co)":
        (False, b"cannot resume dead coroutine"),
    # modules
    "package.preload.a = function() return require('b') end package.preload.b = function() return require('a') end"
    " local ok, e = pcall(require, 'a') return ok, e:match('loop.*')":
        (False, b"loop or previous error loading module 'a'"),
    "package.preload.a = function() error('first', 0) end"
    " local function try() return select(2, pcall(require, 'a')) end return try(), try()":
        (b"first", b"loop or previous error loading module 'a'"),
    "package.preload.a = function(...) return {...} end return unpack(require('a'), 1, 2)": (b"a", None),
    "package.preload.a = function() end return require('a'), package.loaded.a": (True, True),
    "package.preload.a = function(name) package.loaded[name] = 5 end return require('a')": 5,
    "package.preload.a = function() return false end return require('a'), require('a')": (False, False),
    "return select(2, pcall(require, 'none')):match('^[^\\n]*')": b"module 'none' not found:",
    # bit
    "return bit.band(0xff, 0x0f), bit.bor(1, 2, 4), bit.bxor(0xffffffff, 1), bit.bnot(0)": (15, 7, -2, -1),
    "return bit.lshift(1, 31), bit.rshift(-1, 28), bit.arshift(-16, 2), bit.lshift(1, 33)": (-2147483648, 15, -4, 2),
    "return bit.rol(0x12345678, 8), bit.ror(0x12345678, 8), bit.bswap(0x12345678)":
        (0x34567812, 0x78123456, 0x78563412),
    "return bit.rol(1, 0), bit.ror(-2147483648, 31), bit.tobit(2 ^ 32 + 5), bit.tobit(2 ^ 31)": (1, 1, 5, -2147483648),
    "return bit.tohex(255), bit.tohex(-1, -4), bit.tohex(0xabcd, 2), bit.tohex(1, 0)":
        (b"000000ff", b"FFFF", b"cd", b""),
    "return require('bit') == bit": True,
    # companion modules
    "local t = require('table.new')(4, 4) return type(t), next(t), table.new ~= nil": (b"table", None, True),
    "local t = {1, a = 2} require('table.clear')(t) return next(t)": None,
    "local t = require('table.clone')(setmetatable({1, a = 2}, {})) return t[1], t.a, getmetatable(t)": (1, 2, None),
    "local e = require 'table.isempty' return e({}), e({1}), e({a = 1}), table.isempty == e":
        (True, False, False, True),
    "local a = require 'table.isarray' return a({}), a({1, 2}), a({[5] = 1}), a({a = 1}), a({[0] = 1}), a({[1.5] = 1})":
        (True, True, True, False, False, False),
    "return require('table.nkeys')({1, 2, a = 3}), require('table.nkeys')({})": (3, 0),
    "return pcall(require('table.isempty'), 5)":
        (False, b"bad argument #1 to 'isempty' (table expected, got number)"),
    "local x = require 'thread.exdata' x('main') local inner ="
    " coroutine.wrap(function() local a = x() x('co') return a, x() end) local a, b = inner() return a, b, x()":
        (None, b"co", b"main"),
    # processes
    "return os.execute('exit 3')": (None, b"exit", 3),
    "return os.execute('true')": (True, b"exit", 0),
    "return os.execute('kill -9 $$')": (None, b"signal", 9),
    "return os.execute()": True,
    "return io.popen('exit 4'):close()": (None, b"exit", 4),
    "return io.popen('true'):close()": (True, b"exit", 0),
    "return io.close(io.popen('kill -15 $$'))": (None, b"signal", 15),
    "local p = io.popen('echo a; echo b') local t = p:read('*a') return t, p:close()": (b"a\nb\n", True, b"exit", 0),
    "local p = io.popen('echo a; exit 2') local l = p:lines()() return l, select(3, p:close())": (b"a", 2),
    "local f = io.popen('true') f:close() return io.type(f), pcall(f.close, f)":
        (b"closed file", False, b"attempt to use a closed file"),
    "return io.open('/dev/null'):close()": True,
    # proxies
    "local p = newproxy(true) getmetatable(p).__index = {a = 1} return p.a": 1,
    "local n = 0 do local p = newproxy(true) getmetatable(p).__gc = function() n = n + 1 end p = nil end"
    " collectgarbage() collectgarbage() return n": 1,
    # nothing of the bridge is visible
    "return python, package.loaded.python, __pyresty_slot, __pyresty_idle": (None, None, None, None),
}  # fmt: skip


@pytest.mark.parametrize("code", list(CASES))
def test_case(lua: Lua, code: str) -> None:
    assert lua(code) == CASES[code]


def test_popen_for_writing(lua: Lua, tmp_path: Path) -> None:
    target = tmp_path / "out"
    code = "local p = io.popen(..., 'w') p:write('to ', 'you') return p:close()"
    assert lua(code, f"cat > {target}; exit 5") == (None, b"exit", 5)
    assert target.read_bytes() == b"to you"


def test_file_formats(lua: Lua, tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_bytes(b"one\ntwo\n3\nrest")
    code = """
        local f = io.open(..., 'r')
        local a, b, c = f:read('L', '*l', 'n')
        local rest = f:read('a')
        f:close()
        local lines = {}
        for line in io.lines(..., 'L') do lines[#lines + 1] = line end
        return a, b, c, rest, table.concat(lines, '|')"""
    assert lua(code, str(file)) == (b"one\n", b"two", 3, b"\nrest", b"one\n|two\n|3\n|rest")


def test_searchpath(lua: Lua, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.lua").write_bytes(b"")
    path = f"{tmp_path}/?.txt;{tmp_path}/?.lua"
    assert lua("return package.searchpath('a.b', ...)", path) == f"{tmp_path}/a/b.lua".encode()
    missing = f"\n\tno file '{tmp_path}/x/y.txt'\n\tno file '{tmp_path}/x/y.lua'".encode()
    assert lua("return package.searchpath('x.y', ...)", path) == (None, missing)


def test_dofile_and_loadfile(lua: Lua, tmp_path: Path) -> None:
    file = tmp_path / "chunk.lua"
    file.write_bytes(b"return value")
    code = "value = 1 return dofile(...), loadfile(..., 't', {value = 2})(), select(2, loadfile(..., 'b')) ~= nil"
    assert lua(code, str(file)) == (1, 2, True)


def test_bit_agrees_with_luajit(vm: Any, luajit: Any) -> None:
    """The same results as the real library over many operands."""
    code = b"""
        local seed, out = 12345, {}
        local function random()
            seed = (seed * 16807) % 2147483647
            return (seed * 2) % 4294967296 - (seed % 3) * 1000000000
        end
        for i = 1, 300 do
            local a, b, n = random(), random(), random()
            for _, name in ipairs({'band', 'bor', 'bxor', 'lshift', 'rshift', 'arshift', 'rol', 'ror'}) do
                local second = name:sub(1, 1) == 'b' and b or n
                out[#out + 1] = ('%d'):format(bit[name](a, second))
            end
            out[#out + 1] = bit.tohex(a, i % 20 - 10) .. bit.tobit(a + 0.5) .. bit.bnot(a) .. bit.bswap(b)
        end
        return table.concat(out, ' ')"""
    assert vm.eval(code) == luajit.eval(code)
