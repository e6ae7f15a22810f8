"""pyresty.http.upstream.*, without sockets: responses, FastCGI records, choice of peers, addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]

READ = """
local response = require "pyresty.http.upstream.http_response"
local u = {buf = "", pos = 1, status = 0, headers = {}, headers_n = 0, conf = {ignore = {}}, connection_close = false}
local ok, message
for _, piece in ipairs(...) do
    u.buf = u.buf .. piece
    if not ok then ok, message = response.read_header(u) end
end
return ok, message, u.status, u.status_line, table.concat(u.headers, "|", 1, u.headers_n), u.buf:sub(u.pos)
"""


def test_a_response_in_pieces(lua: Lua) -> None:
    head = b"HTTP/1.1 200 Fine thing\r\nA: 1\r\nb:\n\nrest"
    whole = (True, None, 200, b"200 Fine thing", b"A|1|a|b||b", b"rest")
    assert lua(READ, [head]) == whole
    assert lua(READ, [head[i : i + 1] for i in range(len(head) - 4)] + [head[-4:]]) == whole


@pytest.mark.parametrize(
    ("line", "status"), [(b"HTTP/1.0  404", 404), (b"HTTP/1.1 500 ", 500), (b"HTTP/2.0 200 x", 200)]
)
def test_status_lines(lua: Lua, line: bytes, status: int) -> None:
    assert lua(READ, [line + b"\r\n\r\n"])[2] == status


@pytest.mark.parametrize("line", [b"hello\n", b"HTTP/1 200\n", b"HTTP/1.1 20\n", b"HTTP/1.1 2000\n", b"http/1.1 200\n"])
def test_what_is_no_status_line(lua: Lua, line: bytes) -> None:
    ok, message, *_ = lua(READ, [line])
    assert (ok, message) == (False, b"upstream sent no valid HTTP/1.0 header")


def test_an_invalid_header(lua: Lua) -> None:
    ok, message, *_ = lua(READ, [b"HTTP/1.1 200\r\nA b: c\r\n\r\n"])
    assert (ok, message) == (False, b'upstream sent invalid header: "A\\x20..."')


def test_bodies_end(lua: Lua) -> None:
    code = """
    local response = require "pyresty.http.upstream.http_response"
    local u = {left = 5}
    local first = response.by_length(u, "abc")
    local second = response.by_length(u, "defg")
    local v = {}
    local third = response.by_chunks(v, "3\\r\\nabc\\r\\n0\\r\\n\\r\\nx")
    return first, second, u.finished, u.excess, third, v.finished, v.excess, response.by_chunks({}, "z")
    """
    assert lua(code) == (
        b"abc", b"de", True, True, b"abc", True, True, None, b"upstream sent invalid chunked response",
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------------------- FastCGI


def test_fastcgi_output(lua: Lua) -> None:
    code = """
    local records = require "pyresty.http.upstream.fastcgi_records"
    local long = ("l"):rep(200)
    return records.begin(true), records.params({"A", "b", "L", long}, 4), records.stdin("body"),
        #records.stdin(("x"):rep(40000)), records.stdin_end
    """
    begin, params, body, split, end = lua(code)
    assert begin == b"\1\1\0\1\0\x08\0\0" + b"\0\1\1\0\0\0\0\0"
    content = b"\1\1Ab" + b"\1\x80\0\0\xc8L" + b"l" * 200
    padding = -len(content) % 8
    assert params == b"\1\4\0\1\0%c%c\0" % (len(content), padding) + content + bytes(padding) + b"\1\4\0\1\0\0\0\0"
    assert body == b"\1\5\0\1\0\4\4\0body\0\0\0\0"
    assert split == 40000 + 2 * 8
    assert end == b"\1\5\0\1\0\0\0\0"


def test_fastcgi_input_in_pieces(lua: Lua) -> None:
    code = """
    local records = require "pyresty.http.upstream.fastcgi_records"
    local data, size = ...
    local reader, out, errors = records.reader(), {}, {}
    reader.u = "u"
    local function tell(u, text) errors[#errors + 1] = text end
    for at = 1, #data, size do
        local text, message = records.feed(reader, data:sub(at, at + size - 1), tell)
        if not text then return nil, message end
        out[#out + 1] = text
    end
    return table.concat(out), table.concat(errors), reader.ended, reader.closed, reader.excess or false
    """
    data = b"\1\6\0\1\0\3\2\0abcPP\1\7\0\1\0\2\0\0!?\1\6\0\1\0\1\0\0d\1\6\0\1\0\0\0\0\1\3\0\1\0\x08\0\0" + bytes(8)
    for size in (1, 3, 7, 100):
        assert lua(code, data, size) == (b"abcd", b"!?", True, True, False)
    assert lua(code, data + b"x", 100)[4] is True
    assert lua(code, b"\2\6\0\1\0\0\0\0", 8) == (None, b"upstream sent unsupported FastCGI protocol version: 2")
    assert lua(code, b"\1\1\0\1\0\0\0\0", 8) == (None, b"upstream sent invalid FastCGI record type: 1")


# ---------------------------------------------------------------------------------------------------------------- peers

CHOOSE = """
local state = require "pyresty.state"
state.now = 1000
local peers = require "pyresty.http.upstream.peers"
local servers, times, failing = ...
for _, server in ipairs(servers) do
    server.max_fails, server.fail_timeout, server.max_conns = server.max_fails or 1, 10, server.max_conns or 0
    server.backup, server.down, server.weight = server.backup or false, server.down or false, server.weight or 1
    server.peers = {{name = server.name, address = server.name, port = 80}}
end
local upstream = {group = peers.group("u", servers)}
local out = {}
for i = 1, times do
    local u = {upstream = upstream, r = {loc = {error_log = {}}, conn = {}}}
    peers.round_robin.init(u)
    local peer = peers.round_robin.get(u)
    out[i] = peer and peer.name or "-"
    if peer then peers.round_robin.free(u, peer, peer.name == failing and "failed" or nil) end
end
return table.concat(out)
"""


@pytest.mark.parametrize(
    ("servers", "order"),
    [
        ([{"name": b"a"}, {"name": b"b"}], b"ababab"),
        ([{"name": b"a", "weight": 5}, {"name": b"b"}, {"name": b"c"}], b"aabaca"),
        ([{"name": b"a", "down": True}, {"name": b"b"}], b"bbbbbb"),
        ([{"name": b"a", "down": True}, {"name": b"b", "backup": True}], b"bbbbbb"),
        ([{"name": b"x"}, {"name": b"b"}], b"xbbbbb"),
        ([{"name": b"x", "max_fails": 0}, {"name": b"b"}], b"xbxbxb"),
        ([{"name": b"x"}, {"name": b"c", "backup": True}], b"xccccc"),
        ([{"name": b"a", "down": True}], b"------"),
    ],
)
def test_round_robin(lua: Lua, servers: list[dict[str, Any]], order: bytes) -> None:
    assert lua(CHOOSE, servers, 6, b"x") == order


def test_addresses(lua: Lua) -> None:
    code = """
    local parse = require("pyresty.http.upstream.resolve").parse
    local t, message = parse(...)
    if not t then return nil, message end
    return t.host, t.port, t.no_port, t.uri, t.address or false
    """
    assert lua(code, b"a.b:81/x?y", 80) == (b"a.b", 81, False, b"/x?y", False)
    assert lua(code, b"127.0.0.1?y", 80) == (b"127.0.0.1", 80, True, b"/?y", b"127.0.0.1")
    assert lua(code, b"[::1]:1", 80) == (b"[::1]", 1, False, b"", b"[::1]")
    assert lua(code, b"unix:/s:/u", 80) == (b"unix:/s", 0, True, b"/u", b"unix:/s")
    assert lua(code, b":1", 80) == (None, b"no host")
    assert lua(code, b"a:0", 80) == (None, b"invalid port")


def test_cache_control(lua: Lua) -> None:
    code = """
    require("pyresty.state").now = 1000
    local control = require "pyresty.http.upstream.cache_control"
    local list = ...
    local u, c = {headers = list, headers_n = #list, conf = {ignore = {}}, cacheable = true}, {}
    control.read(u, c)
    return u.cacheable, c.valid, c.updating_sec, c.error_sec, c.vary
    """

    def read(*headers: tuple[bytes, bytes]) -> Any:
        flat = [part for name, value in headers for part in (name, value, name.lower())]
        return lua(code, flat)

    assert read((b"Cache-Control", b"Max-Age=5")) == (True, 1005, 0, 0, b"")
    assert read((b"Cache-Control", b"max-age=5, s-maxage=9")) == (True, 1009, 0, 0, b"")
    assert read((b"Cache-Control", b"max-age=5, stale-while-revalidate=7, stale-if-error=8")) == (True, 1005, 7, 8, b"")
    assert read((b"Cache-Control", b"max-age=x"))[0] is False
    assert read((b"Cache-Control", b"no-cache"))[0] is False
    assert read((b"X-Accel-Expires", b"3"), (b"Cache-Control", b"max-age=5"))[:2] == (True, 1003)
    assert read((b"X-Accel-Expires", b"@2000"), (b"Expires", b"x"))[:2] == (True, 2000)
    assert read((b"X-Accel-Expires", b"0"))[0] is False
    assert read((b"Expires", b"Thu, 01 Jan 1970 00:30:00 GMT"))[:2] == (True, 1800)
    assert read((b"Set-Cookie", b"a=b"))[0] is False
    assert read((b"Vary", b"*"))[0] is False
    assert read((b"Vary", b"A"))[4] == b"A"
