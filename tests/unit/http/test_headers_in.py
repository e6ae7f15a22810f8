"""pyresty.http.headers_in: look-up and change of request headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]

REQUEST = """
local headers_in = require "pyresty.http.headers_in"
local r = {http_version = 11, keepalive = true, host = "a", content_length = 5}
r.headers_in = {n = 10, "Host", "a", "X-Foo", "1", "User-Agent", "u", "x-foo", "2", "Content-Length", "5"}
local function show()
    local out = {}
    for i = 1, r.headers_in.n, 2 do out[#out + 1] = r.headers_in[i] .. ": " .. r.headers_in[i + 1] end
    assert(r.headers_in[r.headers_in.n + 1] == nil)
    return table.concat(out, ", ")
end
"""


def run(lua: Lua, code: str) -> Any:
    return lua(REQUEST + code)


def test_get(lua: Lua) -> None:
    code = "return headers_in.get(r, 'x-foo'), headers_in.get(r, 'host'), headers_in.get(r, 'y') == nil"
    assert run(lua, code) == (b"1", b"a", True)
    assert run(lua, "return table.concat(headers_in.all(r, 'x-foo'), ','), #headers_in.all(r, 'y')") == (b"1,2", 0)
    assert lua("return require 'pyresty.http.headers_in'.get({}, 'host')") is None


def test_index_is_built_anew_after_a_change(lua: Lua) -> None:
    code = """
    local index = headers_in.index(r)
    assert(index == headers_in.index(r))
    local before = index.host .. index["x-foo"][2]
    headers_in.set(r, "X-Foo", "3")
    return before, headers_in.index(r)["x-foo"]
    """
    assert run(lua, code) == (b"a2", b"3")


@pytest.mark.parametrize(
    ("call", "headers"),
    [
        ("set(r, 'X-FOO', '3')", b"Host: a, X-Foo: 3, User-Agent: u, Content-Length: 5"),
        ("set(r, 'Y', '3')", b"Host: a, X-Foo: 1, User-Agent: u, x-foo: 2, Content-Length: 5, Y: 3"),
        ("set(r, 'x-foo', nil)", b"Host: a, User-Agent: u, Content-Length: 5"),
        ("set(r, 'X-Foo', '')", b"Host: a, User-Agent: u, Content-Length: 5"),
        ("set(r, 'X-Foo', {})", b"Host: a, User-Agent: u, Content-Length: 5"),
        ("set(r, 'X-Foo', {'3', '4'})", b"Host: a, X-Foo: 3, User-Agent: u, Content-Length: 5, X-Foo: 4"),
        ("set(r, 'User-Agent', {'3', '4'})", b"Host: a, X-Foo: 1, User-Agent: 4, x-foo: 2, Content-Length: 5"),
        ("add(r, 'X-Foo', '3')", b"Host: a, X-Foo: 1, User-Agent: u, x-foo: 2, Content-Length: 5, X-Foo: 3"),
        ("set(r, 'z', nil)", b"Host: a, X-Foo: 1, User-Agent: u, x-foo: 2, Content-Length: 5"),
    ],
)
def test_set(lua: Lua, call: str, headers: bytes) -> None:
    assert run(lua, f"assert(headers_in.{call}) return show()") == headers


def test_a_known_header_that_came_twice_changes_once(lua: Lua) -> None:
    code = """
    r.headers_in = {n = 4, "Referer", "a", "referer", "b"}
    headers_in.set(r, "Referer", "c")
    local once = show()
    headers_in.set(r, "Referer", nil)
    return once, show()
    """
    assert run(lua, code) == (b"Referer: c, referer: b", b"")


def test_what_follows_from_host(lua: Lua) -> None:
    code = """
    local ok = headers_in.set(r, "Host", "WWW.b:80")
    local host = r.host
    local refused = headers_in.set(r, "host", "a/b")
    local kept = headers_in.get(r, "host")
    headers_in.set(r, "Host", nil)
    return ok, host, refused, kept, r.host == nil
    """
    assert run(lua, code) == (True, b"www.b", False, b"WWW.b:80", True)


def test_what_follows_from_length_and_expect(lua: Lua) -> None:
    code = """
    headers_in.set(r, "content-length", "12")
    local length = r.content_length
    local refused = headers_in.set(r, "Content-Length", "1x")
    headers_in.set(r, "Content-Length", nil)
    local cleared = r.content_length == nil
    headers_in.set(r, "Expect", "100-Continue")
    local expect = r.expect_continue
    headers_in.set(r, "Expect", nil)
    headers_in.set(r, "Connection", "close")
    return length, refused, cleared, expect, r.expect_continue, r.keepalive
    """
    assert run(lua, code) == (12, False, True, True, False, True)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (b"0", 0),
        (b"00012", 12),
        (b"9007199254740991", 9007199254740991),
        (b"9223372036854775807", float(2**63)),
        (b"000000009223372036854775807", float(2**63)),
        (b"9223372036854775808", None),
        (b"10000000000000000000", None),
        (b"", None),
        (b"-1", None),
        (b"1 ", None),
        (b"1a", None),
    ],
)
def test_parse_length(lua: Lua, text: bytes, length: float | None) -> None:
    assert lua("return require 'pyresty.http.headers_in'.parse_length(...)", text) == length


def test_copy_is_its_own(lua: Lua) -> None:
    code = """
    local mine = {headers_in = headers_in.copy(r.headers_in)}
    headers_in.set(mine, "X-Foo", nil)
    return show(), mine.headers_in.n
    """
    assert run(lua, code) == (b"Host: a, X-Foo: 1, User-Agent: u, x-foo: 2, Content-Length: 5", 6)


def test_names_of_clients_do_not_pile_up(lua: Lua) -> None:
    code = """
    local headers_in = require "pyresty.http.headers_in"
    for i = 1, 5000 do assert(headers_in.lower("X-" .. i) == "x-" .. i) end
    local n = 0
    for _ in pairs(headers_in.known) do n = n + 1 end
    return n
    """
    assert 0 < lua(code) <= 1024
