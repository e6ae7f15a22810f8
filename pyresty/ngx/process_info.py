"""What `ngx.worker` and `require "ngx.process"` tell about the process: filled by whoever starts it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Error of `enable_privileged_agent`.
NO_AGENT = b"privileged agent processes are not supported"


@dataclass(slots=True)
class ProcessInfo:
    """The process that runs. `kind` is nginx's word: "single", "master", "worker", "helper"."""

    kind: str = "single"
    worker_id: int | None = 0
    worker_count: int = 1

    def become_worker(self, worker_id: int, worker_count: int, *, single: bool) -> None:
        """The process serves: as one of a master's workers, or alone."""
        self.kind = "single" if single else "worker"
        self.worker_id = worker_id
        self.worker_count = worker_count

    def master_pid(self) -> int:
        """The master's id; a process without a master is its own."""
        return os.getppid() if self.kind in ("worker", "helper") else os.getpid()

    def worker_pids(self) -> tuple[int, ...]:
        """The ids of all workers of the master, in the order of their start."""
        if self.kind != "worker":
            return (os.getpid(),)
        parent = os.getppid()
        try:
            with open(f"/proc/{parent}/task/{parent}/children", "rb") as file:
                return tuple(sorted(int(pid) for pid in file.read().split()))
        except OSError:  # the kernel does not tell
            return (os.getpid(),)


#: The process that runs.
CURRENT = ProcessInfo()


def _graceful_exit() -> None:
    os.kill(os.getpid(), signal.SIGQUIT)


def _enable_privileged_agent(_connections: float) -> tuple[None, bytes]:
    return None, NO_AGENT


def functions() -> dict[str, Callable[..., Any]]:
    """Functions for Lua's `state.host`."""
    return {
        "worker_id": lambda: CURRENT.worker_id,
        "worker_count": lambda: CURRENT.worker_count,
        "worker_pids": lambda: CURRENT.worker_pids(),
        "master_pid": lambda: CURRENT.master_pid(),
        "process_type": lambda: CURRENT.kind.encode(),
        "graceful_exit": _graceful_exit,
        "enable_privileged_agent": _enable_privileged_agent,
    }
