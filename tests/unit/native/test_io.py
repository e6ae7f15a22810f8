"""native.io on socket pairs, pipes and files."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def test_recv_again_data_and_end(run: Run, pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    recv = "return native.io.recv(...)"
    assert run(recv, left.fileno(), 100) == (None, b"again", errno.EAGAIN)
    right.send(b"hello\0world")
    assert run(recv, left.fileno(), 7) == b"hello\0w"
    assert run(recv, left.fileno(), 100) == b"orld"
    right.close()
    assert run(recv, left.fileno(), 100) == (None, b"closed", 0)


def test_peek_leaves_the_bytes(run: Run, pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    right.send(b"abc")
    assert run("return native.io.peek(...)", left.fileno(), 2) == b"ab"
    assert run("return native.io.recv(...)", left.fileno()) == b"abc"


def test_send_from_a_position(run: Run, pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    assert run("return native.io.send(...)", left.fileno(), b"0123456789", 4) == 7
    assert right.recv(100) == b"3456789"


def test_send_to_a_full_socket(run: Run, pair: tuple[socket.socket, socket.socket]) -> None:
    left, _ = pair
    data = b"x" * 4_000_000
    sent = run("return native.io.send(...)", left.fileno(), data)
    assert 0 < sent < len(data)
    assert run("return native.io.send(...)", left.fileno(), data) == (None, b"again", errno.EAGAIN)


def test_send_to_a_closed_peer_raises_no_signal(run: Run, pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    right.close()
    assert run("return native.io.send(...)", left.fileno(), b"x") == (None, b"closed", errno.EPIPE)


def test_bad_descriptor_gives_its_text(run: Run) -> None:
    assert run("return native.io.recv(...)", 999_999, 10) == (None, b"Bad file descriptor", errno.EBADF)
    assert run("return native.io.strerror(...)", errno.ECONNREFUSED) == b"Connection refused"


def test_writev(run: Run, pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    assert run("return native.io.writev(..., {'ab', '', 'cde', 'not this'}, 3)", left.fileno()) == 5
    assert right.recv(100) == b"abcde"


def test_write_and_read_a_pipe(run: Run) -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    try:
        assert run("return native.io.read(...)", reader, 10) == (None, b"again", errno.EAGAIN)
        assert run("return native.io.write(...)", writer, b"log line\n") == 9
        assert run("return native.io.read(...)", reader, 100) == b"log line\n"
        os.close(writer)
        assert run("return native.io.read(...)", reader, 100) == (None, b"closed", 0)
    finally:
        os.close(reader)


def test_files(run: Run, tmp_path: Path, pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    file = tmp_path / "f"
    file.write_bytes(bytes(range(256)) * 400)
    os.utime(file, (1000, 2000))
    stat = run("return native.io.stat(...)", os.fsencode(file))
    assert stat == (102400, 2000, False, True, file.stat().st_ino)
    assert run("return native.io.stat(...)", os.fsencode(tmp_path))[2:4] == (True, False)
    fd = run("return native.io.open(...)", os.fsencode(file))
    assert run("return native.io.fstat(...)", fd) == stat
    assert run("return native.io.pread(...)", fd, 255, 3) == b"\xff\0\1"
    assert len(run("return native.io.pread(...)", fd, 0, 102400)) == 102400
    assert run("return native.io.pread(...)", fd, 102400, 10) == b""
    assert run("return native.io.sendfile(...)", left.fileno(), fd, 10, 5) == 5
    assert right.recv(100) == bytes(range(10, 15))
    assert run("return native.io.close(...)", fd) is True
    assert run("return native.io.close(...)", fd)[2] == errno.EBADF


def test_missing_file(run: Run, tmp_path: Path) -> None:
    absent = os.fsencode(tmp_path / "absent")
    assert run("return native.io.open(...)", absent) == (None, b"No such file or directory", errno.ENOENT)
    assert run("return native.io.stat(...)", absent) == (None, b"No such file or directory", errno.ENOENT)


def test_shutdown_ends_the_stream(run: Run, pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    assert run("return native.io.shutdown(...)", left.fileno()) is True
    assert right.recv(10) == b""
    right.send(b"still")
    assert left.recv(10) == b"still"


def test_tcp_info(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert run("return native.io.tcp_info(...)", client.fileno(), b"snd_cwnd") > 0
        assert run("return native.io.tcp_info(...)", client.fileno(), b"rcv_space") > 1000


def test_clocks(run: Run) -> None:
    before = time.time()
    assert before <= run("return native.io.clock()") <= time.time()
    before = time.monotonic()
    assert before <= run("return native.io.monotonic()") <= time.monotonic()
