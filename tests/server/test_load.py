"""Many requests at once: nothing leaks, no greenlet is switched while Lua runs, ``worker_connections`` holds."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from serving import PATIENCE, ROOT, Client, Serving

MakeServer = Callable[..., Serving]

LOCATIONS = """
location /echo { content_by_lua_block {
    local sock = ngx.socket.tcp()
    assert(sock:connect("127.0.0.1", tonumber(ngx.var.arg_port)))
    assert(sock:send("hello " .. ngx.var.arg_n .. "\\n"))
    local line = assert(sock:receive())
    ngx.sleep(0.02)
    assert(sock:setkeepalive(60000, 50))
    ngx.print(line) } }
location /hello { content_by_lua_block { ngx.sleep(0.001) ngx.print("hello") } }
location /capture { content_by_lua_block {
    local a, b = ngx.location.capture_multi({{"/hello"}, {"/hello"}})
    ngx.print(a.body, b.body) } }
location /threads { content_by_lua_block {
    local function nap(n) ngx.sleep(n) return n end
    local one, two = ngx.thread.spawn(nap, 0.001), ngx.thread.spawn(nap, 0.002)
    local _, a = ngx.thread.wait(one) local _, b = ngx.thread.wait(two)
    ngx.print(a, b) } }
location /timer { content_by_lua_block {
    assert(ngx.timer.at(0.001, function() ngx.sleep(0.001) end)) ngx.print("timer") } }
location /phases {
    rewrite_by_lua_block { ngx.sleep(0.001) } access_by_lua_block { ngx.sleep(0.001) }
    content_by_lua_block { ngx.req.read_body() ngx.print(ngx.req.get_body_data()) ngx.flush(true) }
    body_filter_by_lua_block { } log_by_lua_block { } }
location /host { content_by_lua_block {
    require("pyresty.ngx.socket") require("pyresty.state").host.is_executable("/bin/sh") ngx.print("host") } }
location /fresh { lua_code_cache off; content_by_lua_block { ngx.sleep(0.001) ngx.print("fresh") } }
"""


class EchoServer:
    """Answers each line with itself, and counts its connections."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.listener.getsockname()[1]
        self.accepted = 0
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                self.accepted += 1
                self._open.append(sock)
                threading.Thread(target=self._echo, args=(sock,), daemon=True).start()

    @staticmethod
    def _echo(sock: socket.socket) -> None:
        with suppress(OSError):
            while data := sock.recv(65536):
                sock.sendall(data)
        sock.close()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._threads[0].join(PATIENCE)


@pytest.fixture
def echo() -> Iterator[EchoServer]:
    server = EchoServer()
    yield server
    server.close()


def round_of_requests(server: Serving, echo: EchoServer, count: int) -> None:
    """So many connections with a request each, all under way at once."""
    clients = [server.connect() for _ in range(count)]
    for number, client in enumerate(clients):
        client.send(f"/echo?port={echo.port}&n={number}")
    for number, client in enumerate(clients):
        answer = client.read()
        assert (answer.status, answer.text) == (200, f"hello {number}")
    for client in clients:
        client.close()
    server.drained_log()


def test_500_requests_at_once_leak_nothing(make_server: MakeServer, echo: EchoServer) -> None:
    server = make_server(LOCATIONS, connections=2048)
    round_of_requests(server, echo, 20)
    server.settles(connections=1, lua_connections=1)
    before = server.probe()
    round_of_requests(server, echo, 500)
    first = server.settles(connections=1, lua_connections=1, waits=50)
    accepted = echo.accepted
    round_of_requests(server, echo, 50)
    assert echo.accepted == accepted  # all of them came from the pool
    round_of_requests(server, echo, 500)
    after = server.settles(connections=1, lua_connections=1, waits=50)
    assert before["waits"] == 20
    assert after["watchers"] == first["watchers"] <= 2 * 50  # reading and writing
    assert after["fds"] == first["fds"] == before["fds"] + 30
    assert after["greenlets"] == first["greenlets"] == before["greenlets"]
    assert max(first["coroutines"], after["coroutines"]) <= 500 + 20  # kept for further handlers
    assert after["rss"] < first["rss"] + (4 << 20)
    assert server.stop() == 0


def test_no_greenlet_is_switched_while_lua_runs(make_server: MakeServer, echo: EchoServer) -> None:
    server = make_server(LOCATIONS, trace=True)
    with server.client() as client:
        for number in range(3):
            assert client.ask(f"/echo?port={echo.port}&n={number}").text == f"hello {number}"
            assert client.ask("/capture").text == "hellohello"
            assert client.ask("/threads").text == "0.0010.002"
            assert client.ask("/timer").text == "timer"
            assert client.ask("/phases", b"b" * 5000).text == "b" * 5000
            assert client.ask("/host").text == "host"
            assert client.ask("/fresh").text == "fresh"
    server.reload()
    server.settles(vms=1, generations=1)
    assert server.probe()["switches"] == []
    server.inject("switch")
    switches = server.probe()["switches"]
    assert switches and "inject" in switches[0]
    assert server.stop() == 0


