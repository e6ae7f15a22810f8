"""pyresty.http.chunked: ngx_http_parse_chunked and its filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]

FEED = """
local chunked = require "pyresty.http.chunked"
local data, limit, pos = ...
return chunked.feed(chunked.new(), data, pos or 1, limit)
"""


def test_whole_body_and_what_follows(lua: Lua) -> None:
    data = b"5\r\nabcde\r\n3;x=y\r\nfgh\r\n0\r\nA: b\r\n\r\n"
    assert lua(FEED, data + b"GET /") == (b"abcdefgh", len(data) + 1, True)


def test_starts_where_told(lua: Lua) -> None:
    assert lua(FEED, b"xx1\r\na\r\n0\r\n\r\n", 0, 3) == (b"a", 14, True)


def test_pieces(lua: Lua) -> None:
    code = """
    local chunked = require "pyresty.http.chunked"
    local decoder = chunked.new()
    local out = {}
    for _, data in ipairs{"5\\r", "\\nab", "cde", "\\r\\n0\\r\\n", "\\r\\nrest"} do
        local piece, pos, done = chunked.feed(decoder, data, 1)
        out[#out + 1] = piece .. ":" .. pos .. ":" .. tostring(done)
    end
    return table.concat(out, " "), decoder.received
    """
    assert lua(code) == (b":3:false ab:4:false cde:4:false :6:false :3:true", 5)


@pytest.mark.parametrize(
    "data", [b"g", b"\r\n", b"5 \rx", b"1\r\na0", b"0\r\n\rx", b"8000000000000000\r", b"+1", b"5\r\r"]
)
def test_invalid(lua: Lua, data: bytes) -> None:
    assert lua(FEED, data) == (None, b"client sent invalid chunked body", 400)


def test_size_limits(lua: Lua) -> None:
    assert lua(FEED, b"7ffffffffffffff\r\n") == (b"", 18, False)
    assert lua(FEED, b"800000000000000\r") == (None, b"client sent invalid chunked body", 400)


def test_body_limit(lua: Lua) -> None:
    assert lua(FEED, b"3\r\nabc\r\n2\r\n", 4) == (b"abc", 12, False)
    message = b"client intended to send too large chunked body: 3+2 bytes"
    assert lua(FEED, b"3\r\nabc\r\n2\r\nd", 4) == (None, message, 413)
    assert lua(FEED, b"4\r\nabcd\r\n0\r\n\r\n", 4) == (b"abcd", 15, True)
