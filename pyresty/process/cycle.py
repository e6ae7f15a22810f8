"""A cycle: one configuration with all that belongs to it outside of it: logs, sockets, VM (nginx: ngx_cycle_t)."""

from __future__ import annotations

import gc
import os
import platform
import resource
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyresty.net import balance
from pyresty.ngx import process_info
from pyresty.process import environment, listen, pidfile, privileges, syslog
from pyresty.process.errors import LoggedError, ProcessError
from pyresty.process.files import Files, Transaction
from pyresty.process.listen import Listener
from pyresty.process.logs import ErrorLog, SinkTable
from pyresty.process.settings import Config, Settings, User, settings_of
from pyresty.shm import zone

SERVER = "nginx/1.22.1"

#: Builds the VM and runs init_by_lua before the fork: config → generation; raises when the start is to be refused.
Prepare = Callable[[Any], Any]


@dataclass(slots=True, eq=False)
class Cycle:
    """What a configuration needs to be served. ``files`` is shared by all cycles of the process.

    ``agent_connections``: init_by_lua asked for a privileged agent, with so many connections. ``balance`` is the memory
    in which workers tell how many connections they have (pyresty.net.balance), None for a single process.
    """

    config: Config
    settings: Settings
    log: ErrorLog
    files: Files
    sinks: SinkTable
    user: User | None = None
    listeners: list[Listener] = field(default_factory=list)
    generation: Any = None
    agent_connections: int | None = None
    balance: Any = None

    def listeners_of(self, worker: int) -> list[Listener]:
        """The sockets that a worker accepts on."""
        return [item for item in self.listeners if item.worker is None or item.worker == worker]

    def reopen_logs(self, *, give: bool) -> None:
        """USR1. ``give``: hand the files to the workers' user first (the master does)."""
        owner = self.user.uid if give and self.user is not None else None
        self.files.reopen(self.log.log, owner)
        self.log.redirect_stderr()


def create(
    config: Config,
    prepare: Prepare,
    old: Cycle | None = None,
    inherited: Iterable[Listener] = (),
    log: ErrorLog | None = None,
) -> Cycle:
    """Open everything a configuration names and build its VM (nginx: ngx_init_cycle).

    The plan gets what only a process knows: ``fd`` (and a numeric level) in each log's table, ``error_log`` for what
    belongs to no location, ``hostname``, ``zones``; for init_by_lua also ``console``, whether it talks to a terminal.

    All or nothing: when something cannot be had, what was opened is closed, the reason logged (to the new log once
    that is open, else to ``log`` or the old cycle's) and LoggedError raised; the old cycle then works as before.
    """
    first_log = log or (old.log if old else ErrorLog(console=True))
    builder = _Builder(config, old, first_log)
    try:
        cycle = builder.open(prepare, inherited)
    except Exception as error:
        builder.report(error)
        builder.rollback()
        raise LoggedError(str(error)) from error
    builder.commit(cycle)
    return cycle


class _Builder:
    def __init__(self, config: Config, old: Cycle | None, log: ErrorLog) -> None:
        self.config, self.old, self.log = config, old, log
        self.files = old.files if old else Files()
        self.transaction: Transaction | None = None
        self.sinks: SinkTable | None = None
        self.listeners: list[Listener] = []
        self.new_pid_path: str | None = None

    def open(self, prepare: Prepare, inherited: Iterable[Listener]) -> Cycle:
        config, old = self.config, self.old
        settings = settings_of(config)
        user = privileges.worker_user(settings)
        if old is not None and settings.pid_path != old.settings.pid_path:
            pidfile.create(settings.pid_path)
            self.new_pid_path = settings.pid_path
        create_paths(config.temp_paths, user)
        self.log = self._open_logs()
        cycle = Cycle(config, settings, self.log, self.files, self._sinks(), user)
        if old is not None:
            environment.restore()
        environment.announce(settings.env)
        _place_zones(config)
        workers = settings.workers if settings.master else 1
        process_info.CURRENT.begin_cycle(workers, master=settings.master)
        config.plan["console"] = self.log.console
        cycle.generation = prepare(config)
        del config.plan["console"]
        cycle.agent_connections = process_info.CURRENT.agent_connections
        if settings.master and workers > 1:
            cycle.balance = balance.shared(workers)
        cycle.listeners = self.listeners = listen.listeners_of(config.plan.get("sockets", ()), workers)
        listen.adopt(self.listeners, old.listeners if old else inherited, self.log)
        listen.open_all(self.listeners, self.log)
        listen.configure(self.listeners, self.log)
        check_connections(settings, len(self.listeners), self.log)
        return cycle

    def _open_logs(self) -> ErrorLog:
        self.transaction = transaction = self.files.renew(log_paths(self.config))
        self.sinks = SinkTable(transaction.fd, self.old.sinks if self.old else None)
        for kind, entry in _plan_entries(self.config.plan):
            _bind_entry(kind, entry, self.sinks, transaction)
        self.config.plan["error_log"] = self.config.error_log
        self.config.plan["hostname"] = syslog.hostname()
        main = [self.sinks.bind(entry) for entry in self.config.error_log]
        console = self.old is None and self.log.console
        log = ErrorLog(main, console=console)
        log.keeps_stderr = any(entry.get("stderr") for _, entry in _plan_entries(self.config.plan))
        return log

    def _sinks(self) -> SinkTable:
        assert self.sinks is not None
        return self.sinks

    def report(self, error: Exception) -> None:
        if isinstance(error, LoggedError):
            return
        level, message = describe(error)
        self.log.log(level, message)

    def rollback(self) -> None:
        listen.rollback(self.listeners, self.log)
        if self.sinks is not None:
            self.sinks.discard(self.old.sinks if self.old else None)
        if self.transaction is not None:
            self.transaction.rollback()
        if self.new_pid_path is not None:
            pidfile.delete(self.new_pid_path, self.old.log if self.old else self.log)
        if self.old is not None:
            environment.restore()
            environment.announce(self.old.settings.env)
            if self.old.settings.master:
                gc.collect()  # the VM of the configuration that is refused, should it have one
                zone.drop(_zones_of(self.old))

    def commit(self, cycle: Cycle) -> None:
        assert self.transaction is not None
        self.transaction.commit()
        log, old = cycle.log, self.old
        log.log("notice", 'using the "epoll" event method')
        if old is not None:
            log.redirect_stderr()


