"""A master with workers under load, and what can be done to them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from process_running import Running, wait_for
from serving import Client


def amount(name: str, short: int) -> int:
    """How often something is done: ``short`` unless the environment (scripts/soak) says otherwise."""
    return int(os.environ.get(f"PYRESTY_SOAK_{name.upper()}", short))


@dataclass
class Load:
    """What wrk counted."""

    requests: int = 0
    failed: int = 0
    report: str = ""


class Workers(Running):
    """A daemon: ``/`` answers with the worker's process id, ``/slow`` a little later."""

    def __init__(self, prefix: Path, count: int) -> None:
        super().__init__(prefix)
        self.count = count

    def command(self) -> list[str]:
        return [sys.executable, "-m", "pyresty", "-p", f"{self.prefix}/", "-c", "nginx.conf", "-e", "stderr"]

    def write(self, main: str = "", http: str = "", locations: str = "", listen: str = "") -> None:
        """Write the configuration."""
        user = "user root;" if os.geteuid() == 0 else ""
        self.conf.write_text(
            f"daemon on; {user} pid nginx.pid; error_log stderr notice; worker_processes {self.count}; {main}\n"
            f"events {{ worker_connections 1024; }}\n"
            f'http {{ access_log off; client_body_temp_path body; lua_package_path "{self.prefix}/?.lua;;"; {http}\n'
            f"server {{ listen 127.0.0.1:{self.port} {listen};\n"
            "location = / { content_by_lua_block { ngx.print(ngx.worker.pid()) } }\n"
            "location = /slow { content_by_lua_block { ngx.sleep(0.05) ngx.print(ngx.worker.pid()) } }\n"
            f"{locations} }} }}\n"
        )

    def begin(self) -> None:
        """Start, and wait for all workers."""
        self.start(count=self.count)
        wait_for(self.pid_file.exists, "the pid file")
        self.wait_until_served()

    def wait_until_served(self) -> None:
        """Wait until each worker has answered."""
        wait_for(lambda: self.serving() >= set(self.pids), "every worker serves")

    @property
    def pids(self) -> list[int]:
        """The workers of the present master that accept connections."""
        master = self.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [int(pid) for pid in children if self._title(pid) == b"nginx: worker process"]

    @staticmethod
    def _title(pid: str) -> bytes:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0")
        except OSError:
            return b""

    def serving(self, tries: int = 40) -> set[int]:
        """The workers that answer requests on new connections."""
        return {self.who() for _ in range(tries)}

    def who(self) -> int:
        """The worker that answers a request on a new connection."""
        client = Client(self.port)
        try:
            return int(client.ask("/").body)
        finally:
            client.close()

    # ------------------------------------------------------------------------------------------------------------ load

    @contextmanager
    def load(self, connections: int = 16) -> Iterator[Load]:
        """wrk runs while the block does; what it counted is there behind it."""
        program = shutil.which("wrk")
        if program is None:
            pytest.skip("no wrk")
        result = Load()
        url = f"http://127.0.0.1:{self.port}/"
        wrk = subprocess.Popen(
            [program, "-t1", f"-c{connections}", "-d3600s", "--timeout", "20s", url], stdout=subprocess.PIPE
        )
        try:
            yield result
        finally:
            wrk.send_signal(signal.SIGINT)
            result.report = wrk.communicate(timeout=30)[0].decode()
            result.requests = int(re.search(r"(\d+) requests in", result.report)[1])  # type: ignore[index]
            errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", result.report)
            refused = re.search(r"Non-2xx or 3xx responses: (\d+)", result.report)
            result.failed = sum(int(n) for n in errors.groups()) if errors else 0
            result.failed += int(refused[1]) if refused else 0

    # ---------------------------------------------------------------------------------------------------------- events

    def reload(self) -> None:
        """HUP, and wait until new workers have taken the place of all old ones."""
        self.send(signal.SIGHUP)
        for _ in range(self.count):
            self.expect(r"start worker process \d+")
        for _ in range(self.count):
            self.expect(r"worker process \d+ exited with code 0")

    def upgrade(self) -> None:
        """Replace the program: USR2, then WINCH and QUIT for the old master."""
        old = self.pid
        self.send(signal.SIGUSR2, old)
        new = int(self.expect(r"start new binary process (\d+)")[1])
        for _ in range(self.count):
            self.expect(rf"{new}#\d+: start worker process \d+")
        wait_for(lambda: new in self.in_pid_file(), "the new pid file")
        self.wait_until_served_by_own()
        self.send(signal.SIGWINCH, old)
        for _ in range(self.count):
            self.expect(rf"{old}#\d+: worker process \d+ exited with code 0")
        self.send(signal.SIGQUIT, old)
        self.expect(rf"{old}#\d+: exit\n")
        wait_for(
            lambda: not Path(f"/proc/{old}").exists(), "the old master is gone"
        )  # it counts as a parent until then

    def wait_until_served_by_own(self) -> None:
        """Wait until a worker of the present master answers."""
        wait_for(lambda: self.who() in self.pids, "a new worker serves")

    def replaced(self, before: set[int], count: int, seconds: float) -> float:
        """Wait until ``count`` workers that were not there ``before`` serve; the seconds it took. Fails after
        ``seconds``.
        """
        begun = time.monotonic()
        while True:
            new = set(self.pids) - before
            if len(new) == count and self._answers_of(new):
                return time.monotonic() - begun
            assert time.monotonic() - begun < seconds, f"no replacement within {seconds} s"

    def _answers_of(self, pids: set[int]) -> bool:
        try:
            return self.serving(4 * self.count) >= pids
        except (ConnectionError, ValueError):
            return False


__all__ = ["Client", "Load", "Workers", "amount"]
