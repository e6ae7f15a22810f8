"""What the processes need of the main and events contexts, read from the configuration once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Scope(Protocol):
    """The main scope of a configuration."""

    def get(self, name: str) -> Any:
        """The value of a directive, or its default."""


class Config(Protocol):
    """What the processes use of ``pyresty.conf.configuration.Config``."""

    plan: Any
    prefix: bytes
    conf_path: str
    pid_path: str
    error_log: list[dict[str, Any]]
    temp_paths: list[bytes]

    @property
    def main(self) -> Scope:
        """The main scope."""


@dataclass(frozen=True, slots=True)
class User:
    """The user and group of the workers: name, uid, gid."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Settings:
    """nginx's ngx_core_conf_t: the directives of the main context that concern processes.

    Times in seconds, sizes in bytes. ``env`` are (name, value) pairs, value None for one to be kept.
    ``affinity`` has the CPU lists of ``worker_cpu_affinity``; with ``affinity_auto`` the last one says which may be
    used (all, when there is none). ``user`` is None when none was given; ``default_user`` then stands in for root.
    """

    daemon: bool = True
    master: bool = True
    workers: int = 1
    pid_path: str = ""
    user: User | None = None
    priority: int = 0
    rlimit_nofile: int | None = None
    rlimit_core: int | None = None
    working_directory: bytes | None = None
    shutdown_timeout: float = 0.0
    debug_points: bytes | None = None
    connections: int = 512
    env: tuple[tuple[bytes, bytes | None], ...] = field(default_factory=tuple)
    affinity: tuple[tuple[int, ...], ...] = field(default_factory=tuple)
    affinity_auto: bool = False

    @property
    def old_pid_path(self) -> str:
        """Where the pid file waits during a binary upgrade."""
        return self.pid_path + ".oldbin"

    def cpus_of(self, worker: int, count: int) -> set[int] | None:
        """The CPUs of a worker, None for no restriction (nginx: ngx_get_cpu_affinity)."""
        if self.affinity_auto:
            allowed = self.affinity[-1] if self.affinity else tuple(range(count))
            return {allowed[worker % len(allowed)]} if allowed else None
        if not self.affinity:
            return None
        return set(self.affinity[min(worker, len(self.affinity) - 1)])


def settings_of(config: Config) -> Settings:
    """The settings of a configuration."""
    get = config.main.get
    affinity: Mapping[str, Any] = get("worker_cpu_affinity") or {}
    return Settings(
        daemon=bool(get("daemon")),
        master=bool(get("master_process")),
        workers=int(get("worker_processes")),
        pid_path=config.pid_path,
        user=_user(get("user")),
        priority=int(get("worker_priority") or 0),
        rlimit_nofile=get("worker_rlimit_nofile"),
        rlimit_core=get("worker_rlimit_core"),
        working_directory=get("working_directory"),
        shutdown_timeout=float(get("worker_shutdown_timeout") or 0),
        debug_points=get("debug_points"),
        connections=int(config.plan["main"]["worker_connections"]),
        env=tuple((entry["name"], entry["value"]) for entry in get("env") or ()),
        affinity=tuple(tuple(mask) for mask in affinity.get("masks", ())),
        affinity_auto=bool(affinity.get("auto")),
    )


def _user(value: Mapping[str, Any] | None) -> User | None:
    return User(os.fsdecode(value["name"]), value["uid"], value["gid"]) if value else None