def retire(old: Cycle, new: Cycle, *, logs: bool) -> None:
    """Close what only the old cycle of a reload has: sockets, with ``logs`` also log files and zones.

    A process that still serves requests of the old configuration keeps its logs and shared-memory zones.
    """
    listen.close_unused(old.listeners, new.listeners, new.log)
    if old.settings.pid_path != new.settings.pid_path:
        pidfile.delete(old.settings.pid_path, new.log)
    if logs:
        discard(old, new)


def discard(old: Cycle, new: Cycle) -> None:
    """Close the log files, sockets of logs and zones that no cycle before the new one needs any more."""
    old.sinks.discard(new.sinks)
    new.files.retire()
    old.generation = None
    gc.collect()
    zone.drop(_zones_of(new))


def _zones_of(cycle: Cycle) -> set[tuple[bytes, int]]:
    return zone.wanted(cycle.config.plan)


def describe(error: Exception) -> tuple[str, str]:
    """Level and text of the log line for what stopped a start or a reload.

    An exception may have a ``level`` (init_by_lua's errors are of level error) and a ``text``; one that has neither
    is a fault of ours and is logged with its traceback.
    """
    if isinstance(error, ProcessError):
        return error.level, error.message
    message = getattr(error, "text", None)
    if message is not None:
        return getattr(error, "level", "emerg"), str(message)
    if type(error).__name__ == "InitError":
        return getattr(error, "level", "error"), str(error)
    return "alert", "".join(traceback.format_exception(error)).rstrip("\n")


def _place_zones(config: Config) -> None:
    try:
        zone.place(config.plan)
    except zone.ZoneError as error:
        raise ProcessError(str(error)) from error


# ---------------------------------------------------------------------------------------------------------------- logs


def _plan_entries(plan: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every ``error_log`` and ``access_log`` table of the plan, once each, with its directive's name."""
    seen: set[int] = set()
    for table in (plan.get("http") or {}, *plan.get("servers", ()), *plan.get("locations", ())):
        for name in ("error_log", "access_log"):
            entries = table.get(name)
            if not isinstance(entries, list):
                continue
            for entry in entries:
                if isinstance(entry, dict) and id(entry) not in seen:
                    seen.add(id(entry))
                    yield name, entry


def log_paths(config: Config) -> list[bytes]:
    """The files of all logs in the order nginx opens them; those with variables in their names are not among them."""
    entries = [*config.error_log, *(entry for _, entry in _plan_entries(config.plan))]
    return [entry["file"] for entry in entries if isinstance(entry.get("file"), bytes) and entry["file"]]


def _bind_entry(kind: str, entry: dict[str, Any], sinks: SinkTable, transaction: Transaction) -> None:
    if kind == "error_log":
        sinks.bind(entry)
    elif entry.get("syslog"):
        entry["fd"] = sinks.syslog_fd(entry["syslog"])
    elif isinstance(entry.get("file"), bytes):
        entry["fd"] = transaction.fd(entry["file"])


# ------------------------------------------------------------------------------------------------------------ the rest


def create_paths(paths: Iterable[bytes], user: User | None) -> None:
    """Make the directories for temporary files, owned by the workers' user. Raises ProcessError ``mkdir() …``."""
    for path in paths:
        name = os.fsdecode(path)
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            pass
        except OSError as error:
            raise ProcessError(f'mkdir() "{name}" failed', error) from error
        if user is None or os.geteuid() != 0:
            continue
        try:
            status = os.stat(path)
            if status.st_uid != user.uid:
                os.chown(path, user.uid, -1)
        except OSError as error:
            raise ProcessError(f'chown("{name}", {user.uid}) failed', error) from error


def check_connections(settings: Settings, sockets: int, log: ErrorLog) -> None:
    """Refuse fewer ``worker_connections`` than listening sockets need (ProcessError), warn of more than can be open."""
    count = settings.connections
    if count < sockets + 1:
        raise ProcessError(f"{count} worker_connections are not enough for {sockets} listening sockets")
    limit, own = resource.getrlimit(resource.RLIMIT_NOFILE)[0], settings.rlimit_nofile
    if count > limit and (own is None or count > own):
        log.log("warn", f"{count} worker_connections exceed open file resource limit: {limit if own is None else own}")


def log_status(log: ErrorLog) -> None:
    """The lines that nginx starts its log with (ngx_os_status)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    log.log("notice", SERVER)
    log.log("notice", f"OS: {platform.system()} {platform.release()}")
    log.log("notice", f"getrlimit(RLIMIT_NOFILE): {soft}:{hard}")
