"""What `ngx.worker` and `require "ngx.process"` tell about the process: filled by whoever starts it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

AGENT = "privileged agent"


@dataclass(slots=True)
class ProcessInfo:
    """The process that runs. `kind` is lua-resty-core's word: "single", "master", "worker", "privileged agent".

    `agent_connections` is what init_by_lua asked for with enable_privileged_agent, None when it did not.
    """

    kind: str = "single"
    worker_id: int | None = 0
    worker_count: int = 1
    agent_connections: int | None = None

    def begin_cycle(self, worker_count: int, *, master: bool) -> None:
        """A configuration's init_by_lua is about to run, before there are workers of it."""
        self.kind = "master" if master else "single"
        self.worker_count = worker_count
        self.agent_connections = None

    def become_worker(self, worker_id: int | None, worker_count: int, *, single: bool) -> None:
        """The process serves: as one of a master's workers, alone, or (without an id) as the privileged agent."""
        self.kind = "single" if single else AGENT if worker_id is None else "worker"
        self.worker_id = worker_id
        self.worker_count = worker_count

    def master_pid(self) -> int:
        """The master's id; a process without a master is its own."""
        return os.getppid() if self.kind in ("worker", AGENT) else os.getpid()

    def worker_pids(self) -> tuple[int, ...]:
        """The ids of all workers of the master, in the order of their start."""
        if self.kind not in ("worker", AGENT):
            return (os.getpid(),)
        parent = os.getppid()
        try:
            with open(f"/proc/{parent}/task/{parent}/children", "rb") as file:
                children = sorted(int(pid) for pid in file.read().split())
        except OSError:  # the kernel does not tell
            return (os.getpid(),)
        return tuple(pid for pid in children if _is_worker(pid))


def _is_worker(pid: int) -> bool:
    """Whether a child of the master is a worker that serves: its title says so."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().rstrip(b"\0") == b"nginx: worker process"
    except OSError:  # it has just ended
        return False


#: The process that runs.
CURRENT = ProcessInfo()


def _quit_by_signal() -> None:
    os.kill(os.getpid(), signal.SIGQUIT)


#: What `signal_graceful_exit` calls; a worker puts something without a signal in its place.
graceful_exit: Callable[[], Any] = _quit_by_signal


def _enable_privileged_agent(connections: float) -> bool:
    """Called in init_by_lua: the master starts an agent beside the workers; a process without master has none."""
    CURRENT.agent_connections = int(connections)
    return True


def functions() -> dict[str, Callable[..., Any]]:
    """Functions for Lua's `state.host`."""
    return {
        "worker_id": lambda: CURRENT.worker_id,
        "worker_count": lambda: CURRENT.worker_count,
        "worker_pids": lambda: CURRENT.worker_pids(),
        "master_pid": lambda: CURRENT.master_pid(),
        "process_type": lambda: CURRENT.kind.encode(),
        "graceful_exit": lambda: graceful_exit(),
        "enable_privileged_agent": _enable_privileged_agent,
    }
