"""Logs of a running server: syslog peers, full disks, files that are moved away."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from serving import PATIENCE, Serving, wait_for

Make = Callable[..., Serving]


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[socket.socket]:
    """A syslog server on PREFIX/syslog."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.bind(str(tmp_path / "syslog"))
        yield sock


def test_lines_for_syslog_have_its_header(make_server: Make, tmp_path: Path, peer: socket.socket) -> None:
    target = f"syslog:server=unix:{tmp_path}/syslog,facility=local1,tag=web"
    server = make_server(
        "location /a { content_by_lua_block { ngx.log(ngx.WARN, 'told') ngx.say('x') } }",
        http=f"log_format p $uri; access_log {target},severity=notice,nohostname p; error_log {target} warn;",
    )
    server.get("/a")
    line = peer.recv(4096).decode()
    stamp = r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
    assert re.fullmatch(
        rf"<140>{stamp} {socket.gethostname().lower()} web: "
        r"\d{4}/\S+ \S+ \[warn\] \d+#\d+: \*\d+ \[lua\] .*: told, .*",
        line,
    )
    assert not line.endswith("\n")
    assert re.fullmatch(rf"<141>{stamp} web: /a", peer.recv(4096).decode())


def test_a_syslog_peer_that_comes_back_is_found_again(make_server: Make, tmp_path: Path, peer: socket.socket) -> None:
    path = tmp_path / "syslog"
    server = make_server(
        "location /a { content_by_lua_block { ngx.log(ngx.WARN, 'told') } }",
        http=f"error_log stderr info; error_log syslog:server=unix:{path} warn;",
    )
    peer.close()
    path.unlink()
    for _ in range(3):
        assert server.get("/a").status == 200
    log = server.drained_log()
    assert log.count("[error] ") == log.count("send() failed (111: Connection refused)\n") == 1
    assert log.count("[alert] ") == log.count("connect() failed (2: No such file or directory)\n") == 2
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as back:
        back.settimeout(PATIENCE)
        back.bind(str(path))
        server.get("/a")
        assert b": told" in back.recv(4096)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_told_once_and_left_with_usr1(make_server: Make, tmp_path: Path) -> None:
    for name in ("access.log", "error.log"):
        (tmp_path / name).symlink_to("/dev/full")
    server = make_server(
        "location /a { content_by_lua_block { ngx.log(ngx.WARN, 'told') ngx.say('x') } }",
        http=f"log_format p $uri; access_log {tmp_path}/access.log p; error_log stderr info;"
        f" error_log {tmp_path}/error.log warn;",
    )
    for _ in range(5):
        assert server.get("/a").status == 200
    text = server.drained_log()
    for name in ("access", "error"):
        message = f'write() to "{tmp_path}/{name}.log" failed (28: No space left on device)'
        assert text.count(message) == 1 and re.search(rf"\[alert\] .*{re.escape(message)}", text)
        (tmp_path / f"{name}.log").unlink()
    server.send(signal.SIGUSR1)
    server.expect("reopening logs")
    for name, wanted in (("access.log", "/a\n"), ("error.log", ": told,")):

        def written(name: str = name, wanted: str = wanted) -> bool:
            server.get("/a")
            return (tmp_path / name).exists() and wanted in (tmp_path / name).read_text()

        wait_for(written, f"a line in the new {name}")


def test_a_log_that_cannot_be_reopened_stays(make_server: Make, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    server = make_server("location /a { return 200 x; }", http=f"log_format p $uri; access_log {tmp_path}/d/a.log p;")
    server.get("/a")
    (tmp_path / "d").rename(tmp_path / "e")
    server.send(signal.SIGUSR1)
    server.expect(rf'\[emerg\] .* open\(\) "{tmp_path}/d/a.log" failed \(2: No such file or directory\)')
    server.get("/a")
    wait_for(lambda: (tmp_path / "e" / "a.log").read_text() == "/a\n/a\n", "a line in the old file")


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGQUIT])
def test_no_line_of_a_burst_is_lost_at_the_end(make_server: Make, tmp_path: Path, sent: signal.Signals) -> None:
    end = "content_by_lua_block { ngx.say('x') require('ffi').C.kill(ngx.worker.pid(), tonumber(ngx.var.arg_signal)) }"
    declared = "init_by_lua_block { require('ffi').cdef 'int kill(int, int);' }"
    server = make_server(
        f"location /a {{ return 200 x; }} location /end {{ {end} }}",
        http=f"log_format p $uri; access_log {tmp_path}/a.log p; {declared}",
    )
    paths = [f"/a{i}" for i in range(20)]
    with server.client() as client:
        client.send(*paths, f"/end?signal={sent.value}", "/a20")
        for path in [*paths, "/end"]:
            assert client.read().status == 200, path
        server.expect("exit$")
    assert (tmp_path / "a.log").read_text().split()[:21] == [*paths, "/end"]
