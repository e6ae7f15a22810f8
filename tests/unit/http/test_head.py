"""pyresty.http.head: what a request's fields are, beyond the verdicts of the raw corpus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]

READ = """
local logged = {}
package.loaded["pyresty.http.log"] = {error = function(level, r, message) logged[#logged + 1] = message end}
local head = require "pyresty.http.head"
local limits = {first = 1024, count = 4, size = 8192, merge_slashes = true, ignore_invalid = true}
local r = {}
local function read(data, pos) return head.read(r, data, pos or 1, limits) end
"""

HEAD = (
    "GET /a%20b/c.html?x=1 HTTP/1.1\\r\\nHost: WWW.Example.com:80\\r\\nx_y: z\\r\\nContent-Length: 3\\r\\n"
    "Expect: 100-continue\\r\\nConnection: close\\r\\n\\r\\n"
)


def test_fields(lua: Lua) -> None:
    code = f"""
    local data = "{HEAD}"
    assert(read(data .. "abc") == #data + 1)
    assert(r.raw_head == data and r.head_partial == nil and #logged == 1)
    return r.method, r.request_line, r.unparsed_uri, r.uri, r.args, r.exten, r.http_version, r.http_protocol, r.host,
        r.content_length, r.chunked, r.keepalive, r.expect_continue, r.headers_in.n
    """
    assert lua(READ + code) == (
        b"GET", b"GET /a%20b/c.html?x=1 HTTP/1.1", b"/a%20b/c.html?x=1", b"/a b/c.html", b"x=1", b"html", 11,
        b"HTTP/1.1", b"www.example.com", 3, False, False, True, 8,
    )  # fmt: skip


def test_headers_keep_order_and_case(lua: Lua) -> None:
    code = """
    read("GET / HTTP/1.0\\r\\nB: 2\\r\\na:1\\r\\nB:  3 \\r\\nEmpty:\\r\\n\\r\\n")
    return table.concat(r.headers_in, "|"), r.headers_in.n
    """
    assert lua(READ + code) == (b"B|2|a|1|B|3|Empty|", 8)


def test_second_request_in_the_data(lua: Lua) -> None:
    code = """
    local first = "GET /a HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"
    local data = first .. "\\r\\nGET /b HTTP/1.1\\r\\nHost: b\\r\\n\\r\\nx"
    local after = read(data)
    r = {}
    local last = read(data, after)
    return after == #first + 1, last == #data, r.uri, r.raw_head, r.pipelined
    """
    assert lua(READ + code) == (True, True, b"/b", b"GET /b HTTP/1.1\r\nHost: b\r\n\r\n", True)


def test_blank_lines_may_be_dropped(lua: Lua) -> None:
    assert lua(READ + "return read('\\r\\n\\n\\r')") == (None, 5)
    assert lua(READ + "return read('')") == (None, 1)


def test_the_data_may_move_between_calls(lua: Lua) -> None:
    code = """
    local data = "GET /b HTTP/1.1\\r\\nHost: b\\r\\nName: value\\r\\n\\r\\n"
    assert(read("xxxxx" .. data:sub(1, 9), 6) == nil)
    assert(read(data:sub(1, 30), 1) == nil)
    assert(read("xx" .. data:sub(1, -2), 3) == nil)
    return read(data, 1) == #data + 1, table.concat(r.headers_in, "|"), r.raw_head == data
    """
    assert lua(READ + code) == (True, b"Host|b|Name|value", True)


def test_heads_that_arrive_at_the_same_time(lua: Lua) -> None:
    """Two connections are read in turns; what one says about itself does not get into the other."""
    code = """
    local a, b = {}, {}
    local data_a = "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 7\\r\\nConnection: close\\r\\nX: 1\\r\\n\\r\\n"
    local data_b = "POST / HTTP/1.1\\r\\nHost: b\\r\\nTransfer-Encoding: chunked\\r\\nX: 2\\r\\n\\r\\n"
    local after_a, after_b
    for i = 1, math.max(#data_a, #data_b) do
        if not after_a then after_a = head.read(a, data_a:sub(1, i), 1, limits) end
        if not after_b then after_b = head.read(b, data_b:sub(1, i), 1, limits) end
    end
    return a.host, a.content_length, a.chunked, a.keepalive, b.host, b.content_length == nil, b.chunked, b.keepalive
    """
    assert lua(READ + code) == (b"a", 7, False, False, b"b", True, True, True)


def test_the_host_chooses_the_limits(lua: Lua) -> None:
    code = """
    local odd = {first = 1024, count = 4, size = 8192, underscores = true}
    local asked = {}
    limits.for_host = function(request)
        asked[#asked + 1] = request.host
        return request.host == "odd" and odd or limits
    end
    local data = "GET / HTTP/1.1\\r\\na_b: 1\\r\\nHost: %s\\r\\nc_d: 2\\r\\n\\r\\n"
    read(data:format("odd"))
    local first = table.concat(r.headers_in, "|")
    r = {}
    read(data:format("even"))
    return first, table.concat(r.headers_in, "|"), table.concat(asked, ",")
    """
    assert lua(READ + code) == (b"Host|odd|c_d|2", b"Host|even", b"odd,even")


@pytest.mark.parametrize(
    ("data", "method", "line"),
    [
        ("HEAD /%00 HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n", b"HEAD", b"HEAD /%00 HTTP/1.1"),
        ("HEAD /x HTTP/1.1 x\\r\\n", b"HEAD", b"HEAD /x HTTP/1.1 x"),
        ("HEAD /\\1 HTTP", b"HEAD", b"HEAD /\1 HTTP"),
    ],
)
def test_a_refused_line_is_known(lua: Lua, data: str, method: bytes, line: bytes) -> None:
    code = f"local ok, status = read('{data}') return ok, status, r.method, r.request_line"
    assert lua(READ + code) == (False, 400, method, line)


def test_broken_off(lua: Lua) -> None:
    code = "read('%s') return head.broken_off(r, '%s', 1), r.request_line"
    assert lua(READ + code.replace("%s", "\\nGET /x")) == (b" while reading client request line", b"GET /x")
    headers = lua(READ + code.replace("%s", "GET /x HTTP/1.1\\nHost"))
    assert headers == (b" while reading client request headers", b"GET /x HTTP/1.1")


def test_absolute_target_without_a_path(lua: Lua) -> None:
    code = """
    read("GET http://B.example?x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
    return r.uri, r.args, r.unparsed_uri, r.host, r.valid_unparsed_uri
    """
    assert lua(READ + code) == (b"/", b"x", b"?x", b"b.example", False)

MEMORY = """
local memory = {section = false}
local function next_head(line, headers)
    r = {}
    local data = line .. "\\r\\n" .. headers .. "\\r\\n"
    local after, status = head.read(r, data, 1, limits, memory)
    return after == #data + 1 or status
end
local function shown() return table.concat(r.headers_in, "|") end
"""


def test_headers_that_come_again_are_read_once(lua: Lua) -> None:
    code = """
    local headers = "Host: a\\r\\nConnection: close\\r\\nX: 1\\r\\n"
    next_head("GET /1 HTTP/1.1", headers)
    local first = r.headers_in
    next_head("GET /2 HTTP/1.1", headers)
    return first == r.headers_in, r.uri, r.host, r.keepalive, shown(), r.raw_head
    """
    assert lua(READ + MEMORY + code) == (
        True, b"/2", b"a", False, b"Host|a|Connection|close|X|1",
        b"GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: 1\r\n\r\n",
    )  # fmt: skip


def test_what_a_request_does_to_its_headers_stays_with_it(lua: Lua) -> None:
    code = """
    local headers_in = require "pyresty.http.headers_in"
    next_head("GET /1 HTTP/1.1", "Host: a\\r\\nX: 1\\r\\n")
    headers_in.set(r, "X", "2")
    headers_in.add(r, "Y", "3")
    local changed = shown()
    next_head("GET /2 HTTP/1.1", "Host: a\\r\\nX: 1\\r\\n")
    return changed, shown()
    """
    assert lua(READ + MEMORY + code) == (b"Host|a|X|2|Y|3", b"Host|a|X|1")


def test_each_head_is_judged_by_its_own_line(lua: Lua) -> None:
    code = """
    local headers = "Host: a\\r\\nTransfer-Encoding: chunked\\r\\n"
    local good = next_head("POST / HTTP/1.1", headers)
    local chunked = r.chunked
    local old = next_head("POST / HTTP/1.0", headers)
    local again = next_head("POST / HTTP/1.1", headers)
    next_head("GET / HTTP/1.1", "Host: a\\r\\n")
    return good, chunked, old, again, r.chunked, next_head("GET http://b/ HTTP/1.1", "Host: a\\r\\n"), r.host
    """
    assert lua(READ + MEMORY + code) == (True, True, 400, True, False, True, b"b")


def test_a_header_that_is_dropped_is_told_every_time(lua: Lua) -> None:
    code = """
    for i = 1, 3 do next_head("GET / HTTP/1.1", "Host: a\\r\\na_b: 1\\r\\n") end
    return #logged, shown()
    """
    assert lua(READ + MEMORY + code) == (3, b"Host|a")
