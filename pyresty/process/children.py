"""The master's table of child processes (nginx: ngx_processes)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyresty.process import channel
from pyresty.process.logs import ErrorLog

#: Exit code of a worker that could not even begin; it is not started again.
FATAL = 2
#: A worker that lived shorter than this (seconds) counts as failed; the next but some waits.
SHORT_LIFE = 1.0
FREE_RESPAWNS = 3
MAX_DELAY = 0.5


@dataclass(slots=True, eq=False)
class Child:
    """One child. ``end`` is the master's end of its channel.

    ``worker`` is its number, None for the privileged agent and a new binary;
    ``respawn``: start another one when it dies; ``just_spawned``: the next signal to workers passes it by;
    ``detached``: not a worker of ours (a new binary).
    """

    name: str
    pid: int
    worker: int | None = None
    end: socket.socket | None = None
    respawn: bool = False
    just_spawned: bool = False
    detached: bool = False
    exiting: bool = False
    exited: bool = False
    failures: int = 0
    started: float = field(default_factory=time.monotonic)
    respawn_at: float | None = None

    def close(self) -> None:
        """Close the channel."""
        if self.end is not None:
            self.end.close()
            self.end = None

    def delay(self) -> float:
        """Seconds to wait before it is started again: none, unless it keeps dying young."""
        if time.monotonic() - self.started >= SHORT_LIFE:
            self.failures = 0
            return 0.0
        self.failures += 1
        excess = self.failures - FREE_RESPAWNS
        return min(0.1 * 2.0**excess, MAX_DELAY) if excess > 0 else 0.0


class Children:
    """All children, and what to tell them."""

    def __init__(self) -> None:
        self._all: list[Child] = []

    def __iter__(self) -> Iterator[Child]:
        return iter(list(self._all))

    def add(self, child: Child) -> None:
        """Enter a new child."""
        self._all.append(child)

    def remove(self, child: Child) -> None:
        """Forget a child."""
        child.close()
        self._all.remove(child)

    def by_pid(self, pid: int) -> Child | None:
        """The living or just dead child of a process id."""
        return next((child for child in self._all if child.pid == pid and child.respawn_at is None), None)

    @property
    def live(self) -> bool:
        """Whether any is left that the master has to wait for."""
        return any(not child.exited and (child.exiting or not child.detached) for child in self._all)

    def signal(self, number: int, command: bytes | None, log: ErrorLog, *, reopen: bool = False) -> None:
        """Tell the workers by channel, or by signal where there is no command or the channel is full."""
        for child in self:
            if child.detached or child.exited:
                continue
            if child.just_spawned:
                child.just_spawned = False
                continue
            if child.exiting and command == channel.QUIT:
                continue
            sent = command is not None and child.end is not None and channel.send(child.end, command)
            if not sent and not _kill(child, number, log):
                continue
            if not reopen:
                child.exiting = True

    def reap(self, log: ErrorLog) -> list[Child]:
        """Collect dead children, logging how each ended; returns ours."""
        dead: list[Child] = []
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return dead
            if pid == 0:
                return dead
            child = self.by_pid(pid)
            log_end(child.name if child else "unknown process", pid, status, log)
            if child is None:
                continue
            child.exited = True
            dead.append(child)
            if child.respawn and os.WIFEXITED(status) and os.WEXITSTATUS(status) == FATAL:
                log.log("alert", f"{child.name} {pid} exited with fatal code {FATAL} and cannot be respawned")
                child.respawn = False


def _kill(child: Child, number: int, log: ErrorLog) -> bool:
    try:
        os.kill(child.pid, number)
    except OSError as error:
        log.log("alert", f"kill({child.pid}, {number}) failed", error)
        return False
    return True


def log_end(name: str, pid: int, status: int, log: ErrorLog) -> None:
    """``worker process 42 exited with code 0`` or ``… exited on signal 9``."""
    if os.WIFSIGNALED(status):
        core = " (core dumped)" if os.WCOREDUMP(status) else ""
        log.log("alert", f"{name} {pid} exited on signal {os.WTERMSIG(status)}{core}")
    else:
        log.log("notice", f"{name} {pid} exited with code {os.WEXITSTATUS(status)}")
