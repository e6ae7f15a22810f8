"""``zone`` of an upstream: workers share what they know of its peers."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from process_running import PATIENCE, wait_for
from serving import Client, Serving

MakeServer = Callable[..., Serving]

HTTP = """
upstream pair { zone all 64k; server unix:PREFIX/a; server unix:PREFIX/b; }
upstream failing { zone all; server unix:PREFIX/dead fail_timeout=60s; server unix:PREFIX/a; server unix:PREFIX/b; }
upstream full { zone all; server unix:PREFIX/slow max_conns=1; server unix:PREFIX/b backup; }
upstream least { zone other 64k; least_conn; server unix:PREFIX/slow; server unix:PREFIX/a weight=2; }
upstream chosen { zone other; server unix:PREFIX/a; server unix:PREFIX/b; balancer_by_lua_block { } }
server { listen unix:PREFIX/a; location / { return 200 a; } }
server { listen unix:PREFIX/b; location / { return 200 b; } }
"""
LOCATIONS = """
location = /who { content_by_lua_block { ngx.print(ngx.worker.pid()) } }
location /to/ { rewrite ^/to/(.*) /$1 break; proxy_pass http://$1; }
location = /down { content_by_lua_block {
    ngx.print(tostring(require("ngx.upstream").set_peer_down("pair", false, 0, ngx.var.arg_down == "1")))
} }
location = /peers { content_by_lua_block {
    for _, peer in ipairs(require("ngx.upstream").get_primary_peers(ngx.var.arg_u)) do
        ngx.print(peer.conns, " ", peer.fails, " ", tostring(peer.down), ";")
    end
} }
"""


class Peer:
    """An upstream server that answers when it is told to."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        path.chmod(0o777)
        self.listener.listen()
        self.listener.settimeout(PATIENCE)

    def take(self) -> socket.socket:
        """A connection whose request has come."""
        connection, _ = self.listener.accept()
        connection.settimeout(PATIENCE)
        assert connection.recv(65536)
        return connection


def answer(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nslow")
    connection.close()


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    made = Peer(tmp_path / "slow")
    yield made
    made.listener.close()


@pytest.fixture
def server(make_server: MakeServer, tmp_path: Path, peer: Peer) -> Serving:
    return make_server(LOCATIONS, http=HTTP.replace("PREFIX", str(tmp_path)), main="worker_processes 2;")


def both(server: Serving) -> tuple[Client, Client]:
    """A connection to each of the two workers."""
    found: dict[int, Client] = {}

    def reached() -> bool:
        client = server.connect()
        worker = int(client.ask("/who").text)
        if worker in found:
            client.close()
        found.setdefault(worker, client)
        return len(found) == 2

    wait_for(reached, "two workers")
    first, second = found.values()
    return first, second


def test_workers_take_turns(server: Serving) -> None:
    for name in ("pair", "chosen"):
        first, second = both(server)
        answers = [client.ask(f"/to/{name}").text for client in (first, second, first, second, second, first)]
        assert answers == ["a", "b", "a", "b", "a", "b"]


def test_a_failure_counts_for_all(server: Serving) -> None:
    first, second = both(server)
    assert first.ask("/to/failing").text in "ab"
    server.expect("upstream server temporarily disabled")
    assert second.ask("/peers?u=failing").text.startswith("0 1 nil;")
    assert sorted(second.ask("/to/failing").text for _ in range(6)) == ["a"] * 3 + ["b"] * 3
    assert server.drained_log().count("connect() to unix:") == 1


def test_connections_count_for_all(server: Serving, peer: Peer) -> None:
    first, second = both(server)
    first.send("/to/full")
    held = peer.take()
    assert second.ask("/peers?u=full").text == "1 0 nil;"
    assert second.ask("/to/full").text == "b"
    answer(held)
    assert first.read().text == "slow"
    wait_for(lambda: second.ask("/peers?u=full").text == "0 0 nil;", "the connection is through")
    second.send("/to/full")
    answer(peer.take())
    assert second.read().text == "slow"


def test_the_fewest_connections_of_all(server: Serving, peer: Peer) -> None:
    first, second = both(server)
    while True:  # weights decide while nobody is busy
        first.send("/to/least")
        try:
            peer.listener.settimeout(0.2)
            held = peer.take()
            break
        except TimeoutError:
            assert first.read().text == "a"
    assert [second.ask("/to/least").text for _ in range(4)] == ["a"] * 4
    answer(held)
    assert first.read().text == "slow"


def test_what_a_killed_worker_had_counts_no_more(server: Serving, peer: Peer) -> None:
    first, second = both(server)
    worker = int(first.ask("/who").text)
    first.send("/to/full")
    held = peer.take()
    assert second.ask("/to/full").text == "b"
    server.send(signal.SIGKILL, worker)
    wait_for(lambda: second.ask("/peers?u=full").text == "0 0 nil;", "a worker in its place")
    held.close()
    second.send("/to/full")
    answer(peer.take())
    assert second.read().text == "slow"


def test_a_peer_is_taken_out_for_all(server: Serving) -> None:
    first, second = both(server)
    assert first.ask("/down?down=1").text == "true"
    assert second.ask("/peers?u=pair").text == "0 0 true;0 0 nil;"
    assert [second.ask("/to/pair").text for _ in range(3)] == ["b"] * 3
    assert second.ask("/down?down=0").text == "true"
    assert sorted(first.ask("/to/pair").text for _ in range(2)) == ["a", "b"]


def test_a_reload_begins_anew(server: Serving, peer: Peer) -> None:
    first, _ = both(server)
    assert first.ask("/down?down=1").text == "true"
    first.send("/to/full")
    held = peer.take()
    server.reload()
    wait_for(lambda: server.drained_log().count("gracefully shutting down") == 2, "new workers only")
    assert server.get("/peers?u=pair").text == "0 0 nil;0 0 nil;"
    assert server.get("/peers?u=full").text == "0 0 nil;"
    answer(held)
    assert first.read().text == "slow"
    new = both(server)
    assert sorted(client.ask("/to/pair").text for client in new) == ["a", "b"]
    assert not re.search(r"\[(alert|emerg)\]", server.drained_log())


@pytest.mark.parametrize("main", ["master_process off;", "worker_processes 1;"])
def test_a_single_process(make_server: MakeServer, tmp_path: Path, main: str) -> None:
    server = make_server(LOCATIONS, http=HTTP.replace("PREFIX", str(tmp_path)), main=main)
    assert [server.get("/to/pair").text for _ in range(4)] == ["a", "b", "a", "b"]
    server.send(signal.SIGHUP)
    server.expect(r"signal 1 \(SIGHUP\)")
    assert sorted(server.get("/to/pair").text for _ in range(2)) == ["a", "b"]
    assert server.stop() == 0
