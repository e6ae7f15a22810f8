"""Driving a ``process_stub`` from a test: its log comes through a pipe, so a test waits for lines, not for time."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

STUB = Path(__file__).with_name("process_stub.py")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 10.0


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(condition: Any, what: str) -> Any:
    """The first true result of a condition that another process brings about without a word."""
    deadline = time.monotonic() + PATIENCE
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        select.select([], [], [], 0.01)
    return result


class Running:
    """One started server. ``text`` is all it has logged so far."""

    def __init__(self, prefix: Path, *, mode: str = "plain", env: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.mode = mode
        self.env = env or {}
        self.port = free_port()
        self.text = ""
        self.process: subprocess.Popen[bytes] | None = None
        self._pipe = -1
        self._pids: set[int] = set()

    @property
    def conf(self) -> Path:
        return self.prefix / "nginx.conf"

    @property
    def pid_file(self) -> Path:
        return self.prefix / "nginx.pid"

    def configure(self, main: str = "", listen: str = "", http: str = "", *, user: bool = True) -> None:
        """Write the configuration; the log goes to the pipe. ``user``: workers stay root when we are."""
        daemon = "" if "daemon on" in main else "daemon off;"
        user_line = "user root;" if user and os.geteuid() == 0 else ""
        listens = listen or f"listen 127.0.0.1:{self.port};"
        self.conf.write_text(
            f"{daemon} {user_line} pid nginx.pid; error_log stderr info; {main}\nevents {{}}\n"
            f"http {{ access_log off; client_body_temp_path body; {http}\n server {{ {listens} }} }}\n"
        )

    def start(self, until: str | None = r"start worker process \d+", count: int = 1) -> Running:
        """Start it, and wait for a line, so many times."""
        read, write = os.pipe()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self.env}
        self.process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stderr=write, env=environment, start_new_session=True
        )
        os.close(write)
        self._pipe = read
        if until:
            for _ in range(count):
                self.expect(until)
        return self

    def command(self) -> list[str]:
        """What is started."""
        return [sys.executable, str(STUB), self.mode, str(self.conf), f"{self.prefix}/"]

    def expect(self, pattern: str) -> re.Match[str]:
        """Wait until a pattern stands in what was logged since the last one that was expected."""
        deadline = time.monotonic() + PATIENCE
        start = getattr(self, "_seen", 0)
        while not (match := re.compile(pattern).search(self.text, start)):
            if not self._read(deadline):
                raise AssertionError(f"no {pattern!r} after:\n{self.text[start:]}\nall:\n{self.text}")
        self._seen = match.end()
        return match

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._pipe], [], [], max(deadline - time.monotonic(), 0))
        data = os.read(self._pipe, 65536) if ready else b""
        self.text += data.decode()
        self._pids.update(int(pid) for pid in re.findall(r"start (?:worker|new binary) process (\d+)", self.text))
        return bool(data)

    def ended(self) -> str:
        """Wait until no process holds the log any more; returns all that was logged."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        assert time.monotonic() < deadline, f"still running after:\n{self.text}"
        return self.text

    def ask(self, port: int | None = None) -> dict[str, Any]:
        """Connect and read what a worker says of itself."""
        with socket.create_connection(("127.0.0.1", port or self.port), timeout=PATIENCE) as sock:
            return self._answer(sock)

    def ask_unix(self, path: Path) -> dict[str, Any]:
        """The same through a unix-domain socket."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(PATIENCE)
            sock.connect(str(path))
            return self._answer(sock)

    @staticmethod
    def _answer(sock: socket.socket) -> dict[str, Any]:
        data = b"".join(iter(lambda: sock.recv(65536), b""))
        answer: dict[str, Any] = json.loads(data)
        return answer

    @property
    def pid(self) -> int:
        """The process id in the pid file."""
        return int(self.pid_file.read_text())

    def send(self, number: int, pid: int | None = None) -> None:
        """Send a signal to the master, or another process."""
        os.kill(pid or self.pid, number)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it and return the exit code of the started process."""
        self.send(number)
        self.ended()
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def clean_up(self) -> None:
        """End what the test has left running: masters in order, so that no worker outlives them, the rest by force."""
        for master in self._masters():
            with contextlib.suppress(ProcessLookupError):
                os.kill(master, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while self._masters() and time.monotonic() < deadline:
            time.sleep(0.01)
        for pid in {*self._pids, self.process.pid if self.process else 0} - {0}:
            self._kill_group_member(pid)
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)
        for pid in self.in_pid_file():
            self._kill_group_member(pid)
        if self._pipe >= 0:
            os.close(self._pipe)

    def _masters(self) -> list[int]:
        if self.process is not None:
            self.process.poll()  # or it stays, dead
        pids = {self.process.pid} if self.process is not None else set()
        return [pid for pid in pids | self.in_pid_file() if self._is_ours(pid)]

    def in_pid_file(self) -> set[int]:
        """The pid file's process; none while a master has not written it, or has removed it at its end."""
        try:
            return {self.pid}
        except (FileNotFoundError, ValueError):
            return set()

    def _is_ours(self, pid: int) -> bool:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        return b"nginx: " in command or str(self.prefix).encode() in command

    def _kill_group_member(self, pid: int) -> None:
        if self._is_ours(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
