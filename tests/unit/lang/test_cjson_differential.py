"""Our cjson beside a C lua-cjson, where the machine has one: same values, same texts, same errors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from pyresty.vm.engine import VM, default_paths

# One call compares many inputs: both modules decode each line, compare deeply, then encode what came out.
COMPARE = b"""
local texts = ...
local theirs = require "cjson"
local ours = require "pyresty.cjson"

local function same(a, b)
    if type(a) ~= type(b) then return false end
    if type(a) ~= "table" then
        if a ~= a then return b ~= b end
        -- OpenResty's lua-cjson reads -0 as the integer 0, the plain one does not.
        return a == b
    end
    for k, v in pairs(a) do if not same(v, b[k]) then return false end end
    for k in pairs(b) do if a[k] == nil then return false end end
    return true
end

local function plain(message)
    -- Names that newer versions of lua-cjson changed.
    return (tostring(message):gsub("T_INTEGER", "T_NUMBER"):gsub("NaN or Inf.*$", "NaN or Inf"))
end

for i = 1, #texts do
    local text = texts[i]
    local ok1, value1 = pcall(theirs.decode, text)
    local ok2, value2 = pcall(ours.decode, text)
    if ok1 ~= ok2 then
        return text, tostring(value1), tostring(value2)
    elseif not ok1 then
        if plain(value1) ~= plain(value2) then return text, value1, value2 end
    else
        if not same(value1, value2) then return text, "decoded", "differently" end
        local done1, text1 = pcall(theirs.encode, value1)
        local done2, text2 = pcall(ours.encode, value1)
        if plain(text1) ~= plain(text2) or done1 ~= done2 then return text, text1, text2 end
    end
