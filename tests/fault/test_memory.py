"""What connections cost, and that serving costs nothing that is not given back."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from workers import Client, Workers, amount

Make = Callable[..., Workers]
PAGE = resource.getpagesize()
PARTS = 8  # memory is looked at after each
WARM = 3  # the part after which it may grow no more: the collector lets a heap grow at first
CLIENTS = 4
ASK = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


def resident(pid: int) -> int:
    """Bytes of memory that a process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def test_idle_connections_are_cheap(make_workers: Make) -> None:
    count = amount("connections", 1000)
    files = count + 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, files), hard), hard))
    workers = make_workers(1, main=f"worker_rlimit_nofile {files};")
    text = workers.conf.read_text().replace("worker_connections 1024", f"worker_connections {files}")
    workers.conf.write_text(text)
    workers.reload()
    worker = workers.who()
    for _ in range(50):
        workers.who()
    before = resident(worker)
    clients = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", workers.port), timeout=30)
        client.sendall(ASK)
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        clients.append(client)
    each = (resident(worker) - before) / count
    print(f"{count} idle connections: {each / 1024:.1f} KB each")
    assert each < 40 * 1024
    for client in clients:
        client.close()


def test_a_worker_does_not_grow(make_workers: Make) -> None:
    """Requests of several kinds, ``PYRESTY_SOAK_SECONDS`` long; resident memory after a warm-up and at the end."""
    requests = amount("requests", 48_000)  # the heap grows by 16 MB before the collector works
    locations = """
        location = /body { content_by_lua_block { ngx.req.read_body() ngx.print(#(ngx.req.get_body_data() or "")) } }
        location = /sub { content_by_lua_block { ngx.print(ngx.location.capture("/").body) } }
        location = /sock { content_by_lua_block {
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", ngx.var.server_port))
            assert(sock:send("GET / HTTP/1.0\\r\\nHost: h\\r\\n\\r\\n"))
            local body = assert(sock:receive("*a"))
            sock:close()
            ngx.print(#body)
        } }
        location = /threads { content_by_lua_block {
            local co = ngx.thread.spawn(function() ngx.sleep(0) return 1 end)
            ngx.thread.wait(co)
            ngx.timer.at(0, function() end)
            ngx.shared.cats:incr("n", 1, 0)
            ngx.print("x")
        } }
        location = /missing { return 404; }
    """
    workers = make_workers(1, http="lua_shared_dict cats 100k;", locations=locations)
    worker = workers.who()
    seconds = amount("seconds", 0)
    marks, begun = [], time.monotonic()
    for part in range(1, PARTS + 1):
        until = begun + part * seconds / PARTS
        with ThreadPoolExecutor(CLIENTS) as pool:
            each = [(workers.port, requests // PARTS // CLIENTS, until)] * CLIENTS
            list(pool.map(serve, *zip(*each, strict=True)))
        marks.append(resident(worker))
    print(f"{requests} requests in {time.monotonic() - begun:.0f} s, resident KB:", *(mark // 1024 for mark in marks))
    assert workers.who() == worker
    grown = marks[-1] - marks[WARM]
    assert grown < 5 << 20


def serve(port: int, count: int, until: float) -> None:
    """So many requests of all kinds, spread over the time that is left."""
    paths = ("/", "/slow", "/sub", "/sock", "/threads", "/missing")
    client = Client(port)
    pace = max(until - time.monotonic(), 0.0) / count
    for number in range(count):
        if number % 100 == 99:
            client.close()
            client = Client(port)
        path = paths[number % len(paths)] if number % 50 == 1 or number % len(paths) != 1 else "/"
        assert client.ask(path).status == (404 if path == "/missing" else 200)
        if number % 10 == 0:
            client.ask("/body", body=b"b" * (number % 5000 + 1))
        ahead = until - time.monotonic() - (count - 1 - number) * pace
        if ahead > 0:
            time.sleep(ahead)
    client.close()


def test_files_do_not_outrun_the_collector(make_workers: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 1024)
    workers = make_workers(1, locations=f"location = /file {{ root {tmp_path}; keepalive_requests 100000; }}")
    worker = workers.who()
    ask = b"GET /file HTTP/1.1\r\nHost: h\r\n\r\n" * 50
    with socket.create_connection(("127.0.0.1", workers.port), timeout=30) as client:
        for number in range(1600):
            if number == 400:
                warm = resident(worker)
            client.sendall(ask)
            got = 0
            while got < 50 * 1024:
                got += len(client.recv(1 << 20))
    grown = resident(worker) - warm
    print(f"80000 files: {grown / 1024:.0f} KB more")
    assert grown < 24 << 20
