"""Clients that leave in mid-operation, and very many coroutines: nothing is left behind, memory stays flat."""

from __future__ import annotations

import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from serving import PATIENCE, Serving, wait_for
from workers import amount

Make = Callable[..., Serving]
AT_ONCE = 20
POOL = 2  # connections that may be kept

LOCATIONS = """
lua_check_client_abort on;
location = /sleep { content_by_lua_block { ngx.sleep(0.05) ngx.say("slept") } }
location = /receive { content_by_lua_block {
    local sock = ngx.socket.tcp() sock:settimeout(50)
    sock:connect("127.0.0.1", ngx.var.arg_port) sock:receive() } }
location = /pooled { content_by_lua_block {
    local sock = ngx.socket.tcp() sock:settimeout(50)
    if sock:connect("127.0.0.1", ngx.var.arg_port, {pool = "p", pool_size = 2, backlog = 100}) then
        ngx.sleep(0.002) sock:setkeepalive() end } }
location = /connect { content_by_lua_block {
    local sock = ngx.socket.tcp() sock:settimeout(30) sock:connect("192.0.2.1", 9) } }
location = /datagram { content_by_lua_block {
    local sock = ngx.socket.udp() sock:settimeout(50)
    sock:setpeername("127.0.0.1", ngx.var.arg_port) sock:receive() } }
location = /semaphore { content_by_lua_block {
    local shared = package.loaded.shared_semaphore
    if not shared then shared = require("ngx.semaphore").new() package.loaded.shared_semaphore = shared end
    ngx.thread.spawn(function() shared:wait(0.05) end)
    shared:wait(0.03) } }
location = /threads { content_by_lua_block {
    local function nap() ngx.sleep(0.03) end
    local one, two = ngx.thread.spawn(nap), ngx.thread.spawn(nap)
    ngx.thread.wait(one, two) } }
location = /coroutines { content_by_lua_block {
    local function nested(depth)
        if depth == 0 then ngx.sleep(0.03) return end
        coroutine.wrap(function() nested(depth - 1) end)()
    end
    nested(5) } }
location = /pipe { content_by_lua_block {
    local proc = require("ngx.pipe").spawn {"sleep", "1"}
    proc:set_timeouts(50, 50, 50, 50) proc:stdout_read_line() } }
location = /capture { content_by_lua_block { ngx.say(ngx.location.capture("/sleep").body) } }
location = /body { content_by_lua_block { ngx.req.read_body() ngx.say("read") } }
location = /body-socket { content_by_lua_block {
    local sock = ngx.req.socket() if sock then sock:settimeout(50) sock:receive(100000) end } }
location = /large { content_by_lua_block {
    for _ = 1, 50 do ngx.print(("x"):rep(100000)) ngx.flush(true) end } }
location = /on-abort { content_by_lua_block {
    ngx.on_abort(function() ngx.exit(499) end) ngx.sleep(0.05) } }
location = /timer { content_by_lua_block {
    ngx.timer.at(0, function() ngx.sleep(0.01) end) ngx.sleep(0.01) } }
location = /spin { lua_check_client_abort off; content_by_lua_block {
    local cycles, create, resume, yield = ngx.var.arg_n + 0, coroutine.create, coroutine.resume, coroutine.yield
    local function body(a) local b = yield(a + 1) return b + 1 end
    for i = 1, cycles do
        local co = create(body)
        local _, x = resume(co, i)
        local _, y = resume(co, x)
        assert(y == i + 2)
        if i % 50000 == 0 then ngx.sleep(0) end
    end
    ngx.say("spun") } }
location = /spawn { lua_check_client_abort off; content_by_lua_block {
    for i = 1, ngx.var.arg_n + 0 do
        local one = ngx.thread.spawn(function() coroutine.wrap(function() ngx.sleep(0) end)() return i end)
        local _, value = ngx.thread.wait(one)
        assert(value == i)
    end
    ngx.say("spun") } }
"""
PATHS = (
    "/sleep", "/receive", "/pooled", "/connect", "/datagram", "/semaphore", "/threads", "/coroutines", "/capture",
    "/body", "/body-socket", "/large", "/on-abort", "/timer",
)  # fmt: skip