end
return nil
"""


@pytest.fixture(scope="module")
def both() -> Iterator[VM]:
    vm = VM("luajit21", lua_cpath=default_paths("luajit21")[1])
    if not vm.eval(b"return (pcall(require, 'cjson')) and package.loaded['cjson'].encode_sparse_array ~= nil"):
        pytest.skip("no cjson on the default paths")
    if not vm.eval(b"return debug.getinfo(require('cjson').encode, 'S').what == 'C'"):
        pytest.skip("no C lua-cjson on the default package.cpath")
    yield vm


def compare(vm: VM, texts: list[bytes]) -> None:
    difference = vm.eval(COMPARE, b"=compare", vm.to_lua(texts))
    assert difference is None, difference


def random_string(rng: random.Random) -> bytes:
    alphabet = [b"a", b"Z", b"0", b" ", b"/", b"\\n", b"\\/", b'\\"', b"\\\\", b"\\u00e9", b"\\ud83d\\ude00", b"\x7f",
                b"\xc3\xa9", b"\t", b"\\t", b"\\b\\f\\r", b"key", b"\x01", b"\xff"]  # fmt: skip
    return b'"' + b"".join(rng.choice(alphabet) for _ in range(rng.randrange(0, 9))) + b'"'


def random_number(rng: random.Random) -> bytes:
    shape = rng.randrange(8)
    if shape == 0:
        return b"%d" % rng.randrange(-1000, 1000)
    if shape == 1:
        return b"%d" % rng.randrange(-(1 << 53), 1 << 53)
    if shape == 2:
        return repr(rng.uniform(-1e6, 1e6)).encode()
    if shape == 3:
        return repr(rng.uniform(-1, 1) * 10.0 ** rng.randrange(-300, 300)).encode()
    if shape == 4:
        return rng.choice([b"0x1F", b"-0xff", b"1e5", b"1E+5", b"2e-7", b"1.", b"1.e2", b"012", b"1e400", b"0.1e-400"])
    if shape == 5:
        return b"%d.%d" % (rng.randrange(10**9), rng.randrange(10**9))
    if shape == 6:
        return b"%de%d" % (rng.randrange(10**9), rng.randrange(-30, 30))
    return rng.choice([b"inf", b"-inf", b"nan", b"NaN", b"Infinity", b"-Infinity", b"+1", b"+inf"])


def random_value(rng: random.Random, depth: int) -> bytes:
    kind = rng.randrange(8 if depth < 5 else 5)
    space = rng.choice([b"", b"", b"", b" ", b"\n", b"\t \r\n"])
    if kind == 0:
        text = rng.choice([b"true", b"false", b"null"])
    elif kind <= 2:
        text = random_number(rng)
    elif kind <= 4:
        text = random_string(rng)
    elif kind == 5:
        text = b"[" + b",".join(random_value(rng, depth + 1) for _ in range(rng.randrange(5))) + space + b"]"
    else:
        # One key at most: the order of several is the table's, the same for both, but not the text's.
        members = [random_string(rng) + space + b":" + random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
        text = b"{" + space + b",".join(members) + b"}"
    return space + text + space


def test_random_documents(both: VM) -> None:
    rng = random.Random(20240917)
    compare(both, [random_value(rng, 0) for _ in range(6000)])


def test_damaged_documents(both: VM) -> None:
    """Deleted, doubled and replaced bytes: mostly errors, with the same text and position."""
    rng = random.Random(7)
    texts = []
    for _ in range(6000):
        text = bytearray(random_value(rng, 1))
        for _ in range(rng.randrange(1, 3)):
            place = rng.randrange(len(text)) if text else 0
            action = rng.randrange(4)
            if action == 0:
                del text[place : place + 1]
            elif action == 1:
                text[place:place] = bytes([rng.choice(b'{}[]",:\\ntfi+-.0e/ \x00')])
            elif action == 2:
                text[place : place + 1] = bytes([rng.randrange(256)])
            else:
                del text[place:]
        texts.append(bytes(text))
    compare(both, texts)


ODD = [b"", b" ", b"\0", b"\0a", b"a\0", b"[1]\0", b"[1]\0]", b'"a\0b"', b"[", b"{", b"[1,]", b"{1:2}", b'{"a"}',
       b'{"a":}', b'{"a":1,}', b'{"a" 1}', b"[1 2]", b"nul", b"truex", b"true false", b"infinityx", b"infx", b"nan(x)",
       b"nan(", b"-", b"- 1", b"--1", b"0x", b"0x.8", b"0x1p4", b"0x1p", b".5", b"1e", b"1e+", b"1.e", b"-nan", b"-i",
       b'"\\u12"', b'"\\ud800"', b'"\\ud800\\u0041"', b'"\\udc00"', b'"\\x"', b'"\\', b'"', b"'a'", b"[1,,2]", b"/**/1",
       b"//", b"]", b"}", b":", b",", b"1,", b"[[1],{}]x", b'"\\u0000"', b'["\\u0041\\u00df\\u6771"]',
       b"123456789012345",
       b"1234567890123456", b"9007199254740993", b"0.1", b"0.30000000000000004", b"123456789012345e22",
       b"12345678901234567890123e-10", b"[" * 1000 + b"]" * 1000, b"[" * 1001, b'{"a":' * 1001]  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=[repr(t[:30]) for t in ODD])
def test_odd_document(both: VM, text: bytes) -> None:
    compare(both, [text])


ENCODE = b"""
local theirs, ours = require "cjson", require "pyresty.cjson"
local function newest(message)
    -- A C function that is tail-called has no name.
    return (tostring(message):gsub("Infinity", "Inf"):gsub("to '%?'", "to 'encode'"):gsub("to '[%w_]+'", "to '?'"))
