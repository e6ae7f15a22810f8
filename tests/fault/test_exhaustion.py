"""Nothing left: descriptors, disk. Serving goes on, the log says why something failed, and it ends with the cause."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from serving import wait_for
from workers import Client, Workers

Make = Callable[..., Workers]

LOCATIONS = """
location = /connect { content_by_lua_block {
    local files = {}
    for i = 1, 100 do files[i] = io.open("/dev/null") end
    local _, tcp = ngx.socket.tcp():connect("127.0.0.1", ngx.var.server_port)
    local _, udp = ngx.socket.udp():setpeername("127.0.0.1", 1)
    local status = ngx.location.capture("/proxied").status
    for _, file in ipairs(files) do file:close() end
    ngx.print(tcp, ", ", udp, ", ", status)
} }
location = /proxied { proxy_pass http://127.0.0.1:$server_port/; }
location = /body { client_body_buffer_size 1k; client_body_temp_path small; content_by_lua_block {
    ngx.req.read_body() ngx.print("read") } }
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 KB at PREFIX/small."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("may not mount")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def ask(workers: Workers, path: str, body: bytes = b"") -> tuple[int, str]:
    client = Client(workers.port)
    try:
        answer = client.ask(path, body)
        return answer.status, answer.text
    finally:
        client.close()


def test_no_descriptor_for_a_client(make_workers: Make) -> None:
    workers = make_workers(1, main="worker_rlimit_nofile 60;", locations=LOCATIONS)
    clients = [socket.create_connection(("127.0.0.1", workers.port)) for _ in range(80)]
    workers.expect(r"\[crit\] \S+ accept4\(\) failed \(24: Too many open files\)\n")
    for client in clients:
        client.close()
    assert ask(workers, "/")[0] == 200


def test_no_descriptor_for_a_peer(make_workers: Make) -> None:
    workers = make_workers(1, main="worker_rlimit_nofile 60;", locations=LOCATIONS)
    assert ask(workers, "/connect") == (200, "too many open files, too many open files, 500")
    for where in ("", "", " while connecting to upstream"):
        workers.expect(rf"\[alert\] \S+ \*\d+ socket\(\) failed \(24: Too many open files\){where}, client: ")
    assert ask(workers, "/")[0] == 200


def test_a_full_disk_for_request_bodies(small_disk: Path, make_workers: Make) -> None:
    workers = make_workers(1, locations=LOCATIONS)
    assert ask(workers, "/body", b"b" * 60000)[0] == 500
    workers.expect(r'\[crit\] \S+ \*\d+ pwrite\(\) "\S+/small/\d+" failed \(28: No space left on device\), client: ')
    wait_for(lambda: not list(small_disk.iterdir()), "the file is gone")
    assert ask(workers, "/body", b"b" * 5000) == (200, "read")


@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_leaves_in_the_middle_of_its_body(reset: bool, tmp_path: Path, make_workers: Make) -> None:
    workers = make_workers(1, locations=LOCATIONS)
    (worker,) = workers.pids
    ask(workers, "/body", b"b" * 5000)
    files = len(os.listdir(f"/proc/{worker}/fd"))
    client = Client(workers.port)
    client.sock.sendall(b"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + b"b" * 50000)
    wait_for(lambda: list((tmp_path / "small").iterdir()), "the body is in a file")
    if reset:
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    wait_for(lambda: not list((tmp_path / "small").iterdir()), "the file is gone")
    wait_for(lambda: len(os.listdir(f"/proc/{worker}/fd")) <= files, "its descriptor is closed")
