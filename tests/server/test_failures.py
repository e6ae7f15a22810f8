"""Failures of our own, injected: an [alert], a 500 or a close for the request concerned, nothing for the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from serving import Serving

MakeServer = Callable[..., Serving]

WAIT_READ, ARM, PAUSE, DROP, CALL, FRESH = 1, 5, 6, 8, 9, 10

LOCATIONS = """
location /ok { content_by_lua_block { ngx.print("ok") } }
location /sleep { content_by_lua_block { ngx.sleep(0.3) ngx.print("slept") } }
location /short { content_by_lua_block { ngx.sleep(0.01) ngx.print("slept") } }
location /call { content_by_lua_block { local a, b = require("pyresty.sched").call("test.raise") ngx.print(a, b) } }
location /unknown { content_by_lua_block { local a, b = require("pyresty.sched").call("test.none") ngx.print(a, b) } }
location /in_head { content_by_lua_block {
    local head = require "pyresty.http.head"
    local read = head.read
    head.read = function() head.read = read error("broken head") end
    ngx.print("ok") } }
location /in_route { content_by_lua_block {
    local route = require "pyresty.http.route"
    local find = route.find_location
    route.find_location = function() route.find_location = find error("broken route") end
    ngx.print("ok") } }
location /in_output { content_by_lua_block {
    ngx.send_headers() ngx.print("begun ") ngx.flush(true)
    ngx.req.get_headers() local r = require("pyresty.state").r
    r.encoder = setmetatable({last = function() error("broken encoder") end}, {__index = r.encoder})
    ngx.print("end") } }
location /in_timer { content_by_lua_block {
    ngx.timer.at(0.01, function() require("pyresty.sched").operate(function() error("broken timer") end) end)
    ngx.print("set") } }
location /counts { content_by_lua_block { ngx.print(ngx.timer.running_count(), ngx.timer.pending_count()) } }
location /cosocket { content_by_lua_block {
    local sock = ngx.socket.tcp()
    assert(sock:connect("127.0.0.1", ngx.var.server_port))
    assert(sock:send("GET /sleep HTTP/1.0\\r\\n\\r\\n"))
    local data, err = sock:receive("*a")
    ngx.print(data and "data" or "nil ", err) } }
location /fresh { lua_code_cache off; content_by_lua_block { ngx.print("fresh") } }
"""


@pytest.fixture
def server(make_server: MakeServer) -> Iterator[Serving]:
    """A server whose other connections live on, and which leaks nothing, whatever the test broke."""
    server = make_server(LOCATIONS)
    with server.client() as sleeper, server.client() as idle:
        assert idle.ask("/ok").text == "ok"
        sleeper.send("/sleep", "/ok")
        before = server.settles(connections=3, waits=0, watchers=0)
        yield server
        assert sleeper.read().text == "slept"
        assert sleeper.read().text == "ok"
        assert idle.ask("/ok").text == "ok"
        after = server.settles(connections=3, lua_connections=3, waits=0, generations=1, vms=1)
        assert after["fds"] == before["fds"]
        assert after["greenlets"] <= before["greenlets"] + 1
    assert server.stop() == 0


def closes(server: Serving, path: str = "/ok") -> bool:
    with server.client() as client:
        client.send(path)
        return client.at_end()


def test_an_entry_that_raises_without_a_request(server: Serving) -> None:
    with server.client() as client:
        assert client.ask("/in_head").text == "ok"
        client.send("/ok")
        assert client.at_end()
    server.expect(r"(?s)\[alert\].*?driver: Traceback.*?broken head")


def test_an_entry_that_raises_before_lua_is_reached(server: Serving) -> None:
    with server.client() as client:
        assert client.ask("/ok").text == "ok"
        assert client.ask("/inject?what=entry").text == "true"
        client.send("/ok")
        assert client.at_end()
    server.expect(r"(?s)\[alert\].*?driver: Traceback.*?broken on purpose: _readable")


def test_an_entry_that_raises_with_a_request_answers_500(server: Serving) -> None:
    with server.client() as client:
        assert client.ask("/in_route").text == "ok"
        answer = client.ask("/ok")
        assert answer.status == 500 and "500 Internal Server Error" in answer.text
        assert client.at_end()
    server.expect(r"(?s)\[alert\].*?driver: Traceback.*?broken route")


def test_an_entry_that_raises_behind_a_header_closes(server: Serving) -> None:
    with server.client() as client:
        client.send("/in_output")
        client._until(b"begun")
        with pytest.raises(ConnectionError):
            client.read()
    server.expect(r"(?s)\[alert\].*?driver: Traceback.*?broken encoder")


def test_a_timer_of_a_user_that_fails_within_ours(server: Serving) -> None:
    assert server.get("/in_timer").text == "set"
    server.expect(r"(?s)\[alert\].*?driver: Traceback.*?broken timer")
    assert server.get("/counts").text == "00"


def test_a_tick_that_raises(server: Serving) -> None:
    server.inject("tick")
    assert server.get("/short").text == "slept"
    server.expect(r"(?s)\[alert\].*?broken on purpose: _tick")


@pytest.mark.parametrize("path", ["/call", "/unknown"])
def test_an_operation_that_raises(server: Serving, path: str) -> None:
    assert server.get(path).text == "nilinternal error"
    server.expect(r"(?s)\[alert\].*?operation test\.")


def test_driver_operations_that_raise_tell_the_waiting_thread(server: Serving) -> None:
    with server.client() as client:
        server.inject("operation", WAIT_READ)
        assert client.ask("/cosocket").text == "nil internal error"
        server.inject("operation", CALL)
        assert client.ask("/call").text == "nilinternal error"
    server.expect(r"(?s)\[alert\].*?driver: operation 9: Traceback")


def test_a_timer_that_cannot_be_armed_is_armed_again(server: Serving) -> None:
    server.inject("operation", ARM)
    with server.client() as client:
        assert client.ask("/sleep").text == "slept"
    server.expect(r"(?s)\[alert\].*?driver: operation 5: Traceback")


def test_a_pause_that_raises_closes(server: Serving) -> None:
    server.inject("operation", PAUSE)
    with server.client() as client:
        client.send("/sleep")
        server.probe()
        client.send("/ok")
        assert client.at_end()
    server.expect(r"(?s)\[alert\].*?driver: operation 6: Traceback")


@pytest.mark.parametrize("what", ["fresh", "operation"])
def test_a_fresh_vm_that_cannot_be_made_closes(server: Serving, what: str) -> None:
    server.inject(what, FRESH)
    assert closes(server, "/fresh")
    assert server.get("/fresh").text == "fresh"
    server.expect(r"(?s)\[alert\].*?driver: operation 10: Traceback")


def test_accepting_that_raises_closes(server: Serving) -> None:
    server.inject("add")
    assert closes(server)
    server.expect(r"(?s)\[alert\].*?accept: Traceback")


def test_a_callback_that_raises(server: Serving) -> None:
    server.inject("callback")
    server.expect(r"(?s)\[alert\].*?driver: .*?Traceback.*?broken on purpose: callback")