end
local cases = {
    function(c) return c.encode({}) end,
    function(c) return c.encode({1, 2, nil, 4}) end,
    function(c) return c.encode({[1] = 1, [11] = 1}) end,
    function(c) return c.encode({[1] = 1, [5] = 1}) end,
    function(c) return c.encode({[1.5] = 1}) end,
    function(c) return c.encode({[0] = 1}) end,
    function(c) return c.encode({[-1] = 1}) end,
    function(c) return c.encode({[2 ^ 60] = 1}) end,
    function(c) return c.encode({[true] = 1}) end,
    function(c) return c.encode({1, a = 2, [3] = {}}) ~= nil end,
    function(c) return c.encode(print) end,
    function(c) return c.encode({print}) end,
    function(c) return c.encode(coroutine.create(print)) end,
    function(c) return c.encode(io.stdout) end,
    function(c) return c.encode(0 / 0) end,
    function(c) return c.encode({1 / 0}) end,
    function(c) return c.encode(c.null) end,
    function(c) return c.encode(nil) end,
    function(c) return c.encode() end,
    function(c) return c.encode(1, 2) end,
    function(c) return c.decode() end,
    function(c) return c.decode(nil) end,
    function(c) return c.decode({}) end,
    function(c) return c.decode(12) end,
    function(c) local t = {} t[1] = t return c.encode(t) end,
    function(c) local t = {} t.a = t return c.encode(t) end,
    function(c) return c.encode({2 ^ 53, 1e15, 1e14, 123456789012345, 0.1, 1e-7, -0.0, 1e300, 100, 1 / 3}) end,
    function(c) c.encode_number_precision(3) local r = c.encode({math.pi, 12345.678, 10, 1e9})
        c.encode_number_precision(14) return r end,
    function(c) return c.encode_max_depth() .. c.decode_max_depth() .. c.encode_number_precision() end,
    function(c) return c.encode_max_depth(0) end,
    function(c) return c.encode_max_depth("x") end,
    function(c) return c.encode_max_depth(1, 2) end,
    function(c) return c.encode_keep_buffer("maybe") end,
    function(c) return c.encode_keep_buffer({}) end,
    function(c) return tostring(c.encode_invalid_numbers()) .. tostring(c.decode_invalid_numbers()) end,
    function(c) return c.encode_invalid_numbers("null") end,
    function(c) local r = c.encode({0 / 0, 1 / 0, -1 / 0}) c.encode_invalid_numbers(false) return r end,
    function(c) local a, b, d = c.encode_sparse_array() return tostring(a) .. b .. d end,
    function(c) c.encode_sparse_array(true, 2, 3) local r = c.encode({[1] = 1, [100] = 2}) ~= nil
        c.encode_sparse_array(false, 2, 10) return r end,
    function(c) c.encode_sparse_array(false, 0) local r = c.encode({[20] = 1})
        c.encode_sparse_array(false, 2) return r end,
    function(c) c.decode_invalid_numbers(false) local r = {pcall(c.decode, "[0x1]")} c.decode_invalid_numbers(true)
        return r[2] end,
    function(c) c.decode_invalid_numbers(false) local r = {pcall(c.decode, "[012]")} c.decode_invalid_numbers(true)
        return r[2] end,
    function(c) c.decode_invalid_numbers(false) local r = {pcall(c.decode, "[nan]")} c.decode_invalid_numbers(true)
        return r[2] end,
    function(c) c.decode_max_depth(2) local r = {pcall(c.decode, "[[[1]]]")} c.decode_max_depth(1000) return r[2] end,
    function(c) c.encode_max_depth(2) local r = {pcall(c.encode, {{{1}}})} c.encode_max_depth(1000) return r[2] end,
    function(c) local s = {} for i = 0, 255 do s[#s + 1] = string.char(i) end return c.encode(table.concat(s)) end,
    function(c) local d = c.new() d.encode_number_precision(5) return c.encode(math.pi) .. d.encode(math.pi) end,
    function(c) return c._NAME end,
}
for i, case in ipairs(cases) do
    local ok1, r1 = pcall(case, theirs)
    local ok2, r2 = pcall(case, ours)
    if ok1 ~= ok2 or newest(r1) ~= newest(r2) then return i, tostring(r1), tostring(r2) end
end
return #cases
"""


def test_encode_and_settings(both: VM) -> None:
    result: Any = both.eval(ENCODE, b"=encode")
    assert result == 48
