"""Listening sockets and syslog peers, with real sockets on the loopback."""

from __future__ import annotations

import errno
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyresty.process import listen, syslog
from pyresty.process.errors import LoggedError
from pyresty.process.listen import Listener, listeners_of
from pyresty.process.logs import ErrorLog, SinkTable


class Recorder(ErrorLog):
    """A log that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def log(self, level: int | str, message: str | bytes, error: OSError | None = None) -> None:
        suffix = f" ({error.errno})" if error else ""
        self.lines.append(f"{level} {os.fsdecode(message)}{suffix}")


@pytest.fixture
def log() -> Recorder:
    return Recorder()


@pytest.fixture
def opened(log: Recorder) -> Iterator[list[Listener]]:
    found: list[Listener] = []
    yield found
    fds = {item.fd: item for item in found}
    listen.close_all(fds.values(), log, unlink=False)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def entry(port: int = 0, **options: Any) -> dict[str, Any]:
    port = port or free_port()
    return {
        "fd_key": b"127.0.0.1:%d" % port, "family": b"inet", "address": b"127.0.0.1", "port": port, "listens": [1],
        **options,
    }  # fmt: skip


def unix_entry(path: Path) -> dict[str, Any]:
    name = os.fsencode(path)
    return {"fd_key": b"unix:" + name, "family": b"unix", "address": name, "port": 0, "listens": [1]}


def option(listener: Listener, level: int, name: int) -> int:
    sock = socket.socket(fileno=listener.fd)
    value = sock.getsockopt(level, name)
    sock.detach()
    return value


def test_open(opened: list[Listener], log: Recorder) -> None:
    opened += listeners_of([entry(so_keepalive=True, keepcnt=3, rcvbuf=8192)], 2)
    listen.open_all(opened, log)
    listen.configure(opened, log)
    (listener,) = opened
    assert not os.get_inheritable(listener.fd) and not os.get_blocking(listener.fd)
    assert option(listener, socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
    assert option(listener, socket.SOL_SOCKET, socket.SO_REUSEADDR) == 1
    assert option(listener, socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert option(listener, socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == 3
    assert option(listener, socket.SOL_SOCKET, socket.SO_RCVBUF) == 16384  # Linux doubles it
    socket.create_connection(listener.sockaddr, 5).close()
    assert log.lines == []


@pytest.mark.parametrize(
    ("options", "level", "name", "value"),
    [
        ({"deferred": True}, socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1),
        ({"fastopen": 7}, socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 7),
        ({"sndbuf": 8192}, socket.SOL_SOCKET, socket.SO_SNDBUF, 16384),
        ({"so_keepalive": False}, socket.SOL_SOCKET, socket.SO_KEEPALIVE, 0),
        ({"so_keepalive": True, "keepidle": 50, "keepintvl": 20}, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 50),
        ({"so_keepalive": True, "keepidle": 50, "keepintvl": 20}, socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 20),
        ({"reuseport": True}, socket.SOL_SOCKET, socket.SO_REUSEPORT, 1),
    ],
)
def test_options(
    opened: list[Listener], log: Recorder, options: dict[str, Any], level: int, name: int, value: int
) -> None:
    opened += listeners_of([entry(**options)], 1)
    listen.open_all(opened, log)
    listen.configure(opened, log)
    assert option(opened[0], level, name) == value
    assert log.lines == []


@pytest.mark.parametrize("only", [True, False])
def test_ipv6only(opened: list[Listener], log: Recorder, only: bool) -> None:
    opened += listeners_of([entry(family=b"inet6", address=b"::", fd_key=b"[::]:0", ipv6only=only)], 1)
    listen.open_all(opened, log)
    assert option(opened[0], socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == only


def test_reuseport_has_a_socket_for_each_worker(opened: list[Listener], log: Recorder) -> None:
    opened += listeners_of([entry(reuseport=True)], 3)
    listen.open_all(opened, log)
    assert [item.worker for item in opened] == [0, 1, 2]
    assert len({item.fd for item in opened}) == 3


def test_address_in_use_is_tried_five_times(
    opened: list[Listener], log: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []
    monkeypatch.setattr("pyresty.process.listen.time.sleep", naps.append)
    taken, free = entry(), entry()
    opened += listeners_of([taken], 1)
    listen.open_all(opened, log)
    again = listeners_of([free, taken], 1)
    with pytest.raises(LoggedError):
        listen.open_all(again, log)
    key = taken["fd_key"].decode()
    tried = [f"emerg bind() to {key} failed ({errno.EADDRINUSE})", "notice try again to bind() after 500ms"]
    assert log.lines == tried * 5 + ["emerg still could not bind()"]
    assert naps == [0.5] * 5
    assert [item.fd for item in again] == [-1, -1]
    with pytest.raises(ConnectionRefusedError):  # what was opened beside it is closed again
        socket.create_connection(("127.0.0.1", free["port"]), 5)


def test_other_failures_are_not_tried_again(log: Recorder) -> None:
    bad = {**entry(), "address": b"192.0.2.1", "fd_key": b"192.0.2.1:80"}
    with pytest.raises(LoggedError):
        listen.open_all(listeners_of([bad], 1), log)
    assert log.lines == [f"emerg bind() to 192.0.2.1:80 failed ({errno.EADDRNOTAVAIL})"]


def test_testing_takes_no_offence_at_an_address_in_use(opened: list[Listener], log: Recorder, tmp_path: Path) -> None:
    taken = entry()
    opened += listeners_of([taken], 1)
    listen.open_all(opened, log)
    tested = listeners_of([taken, unix_entry(tmp_path / "u")], 1)
    listen.open_all(tested, log, testing=True)
    listen.close_all(tested, log, unlink=False)
    assert log.lines == [] and not (tmp_path / "u").exists()


def test_unix_sockets_are_for_all_and_go_with_the_master(log: Recorder, tmp_path: Path) -> None:
    path = tmp_path / "u"
    found = listeners_of([unix_entry(path)], 1)
    listen.open_all(found, log)
    assert path.stat().st_mode & 0o777 == 0o666
    listen.close_all(found, log, unlink=True)
    assert not path.exists() and log.lines == []


def test_reload_keeps_what_stays(opened: list[Listener], log: Recorder, tmp_path: Path) -> None:
    stays, path = entry(), tmp_path / "u"
    old = listeners_of([stays, unix_entry(path)], 1)
    listen.open_all(old, log)
    new = listeners_of([entry(), stays], 1)
    opened += new
    listen.adopt(new, old, log)
    assert [item.fd for item in new] == [-1, old[0].fd]
    listen.open_all(new, log)
    listen.close_unused(old, new, log)
    assert log.lines == [f"warn deleting socket {path}"] and not path.exists()
    socket.create_connection(("127.0.0.1", stays["port"]), 5).close()


def test_reload_gives_each_reuseport_socket_to_its_worker(opened: list[Listener], log: Recorder) -> None:
    spec = entry(reuseport=True)
    old = listeners_of([spec], 3)
    listen.open_all(old, log)
    new = listeners_of([spec], 2)
    opened += new
    listen.adopt(new, old, log)
    assert [item.fd for item in new] == [item.fd for item in old[:2]]
    listen.close_unused(old, new, log)
    assert [item.fd >= 0 for item in old] == [True, True, False]


def test_inherited_sockets(opened: list[Listener], log: Recorder, tmp_path: Path) -> None:
    first = listeners_of([entry(), unix_entry(tmp_path / "u")], 1)
    opened += first
    listen.open_all(first, log)
    value = listen.variable(first)
    assert value == f"{first[0].fd};{first[1].fd};"
    found = listen.inherited(value, log)
    assert [(item.key, item.fd, item.inherited) for item in found] == [
        (item.key, item.fd, True) for item in first
    ]  # fmt: skip
    assert log.lines == [f'notice using inherited sockets from "{value}"']


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (
            "x;5;",
            r'emerg invalid socket number "x;5;" in NGINX environment variable, ignoring the rest of the variable',
        ),
        ("7", r'emerg invalid socket number "7" in NGINX environment variable, ignoring'),
        ("99999;", r"crit getsockname\(\) of the inherited socket #99999 failed \(9\)"),
    ],
)
def test_bad_inherited_sockets(value: str, line: str, log: Recorder) -> None:
    assert listen.inherited(value, log) == []
    assert re.fullmatch(line, log.lines[1])


# -------------------------------------------------------------------------------------------------------------- syslog


def receiver(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.settimeout(5)
    sock.bind(str(path))
    return sock


def settings(path: Path, **more: Any) -> dict[str, Any]:
    peer = {"family": b"unix", "server": os.fsencode(path), "port": None}
    return {**peer, "facility": 23, "severity": 6, "tag": b"nginx", "nohostname": False, **more}


def test_syslog_messages(tmp_path: Path) -> None:
    with receiver(tmp_path / "s") as sock:
        table = SinkTable(lambda path: -1)
        spec = {"syslog": settings(tmp_path / "s", tag=b"web", facility=1), "level": b"info"}
        sink = table.bind(spec)
        assert spec["fd"] == sink.fd
        ErrorLog([sink]).log("crit", "message")
        host = re.escape(socket.gethostname().lower())
        pattern = (
            rf"<{1 * 8 + 2}>[A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d {host} web: "
            rf"\d{{4}}/\d\d/\d\d \S+ \[crit\] {os.getpid()}#\d+: message"
        )
        assert re.fullmatch(pattern, sock.recv(4096).decode())
        table.discard(None)


def test_syslog_over_udp_without_hostname() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.bind(("127.0.0.1", 0))
        peer = {"family": b"inet", "server": b"127.0.0.1", "port": sock.getsockname()[1], "nohostname": True}
        channel = syslog.Channel(syslog.peer_of(peer))
        assert channel.send(3, b"line\n")
        assert re.fullmatch(rb"<187>[A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d nginx: line", sock.recv(4096))
        channel.close()


def test_one_socket_a_peer_kept_over_a_reload(tmp_path: Path) -> None:
    with receiver(tmp_path / "s"):
        old = SinkTable(lambda path: -1)
        first, second = old.bind({"syslog": settings(tmp_path / "s")}), old.bind({"syslog": settings(tmp_path / "s")})
        new = SinkTable(lambda path: -1, old)
        third = new.bind({"syslog": settings(tmp_path / "s")})
        old.discard(new)
        assert first.fd == second.fd == third.fd and os.fstat(third.fd)
        new.discard(None)
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(third.fd)


def test_a_daemon_that_comes_back_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "s"
    channel = syslog.Channel(syslog.peer_of(settings(path)))  # nobody there yet
    fd = channel.fd
    assert not channel.send(3, b"lost")
    for text in (b"one", b"two"):
        with receiver(path) as sock:
            channel.send(3, b"may be lost")  # the first one after a loss tells that the peer has gone
            assert channel.send(3, text)
            received = [sock.recv(4096)]
            while not received[-1].endswith(text):
                received.append(sock.recv(4096))
        path.unlink()
    assert channel.fd == fd
    with receiver(path) as sock:
        assert syslog.reconnect(fd) == 0
        os.write(fd, b"from Lua")
        assert sock.recv(4096) == b"from Lua"
    channel.close()