class Silent:
    """A TCP listener that accepts and says nothing."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                threading.Thread(target=self._drain, args=(sock,), daemon=True).start()

    @staticmethod
    def _drain(sock: socket.socket) -> None:
        with suppress(OSError), sock:
            while sock.recv(65536):
                pass

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join(PATIENCE)


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


def request_for(path: str, port: int) -> bytes:
    body = b"x" * 500 if "body" in path else b""
    length = "Content-Length: 100000\r\n" if body else ""
    return f"GET {path}?port={port} HTTP/1.1\r\nHost: h\r\n{length}\r\n".encode() + body


def leave(sock: socket.socket, *, reset: bool) -> None:
    """Close with a RST, or with a FIN."""
    if reset:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def abort_many(server: Serving, port: int, count: int, paths: tuple[str, ...] = PATHS) -> None:
    """So many requests whose clients leave after at most ``AT_ONCE`` others, none reads."""
    choice = random.Random(count)
    clients: list[socket.socket] = []
    for number in range(count):
        sock = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        sock.sendall(request_for(paths[number % len(paths)], port))
        clients.append(sock)
        if len(clients) > AT_ONCE:
            leave(clients.pop(choice.randrange(AT_ONCE)), reset=choice.random() < 0.5)
        if number % 100 == 99:
            server.drained_log()
    for sock in clients:
        leave(sock, reset=False)


def quiet(server: Serving) -> dict[str, Any]:
    """Counts when nothing is under way but what the pool keeps, two connections at most."""
    seen: list[dict[str, Any]] = []

    def reached() -> bool:
        server.drained_log()
        seen[:] = [server.probe()]
        probe = seen[0]
        return bool(probe["connections"] == probe["lua_connections"] == 1 and probe["waits"] <= POOL)

    wait_for(reached, "the server is quiet")
    return seen[0]


def test_aborts_leave_nothing_behind(make_server: Make, silent: Silent) -> None:
    count = amount("aborts", 560)
    server = make_server(LOCATIONS, connections=4096, http="error_log requests.log warn;")
    abort_many(server, silent.port, 140)
    abort_many(server, silent.port, 4, ("/pipe",))
    first = quiet(server)
    marks = []
    for _ in range(4):
        abort_many(server, silent.port, count // 4)
        marks.append(quiet(server))
    abort_many(server, silent.port, 4, ("/pipe",))
    last = quiet(server)
    for name in ("fds", "greenlets", "coroutines"):
        print(name, first[name], *(mark[name] for mark in marks), last[name])
    print("resident KB", first["rss"] // 1024, *(mark["rss"] // 1024 for mark in marks))
    assert last["fds"] <= first["fds"] + POOL
    assert last["greenlets"] == first["greenlets"]
    assert last["coroutines"] <= marks[0]["coroutines"] + 50  # those kept for further handlers
    assert marks[-1]["rss"] < marks[1]["rss"] + (4 << 20)
    log = server.drained_log() + (server.prefix / "requests.log").read_text()
    assert "[alert]" not in log and "[emerg]" not in log
    assert server.stop() == 0


def test_coroutine_cycles_leave_memory_flat(make_server: Make) -> None:
    cycles, threads = amount("cycles", 400_000), amount("threads", 4000)
    server = make_server(LOCATIONS)
    marks = []
    for _ in range(4):
        assert server.get(f"/spin?n={cycles // 4}").text == "spun\n"
        assert server.get(f"/spawn?n={threads // 4}").text == "spun\n"
        marks.append(server.settles(connections=1, waits=0))
    print("resident KB", *(mark["rss"] // 1024 for mark in marks), "coroutines", marks[-1]["coroutines"])
    assert marks[-1]["coroutines"] <= marks[0]["coroutines"] + 2
    assert marks[-1]["rss"] < marks[1]["rss"] + (4 << 20)
    assert server.stop() == 0
