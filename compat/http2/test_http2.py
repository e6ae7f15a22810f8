"""HTTP/2 without TLS, spoken by the h2 library: ``pytest compat/http2 [--binary /usr/sbin/nginx]``."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

import h2.connection
import h2.errors
import h2.exceptions
import pytest
from h2_client import PATIENCE, Client

from pyresty.testing.case import Setup
from pyresty.testing.server import Server

SETUP = Setup(
    config="""
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 http2;
    location = /hello { content_by_lua_block {
        ngx.header["X-Mixed-Case"] = "yes"
        ngx.say("hello ", ngx.var.http2, " ", ngx.req.http_version(), " ", ngx.var.server_protocol)
    } }
    location = /slow { content_by_lua_block { ngx.sleep(0.1) ngx.say("slow") } }
    location = /headers { content_by_lua_block {
        local lines = {}
        for name, value in pairs(ngx.req.get_headers()) do lines[#lines + 1] = name .. "=" .. value end
        table.sort(lines)
        ngx.say(table.concat(lines, "|"), " ", ngx.var.host, " ", ngx.var.arg_a)
    } }
    location = /body { client_max_body_size 500k; client_body_buffer_size 600k; content_by_lua_block {
        ngx.req.read_body()
        local data = ngx.req.get_body_data() or ""
        ngx.say(#data, " ", ngx.md5(data))
    } }
    location = /limited { client_max_body_size 10; content_by_lua_block { ngx.req.read_body() ngx.say("read") } }
    location = /unread { content_by_lua_block { ngx.say("unread") } }
    location = /page { return 200 "a page"; }
    location = /gone { return 302 /elsewhere; }
    location = /nothing { return 204; }
    location = /big { content_by_lua_block { for i = 1, 200 do ngx.print(("x"):rep(1000)) end } }
    location = /fails { content_by_lua_block { error("oops") } }
    location = /late { content_by_lua_block { ngx.print("begun") ngx.flush() error("oops") } }
    location = /raw { content_by_lua_block { ngx.say(pcall(ngx.req.raw_header)) } }
    """,
    http_config="""
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 http2;
        keepalive_requests 2;
        location / { return 200 "two"; }
    }
    """,
)


@pytest.fixture
def port(server: Server) -> int:
    return int(server.expand("$TEST_NGINX_RAND_PORT_1"))


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    made = Client(port)
    yield made
    made.sock.close()


def test_a_response(client: Client) -> None:
    stream = client.get("/hello")
    names = [name for name, _ in stream.headers]
    assert names == [":status", "server", "date", "content-type", "x-mixed-case"]
    assert (stream.status, stream.body) == ("200", b"hello h2c 2 HTTP/2.0\n")


def test_streams_answer_side_by_side(client: Client) -> None:
    slow, fast = client.ask("/slow"), client.ask("/hello")
    client.wait(slow, fast)
    assert client.order == [fast, slow]
    assert client.streams[slow].body == b"slow\n"


def test_fields_are_headers(client: Client) -> None:
    stream = client.get("/headers?a=b", headers=("x-a: 1", "cookie: c=1", "cookie: d=2", "bad_name: x"))
    assert stream.body == b"cookie=c=1; d=2|host=localhost|x-a=1 localhost b\n"


def test_bodies(client: Client) -> None:
    assert client.get("/body", method="POST", body=b"").body == b"0 d41d8cd98f00b204e9800998ecf8427e\n"
    assert client.get("/body", method="POST", body=b"hello").body == b"5 5d41402abc4b2a76b9719d911017c592\n"
    assert client.get("/body", method="POST", body=b"x" * 400000).body == b"400000 60427332685a0c655f74780b32167cd9\n"


def test_a_body_that_is_too_large(client: Client) -> None:
    assert client.get("/limited", method="POST", body=b"x" * 20, headers=("content-length: 20",)).status == "413"


def test_a_body_that_nobody_reads(client: Client) -> None:
    assert client.get("/unread", method="POST", body=b"x" * 20).body == b"unread\n"
    assert client.get("/hello").status == "200"


def test_kinds_of_responses(client: Client, port: int) -> None:
    page = client.get("/page")
    assert (dict(page.headers)["content-length"], page.body) == ("6", b"a page")
    moved = client.get("/gone")
    assert moved.status == "302" and dict(moved.headers)["location"] == f"http://localhost:{port}/elsewhere"
    assert client.get("/nothing").status == "204"
    head = client.get("/page", method="HEAD")
    assert (head.status, dict(head.headers)["content-length"], head.body) == ("200", "6", b"")
    assert client.get("/absent").status == "404"


def test_failures(client: Client) -> None:
    assert client.get("/fails").status == "500"
    late = client.get("/late")
    assert (late.body, late.reset) == (b"begun", 2)
    assert b"http2 requests not supported yet" in client.get("/raw").body


def test_windows_hold_a_body_back(client: Client) -> None:
    client.acknowledges = False
    number = client.ask("/big")
    stream = client.streams[number]
    while len(stream.body) < 65535:
        client.step()
    head = client.get("/page", method="HEAD")  # needs no window
    assert (head.status, len(stream.body), stream.ended) == ("200", 65535, False)
    client.acknowledges = True
    client.h2.increment_flow_control_window(300000, number)
    client.h2.increment_flow_control_window(300000)
    client.flush()
    assert client.wait(number).body == b"x" * 200000


def test_a_canceled_stream_leaves_the_others(client: Client) -> None:
    slow = client.ask("/slow")
    client.h2.reset_stream(slow, h2.errors.ErrorCodes.CANCEL)
    client.flush()
    assert client.get("/hello").status == "200"


def test_the_last_request_of_a_connection(server: Server) -> None:
    client = Client(int(server.expand("$TEST_NGINX_RAND_PORT_2")))
    assert client.get("/").body == b"two"
    client.ask("/")
    with suppress(h2.exceptions.ProtocolError):  # h2 wants nothing behind a GOAWAY, not even what was asked before
        while not client.goaway and not client.closed:
            client.step()
    assert client.h2.state_machine.state is h2.connection.ConnectionState.CLOSED
    client.sock.close()


def test_what_is_not_http2(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock:
        sock.sendall(b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
        data = b""
        while piece := sock.recv(4096):
            data += piece
        assert b"HTTP/1" not in data
