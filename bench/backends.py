"""The servers that some workloads ask: a redis-server, an nginx."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from bench.servers import START_SECONDS, BenchError
from pyresty.testing.server import free_ports


class Redis:
    """A redis-server of our own with one key in it, without files."""

    def __init__(self) -> None:
        self.port = free_ports(1)[0]
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir(),
        )  # fmt: skip
        self._fill()

    def _fill(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=START_SECONDS) as sock:
                    sock.sendall(b"SET greeting hello\r\n")
                    if sock.recv(64) == b"+OK\r\n":
                        return
            except ConnectionRefusedError:
                pass
            if time.monotonic() > deadline:
                self.stop()
                raise BenchError("redis-server did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(START_SECONDS)


class Backend:
    """An nginx of our own that answers one line to every request."""

    def __init__(self, nginx: str) -> None:
        self.port = free_ports(1)[0]
        self._prefix = Path(tempfile.mkdtemp(prefix="bench-backend-"))
        (self._prefix / "logs").mkdir()
        (self._prefix / "nginx.conf").write_text(f"""
daemon off; master_process off; pid logs/nginx.pid; error_log logs/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000; default_type text/plain;
server {{ listen 127.0.0.1:{self.port}; location / {{ return 200 "Hello from behind!\\n"; }} }} }}
""")
        self._process = subprocess.Popen(
            [nginx, "-p", f"{self._prefix}/", "-c", "nginx.conf"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=START_SECONDS).close()
                return
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    self.stop()
                    raise BenchError("the backend did not start") from None
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop it and remove its files."""
        self._process.terminate()
        self._process.wait(START_SECONDS)
        shutil.rmtree(self._prefix, ignore_errors=True)
