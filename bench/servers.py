"""The servers that are measured, and the redis-server that one workload asks."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from pyresty.testing.server import Binary, environment, free_ports

START_SECONDS = 10.0
WORKLOADS = Path(__file__).resolve().parent / "workloads"
NAMES = ("hello", "phases", "json", "redis")

#: Status, headers but Date and Server, body.
Answer = tuple[int, list[tuple[str, str]], bytes]


class BenchError(Exception):
    """A server that does not start, or one that does not answer as the other does."""


class Workload:
    """``bench/workloads/NAME.conf``: the server block's content; its first lines say the request and what it does."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = (WORKLOADS / f"{name}.conf").read_text()
        request, about = (line.removeprefix("# ") for line in self.text.splitlines()[:2])
        self.path = request.removeprefix("GET ")
        self.about = about

    def conf(self, binary: Binary, port: int, redis_port: int) -> str:
        """The whole nginx.conf; the same for every binary but for its first line."""
        return f"""{binary.head()}
daemon off; master_process off; worker_processes 1; pid logs/nginx.pid; error_log logs/error.log;
events {{ worker_connections 1024; }}
http {{
access_log logs/access.log; default_type text/plain;
client_body_temp_path temp/client_body; {_temp_paths(binary)}
lua_shared_dict bench 1m;
server {{
listen 127.0.0.1:{port};
{self.text.replace("@REDIS_PORT@", str(redis_port))}
}}
}}
"""


def _temp_paths(binary: Binary) -> str:
    names = ("proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{name}_temp_path temp/{name};" for name in names if binary.has_module(name))


class Server:
    """One process that serves a workload."""

    def __init__(self, binary: Binary, workload: Workload, redis_port: int) -> None:
        self.binary = binary
        self.workload = workload
        self.prefix = Path(tempfile.mkdtemp(prefix="bench-"))
        for name in ("conf", "logs", "temp"):
            (self.prefix / name).mkdir()
        self.port = free_ports(1)[0]
        (self.prefix / "conf" / "nginx.conf").write_text(workload.conf(binary, self.port, redis_port))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, cpus: set[int] | None) -> float:
        """Start it → seconds until its first answer. Raises BenchError."""
        begun = time.monotonic()
        with (self.prefix / "logs" / "output").open("wb") as out:
            self.process = subprocess.Popen(
                [*self.binary.command, "-p", f"{self.prefix}/", "-c", "conf/nginx.conf"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment(),
            )  # fmt: skip
        if cpus:
            os.sched_setaffinity(self.process.pid, cpus)
        while time.monotonic() < begun + START_SECONDS and self.process.poll() is None:
            try:
                self.answer()
                return time.monotonic() - begun
            except ConnectionError:
                time.sleep(0.002)
        words = "".join((self.prefix / "logs" / name).read_text() for name in ("output", "error.log"))
        self.stop()
        raise BenchError(f"{self.binary.command[0]} did not start:\n{words}")

    def answer(self) -> Answer:
        """What it answers to the workload's request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        try:
            connection.request("GET", self.workload.path)
            response = connection.getresponse()
            headers = [item for item in response.getheaders() if item[0].lower() not in ("date", "server")]
            return response.status, headers, response.read()
        finally:
            connection.close()

    def cpu_seconds(self) -> float:
        """CPU time it has used, in user mode and in the kernel."""
        assert self.process is not None
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Resident bytes."""
        assert self.process is not None
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise BenchError("the process is gone")

    def stop(self) -> None:
        """Stop it and remove its files."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(START_SECONDS)
        shutil.rmtree(self.prefix, ignore_errors=True)


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