# -------------------------------------------------------------------------------------------------- worker_connections


def test_idle_connections_make_room_for_new_ones(make_server: MakeServer) -> None:
    server = make_server(LOCATIONS, connections=10)
    clients: list[Client] = []
    for _ in range(12):
        clients.append(server.connect())
        assert clients[-1].ask("/hello").text == "hello"
    assert [client.at_end() for client in clients[:3]] == [True, True, True]
    server.expect(r"\[warn\] \d+#\d+: 10 worker_connections are not enough, reusing connections")
    assert clients[-1].ask("/hello").text == "hello"
    assert server.stop() == 0


def test_cosockets_count(make_server: MakeServer) -> None:
    server = make_server(
        """
        location = /open { content_by_lua_block {
            local sockets = {}
            for i = 1, 10 do
                local sock = ngx.socket.tcp()
                local ok, err = sock:connect("127.0.0.1", ngx.var.arg_port)
                if not ok then ngx.print(i - 1, " ", err) break end
                sockets[i] = sock
            end
            for _, sock in ipairs(sockets) do sock:close() end
        } }
        """,
        connections=8,
    )
    listener = socket.create_server(("127.0.0.1", 0))
    server.settles(connections=1)
    for _ in range(2):  # the listening socket and the client's connection take two
        answer = server.get(f"/open?port={listener.getsockname()[1]}")
        assert answer.text == "6 worker_connections are not enough"
        server.expect(r"\[alert\] .*: \*\d+ 8 worker_connections are not enough, client: 127.0.0.1, .*GET /open")
        server.settles(connections=1)
    listener.close()
    assert server.stop() == 0


def test_no_room_is_an_alert_and_a_close(make_server: MakeServer) -> None:
    server = make_server(LOCATIONS, connections=10)
    busy: list[Client] = []
    for _ in range(9):
        busy.append(server.connect())
        busy[-1].sock.sendall(b"GET /hello HTTP/1.1\r\n")
    refused = server.connect()
    with suppress(ConnectionError):
        refused.sock.sendall(b"GET /hello HTTP/1.1\r\n")
    assert refused.at_end()
    server.expect(r"\[alert\] \d+#\d+: 10 worker_connections are not enough\n")
    busy.pop().close()
    server.settles(connections=9)
    busy[0].sock.sendall(b"Host: h\r\n\r\n")
    assert busy[0].read().text == "hello"
    assert server.stop() == 0


# ----------------------------------------------------------------------------------------------------- around the fork


def test_gevent_is_not_there_before_the_fork() -> None:
    code = "import sys, pyresty.net.server, pyresty.process.master; assert 'gevent' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


# ----------------------------------------------------------------------------------------------------- logs, shutdown


def test_buffered_log_lines_are_written_before_logs_are_reopened(make_server: MakeServer) -> None:
    server = make_server(LOCATIONS, http="log_format f $uri; access_log access.log f buffer=64k;")
    log = server.prefix / "access.log"
    assert server.get("/hello").text == "hello"
    moved = log.rename(server.prefix / "old.log")
    server.send(10)  # USR1
    server.expect("reopening logs")
    assert server.get("/hello").text == "hello"
    assert "/hello\n" in moved.read_text() and log.read_text() == ""
    assert server.stop() == 0
    assert "/hello\n" in log.read_text()


def test_shutdown_timeout_cuts_requests_off(make_server: MakeServer) -> None:
    server = make_server(
        "location /long { content_by_lua_block { ngx.sleep(30) } }",
        main="master_process on; worker_shutdown_timeout 200ms;",
        http="log_format f $uri; access_log access.log f;",
    )
    with server.client() as client:
        client.send("/long")
        server.probe()
        assert server.stop(3) == 0
        assert client.at_end()
    assert "/long\n" in (server.prefix / "access.log").read_text()


def test_a_graceful_end_waits_for_requests_and_timers(make_server: MakeServer) -> None:
    server = make_server(
        'location /late { content_by_lua_block { ngx.timer.at(9, function(p) ngx.sleep(0.2) print("late ", p) end)'
        ' ngx.sleep(0.1) ngx.print("late") } }',
        main="master_process on;",
    )
    with server.client() as client:
        client.send("/late")
        server.probe()
        server.send(3)
        assert client.read().text == "late"
        assert client.at_end()
    assert "late true" in server.ended()


def test_a_request_forgets_captures_that_are_through(make_server: MakeServer) -> None:
    """One that lives long, a WebSocket's say, may make very many."""
    server = make_server("""
        location /sub { return 200 x; }
        location /captures { content_by_lua_block {
            for _ = 1, 20 do
                ngx.location.capture("/sub")
                ngx.location.capture_multi {{"/sub"}, {"/sub"}}
            end
            ngx.print(#require("pyresty.state").r.subs)
        } }
    """)
    assert server.get("/captures").text == "0"
