"""HTTP/2: what is refused, how connections end, bodies of unknown length, trailers, pace."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from h2_client import Client
from hyperframe.frame import HeadersFrame

from pyresty.testing.case import Setup
from pyresty.testing.server import Server

SETUP = Setup(
    config="""
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 http2;
    location = /page { return 200 "a page"; }
    location = /slow { content_by_lua_block { ngx.sleep(0.3) ngx.say("slow") } }
    location = /body { client_max_body_size 500k; client_body_buffer_size 600k; content_by_lua_block {
        ngx.req.read_body()
        local data = ngx.req.get_body_data() or ""
        ngx.say(#data, " ", ngx.md5(data))
    } }
    location = /streamed {
        client_max_body_size 500k;
        proxy_http_version 1.1;
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/body;
    }
    location = /large { content_by_lua_block { ngx.print(("x"):rep(100000)) } }
    location = /length { return 200 $request_length; }
    location = /read-length { content_by_lua_block { ngx.req.read_body() ngx.print(ngx.var.request_length) } }
    location = /trailers { add_trailer X-Sum $arg_a; add_trailer Empty ""; return 200 "a body"; }
    location = /trailers-of-nothing { add_trailer X-Sum $arg_a; content_by_lua_block { ngx.eof() } }
    location = /paced { limit_rate 1000; limit_rate_after 500; content_by_lua_block { ngx.print(("x"):rep(2500)) } }
    location = /free { limit_rate_after 5k; limit_rate 1; content_by_lua_block { ngx.print(("x"):rep(1500)) } }
    """,
    http_config="""
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 http2;
        http2_max_concurrent_streams 1;
        location / { content_by_lua_block { ngx.sleep(0.3) ngx.say("slow") } }
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_3 http2;
        large_client_header_buffers 2 1k;
        location / { return 200 "read"; }
    }
    """,
)
GOOD = [(":method", "GET"), (":path", "/page"), (":scheme", "http"), (":authority", "localhost")]


def connect(server: Server, which: int = 1) -> Client:
    return Client(int(server.expand(f"$TEST_NGINX_RAND_PORT_{which}")))


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    made = connect(server)
    yield made
    made.sock.close()


def end_of(client: Client) -> tuple[int, int] | None:
    """Wait for the GOAWAY → its code and last stream."""
    while not client.goaway and not client.closed:
        client.step()
    client.sock.close()
    return client.farewell


@pytest.mark.parametrize(
    "fields",
    [
        [*GOOD, (":status", "200")],
        [*GOOD, (":path", "/other")],
        GOOD[1:],
        [GOOD[0], *GOOD[2:]],
        [*GOOD[:2], GOOD[3]],
        [(":method", "get"), *GOOD[1:]],
        [GOOD[0], (":path", ""), *GOOD[2:]],
        [GOOD[0], (":path", "page"), *GOOD[2:]],
        [*GOOD[:2], (":scheme", "ht tp"), GOOD[3]],
    ],
)
def test_bad_fields_are_bad_requests(client: Client, fields: list[tuple[str, str]]) -> None:
    assert client.wait(client.send(fields)).status == "400"
    assert client.get("/page").status == "200"


@pytest.mark.parametrize("fields", [[*GOOD, ("Upper", "x")], [*GOOD, ("a b", "x")], [*GOOD, ("x", "a\nb")]])
def test_malformed_fields_end_the_stream(client: Client, fields: list[tuple[str, str]]) -> None:
    stream = client.wait(client.send(fields))
    assert (stream.headers, stream.reset) == ([], 1)
    assert client.get("/page").status == "200"


def test_methods_that_are_not_allowed(client: Client) -> None:
    assert client.get("/page", method="TRACE").status == "405"
    assert client.get("/page", method="CONNECT").status == "405"


def test_odd_fields_are_left_out(client: Client) -> None:
    assert client.wait(client.send([*GOOD, ("a/b", "x")])).status == "200"


@pytest.mark.parametrize("length", [3, 30])
def test_a_body_of_another_length(client: Client, length: int) -> None:
    assert (
        client.get("/body", method="POST", body=b"0123456789", headers=(f"content-length: {length}",)).status == "400"
    )
    assert client.get("/page").status == "200"


def test_one_stream_too_many(server: Server) -> None:
    client = connect(server, 2)
    while not client.settled:
        client.step()
    client.h2.remote_settings.acknowledge()
    client.h2.remote_settings[3] = 100
    client.h2.remote_settings.acknowledge()
    first, second = client.ask("/"), client.ask("/")
    client.wait(first, second)
    assert client.streams[second].reset == 7
    assert client.streams[first].body == b"slow\n"
    client.sock.close()


def test_bodies_that_are_passed_on_as_they_come(client: Client) -> None:
    assert client.get("/streamed", method="POST", body=b"hello").body == b"5 5d41402abc4b2a76b9719d911017c592\n"
    many = client.get("/streamed", method="POST", body=b"x" * 400000)
    assert many.body == b"400000 60427332685a0c655f74780b32167cd9\n"
    known = client.get("/streamed", method="POST", body=b"hello", headers=("content-length: 5",))
    assert known.body == b"5 5d41402abc4b2a76b9719d911017c592\n"
    assert client.get("/streamed", method="POST", body=b"x" * 600000).status == "413"
    assert client.get("/page").status == "200"


def test_trailers(client: Client) -> None:
    stream = client.get("/trailers?a=b")
    assert (stream.body, stream.trailers) == (b"a body", [("x-sum", "b")])
    assert dict(stream.headers)["content-length"] == "6"
    stream = client.get("/trailers-of-nothing?a=b")
    assert (stream.body, stream.trailers) == (b"", [("x-sum", "b")])
    assert client.get("/trailers").trailers == []


def test_pace(client: Client) -> None:
    begun = time.monotonic()
    assert client.get("/free").body == b"x" * 1500
    middle = time.monotonic()
    assert client.get("/paced").body == b"x" * 2500
    assert time.monotonic() - middle > 0.8 > middle - begun


def test_fields_that_are_too_large(server: Server) -> None:
    client = connect(server, 3)
    assert client.get("/", headers=("x: " + "x" * 1000,)).body == b"read"
    client.ask("/", headers=("x: " + "x" * 1000, "y: " + "y" * 1000, "z: " + "z" * 100))
    assert end_of(client) == (11, 3)
    client = connect(server, 3)
    client.ask("/", headers=("x: " + "x" * 1900,))
    assert end_of(client) == (11, 1)


def test_a_broken_header_block(client: Client) -> None:
    assert client.get("/page").status == "200"
    client.sock.sendall(HeadersFrame(3, data=b"\x80", flags=["END_HEADERS", "END_STREAM"]).serialize())
    assert end_of(client) == (9, 3)


def test_data_without_a_stream(client: Client) -> None:
    assert client.get("/page").status == "200"
    client.sock.sendall(b"\x00\x00\x01\x00\x00\x00\x00\x00\x00x")
    assert end_of(client) == (1, 1)


def test_the_length_of_a_request(client: Client) -> None:
    first, second = client.get("/length"), client.get("/length")
    assert first.body == second.body or int(first.body) > int(second.body) > 0  # the table of fields is known then
    assert int(client.get("/length?" + "q" * 100).body) > 60
    assert client.get("/read-length", method="POST", body=b"x" * 1000).body.startswith(b"10")


def test_no_host(client: Client) -> None:
    assert client.wait(client.send(GOOD[:3])).status == "400"
    assert client.wait(client.send([*GOOD[:3], ("host", "localhost")])).status == "200"
    assert client.wait(client.send([*GOOD, ("host", "other")])).status == "400"


def test_a_window_that_shrinks_below_nothing(client: Client) -> None:
    client.acknowledges = False
    number = client.ask("/large")
    stream = client.streams[number]
    while len(stream.body) < 65535:
        client.step()
    client.h2.update_settings({4: 42})
    client.h2.increment_flow_control_window(300000)
    client.h2.increment_flow_control_window(1024, number)
    client.flush()
    assert client.get("/page", method="HEAD").status == "200"
    assert len(stream.body) == 65535
    client.h2.increment_flow_control_window(200000, number)
    client.flush()
    assert client.wait(number).body == b"x" * 100000


def test_a_request_without_a_line_is_logged_as_none(server: Server, client: Client) -> None:
    assert client.wait(client.send(GOOD[1:])).status == "400"
    client.get("/page")
    assert b'] "-" 400 ' in server.log("access.log")
