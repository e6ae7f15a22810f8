"""lua/socket/reader.lua: what cosockets take out of the bytes that have come, however those were cut."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]

#: Feeds the pieces one by one and reads until nothing more comes; `kind` is a reader's name with its arguments.
READ = """
local pieces, kind, a, b = ...
local reader = require "pyresty.socket.reader"
local buffer, got = reader.new(), {}
local search = kind == "until" and reader.until_new(a, b == true)
local function take()
    if kind == "line" then return reader.line(buffer) end
    if kind == "bytes" then return reader.bytes(buffer, a) end
    return reader.read_until(buffer, search)
end
for _, piece in ipairs(pieces) do
    reader.feed(buffer, piece)
    while true do
        local data = take()
        if not data then break end
        got[#got + 1] = data
    end
end
return table.concat(got, "|"), reader.size(buffer), reader.take_all(buffer)
"""


def cut(data: bytes, seed: int) -> list[bytes]:
    rng, pieces = random.Random(seed), []
    while data:
        size = rng.randint(1, 5)
        pieces.append(data[:size])
        data = data[size:]
    return pieces


@pytest.mark.parametrize("seed", range(5))
def test_lines(lua: Lua, seed: int) -> None:
    text = b"one\r\ntwo\nth\rree\n\n\r\nrest"
    assert lua(READ, cut(text, seed), "line") == (b"one|two|three||", 4, b"rest")


@pytest.mark.parametrize("seed", range(5))
def test_bytes(lua: Lua, seed: int) -> None:
    assert lua(READ, cut(b"abcdefghijk", seed), "bytes", 4) == (b"abcd|efgh", 3, b"ijk")


@pytest.mark.parametrize("seed", range(5))
def test_until_a_pattern(lua: Lua, seed: int) -> None:
    text = b"one--b--two--b--a-b--c--b--rest-"
    assert lua(READ, cut(text, seed), "until", "--b--") == (b"one|two|a-b--c", 5, b"rest-")
    assert lua(READ, cut(text, seed), "until", "--b--", True) == (b"one--b--|two--b--|a-b--c--b--", 5, b"rest-")


@pytest.mark.parametrize("seed", range(5))
def test_patterns_that_overlap_themselves(lua: Lua, seed: int) -> None:
    assert lua(READ, cut(b"aaab.aabaab", seed), "until", "aab") == (b"a|.|", 0, b"")


def test_patterns_are_plain_bytes(lua: Lua) -> None:
    assert lua(READ, [b"a.c%sabc%s"], "until", "%s") == (b"a.c|abc", 0, b"")


PIECES = """
local pieces, pattern, max = ...
local reader = require "pyresty.socket.reader"
local buffer, got, search = reader.new(), {}, reader.until_new(pattern)
for _, piece in ipairs(pieces) do
    reader.feed(buffer, piece)
    while true do
        local data, done = reader.read_until(buffer, search, max)
        if not data then break end
        got[#got + 1] = data .. (done and "!" or "")
    end
end
return table.concat(got, "|")
"""


@pytest.mark.parametrize("seed", range(5))
def test_until_in_pieces_of_a_size(lua: Lua, seed: int) -> None:
    assert lua(PIECES, cut(b"abcdefgh--xy--", seed), "--", 3) == b"abc|def|gh!|xy!"


def test_nothing_is_lost_between_kinds_of_reading(lua: Lua) -> None:
    got = lua(
        """local reader = require "pyresty.socket.reader"
        local b = reader.new()
        reader.feed(b, "line\\r\\n12345tail")
        local one, two = reader.line(b), reader.bytes(b, 5)
        reader.feed(b, "more\\n")
        return one, two, reader.bytes(b, 100), reader.line(b), reader.line(b), reader.size(b)"""
    )
    assert got == (b"line", b"12345", None, b"tailmore", None, 0)
