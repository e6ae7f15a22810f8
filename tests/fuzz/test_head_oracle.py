"""Random heads and targets are judged as a real nginx judges them; skipped where there is none."""

from __future__ import annotations

import random
import re
import shutil
import socket
from collections.abc import Iterator

import pytest
import raw_corpus as corpus
from head_reader import Reader, rounds
from test_head_pieces import mutate

from pyresty.testing.case import Setup
from pyresty.testing.server import Binary, Server

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
SETUP = Setup(
    http_config="""
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    location / { add_header X-Uri "<$uri>"; add_header X-Args "<$args>"; add_header X-Host "<$host>"; return 204; }
}
""",
)

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx to compare with")


@pytest.fixture(scope="module")
def nginx() -> Iterator[Server]:
    server = Server(Binary((str(NGINX),), is_nginx=True), SETUP)
    try:
        server.start()
        yield server
        server.stop()
    finally:
        server.remove()


def exchange(server: Server, data: bytes) -> bytes:
    """All that nginx answers to `data` when nothing follows."""
    port = int(server.expand("$TEST_NGINX_RAND_PORT_1"))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        received = b""
        try:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            while piece := sock.recv(65536):
                received += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    return received


def shown(answer: bytes, name: bytes) -> bytes | None:
    match = re.search(name + rb": <(.*)>\r\n", answer, re.DOTALL)
    return match[1].split(b">\r\n")[0] if match else None


TARGET_PARTS = rb"/ / / / . . . .. .. .. %2e %2e %2F %2F a a bc bc ? # + %41 %3f %23 %25 %0 %zz %00 \ %5c // /./ /../"


def target(rng: random.Random) -> bytes:
    return b"/" + b"".join(rng.choices([*TARGET_PARTS.split(b" "), b"\xc3\xa4"], k=rng.randint(0, 9)))


def test_targets(nginx: Server, reader: Reader, rng: random.Random) -> None:
    for _ in range(rounds(400)):
        raw = target(rng)
        answer = exchange(nginx, b"GET " + raw + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        found = reader.normalize(raw)
        if answer.startswith(b"HTTP/1.1 400 "):
            assert found is None, raw
        else:
            assert found is not None, raw
            assert (found[0], found[1] or b"") == (shown(answer, b"X-Uri"), shown(answer, b"X-Args") or b""), raw


HOST_PARTS = rb"a a a a a Bc Bc Bc . . . . . : : : 80 80 [ [ ] ] ::1 ::1 / \ _ - @ %2e"


def host(rng: random.Random) -> bytes:
    return b"".join(rng.choices([*HOST_PARTS.split(b" "), b"\xe4", b"\x01", b" "], k=rng.randint(1, 7)))


def test_hosts(nginx: Server, reader: Reader, rng: random.Random) -> None:
    for _ in range(rounds(300)):
        name = host(rng)
        data = b"GET / HTTP/1.1\r\nConnection: close\r\nHost: " + name + b"\r\n\r\n"
        answer, ours = exchange(nginx, data), reader.read(data)
        if answer.startswith(b"HTTP/1.1 400 "):
            assert ours["after"] is False, name
        else:
            assert ours.get("host") == shown(answer, b"X-Host"), name


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def status_of(answer: bytes) -> int | None:
    match = re.match(rb"HTTP/1\.1 (\d+)", answer)
    return int(match[1]) if match else None


def test_mutated_heads(nginx: Server, reader: Reader, rng: random.Random) -> None:
    seeds = sorted({case.sent for case in corpus.load() if case.server == "main" and 20 < len(case.sent) < 300})
    for _ in range(rounds(600)):
        data = mutate(rng, rng.choice(seeds))
        answer, ours = exchange(nginx, data), reader.read(data)
        if answer.startswith(b"<html>") or ours.get("http_version") == 9:
            continue  # HTTP/0.9: no status to compare
        if ours["after"] is False:
            status = 400 if ours["status"] == 494 else ours["status"]
            assert status_of(answer) == status, data
        elif ours["after"] is None:
            assert answer == b"", data
        elif not ours["chunked"] and not ours.get("content_length"):
            assert status_of(answer.removeprefix(CONTINUE)) == 204, data
