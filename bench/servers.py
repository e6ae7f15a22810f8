"""The servers that are measured."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

from bench.workload import Workload, write_files
from pyresty.testing.server import Binary, environment, free_ports

START_SECONDS = 10.0

#: Status, headers but Date and Server, body.
Answer = tuple[int, list[tuple[str, str]], bytes]


class BenchError(Exception):
    """A server that does not start, or one that does not answer as the other does."""


def _make_certificate(directory: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost",
         "-keyout", directory / "key.pem", "-out", directory / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


class Server:
    """One process that serves a workload."""

    def __init__(self, binary: Binary, workload: Workload, redis_port: int = 0, backend_port: int = 0) -> None:
        self.binary = binary
        self.workload = workload
        self.prefix = Path(tempfile.mkdtemp(prefix="bench-"))
        for name in ("conf", "logs", "temp"):
            (self.prefix / name).mkdir()
        self.port = free_ports(1)[0]
        write_files(self.prefix / "files")
        if workload.scheme == "https":
            _make_certificate(self.prefix / "conf")
        conf = workload.conf(binary, self.port, self.prefix, redis_port, backend_port)
        (self.prefix / "conf" / "nginx.conf").write_text(conf)
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
        connection = self._connect()
        try:
            connection.request("GET", self.workload.path)
            response = connection.getresponse()
            headers = [item for item in response.getheaders() if item[0].lower() not in ("date", "server")]
            return response.status, headers, response.read()
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        if self.workload.scheme == "https":
            context = ssl._create_unverified_context()
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=START_SECONDS, context=context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)

    def _serving(self) -> list[int]:
        """The processes that serve: the workers, or the only one."""
        assert self.process is not None
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children] or [pid]

    def cpu_seconds(self) -> float:
        """CPU time its processes have used, in user mode and in the kernel."""
        used = 0
        for pid in self._serving():
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(words[11]) + int(words[12])
        return used / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Resident bytes of one serving process."""
        for line in Path(f"/proc/{self._serving()[0]}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise BenchError("the process is gone")

    def stop(self) -> None:
        """Stop it and remove its files."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(START_SECONDS)
        shutil.rmtree(self.prefix, ignore_errors=True)
