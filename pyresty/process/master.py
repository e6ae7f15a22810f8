"""The master process, and ``run``: from a loaded configuration to the last exit."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from pyresty.net import balance, connections
from pyresty.process import channel, daemon, environment, listen, pidfile, signals, upgrade
from pyresty.process import cycle as cycles
from pyresty.process.children import Child, Children
from pyresty.process.cycle import Cycle, Prepare
from pyresty.process.errors import LoggedError, ProcessError
from pyresty.process.listen import Listener
from pyresty.process.logs import ErrorLog
from pyresty.process.settings import Config
from pyresty.process.title import free_area, set_name, set_title
from pyresty.process.worker import Serve, exit_now, run_single, run_worker

#: Reads the configuration anew: warning log → configuration; raises ConfError.
Reload = Callable[[Callable[[str, str], None]], Any]

#: Terminating: the first repetition after this many seconds, doubled each time; past the last one workers are killed.
FIRST_DELAY = 0.05
LAST_DELAY = 1.0
#: Seconds that old workers of a reload go on while new ones start, at least and at most.
HANDOVER = (0.1, 5.0)


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is served: how a configuration is read again, prepared before the fork, and served after it."""

    reload: Reload
    prepare: Prepare
    load_serve: Callable[[], Serve]

    def renew(self, old: Cycle) -> Cycle:
        """A cycle of the configuration as it is now; LoggedError leaves everything as it was."""
        try:
            config = self.reload(old.log.log)
        except Exception as error:
            old.log.log(*cycles.describe(error))
            raise LoggedError(str(error)) from error
        return cycles.create(config, self.prepare, old)


def run(
    config: Config,
    *,
    reload: Reload | None = None,
    prepare: Prepare | None = None,
    serve: Serve | None = None,
    log: ErrorLog | None = None,
) -> int:
    """Start the server of a configuration and return the exit code when it has ended (1: it could not start).

    With ``daemon on`` the calling process ends with 0 when the sockets are open, and a child of it goes on: nothing
    that was registered for the end of the process runs twice.
    ``reload`` reads the configuration for HUP, ``log`` is the built-in error log (``logs.builtin``); ``prepare`` and
    ``serve`` are pyresty.net.server's.
    """
    environment.remember()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    hooks = _hooks(config, reload, prepare, serve)
    first_log = log or ErrorLog(console=True)
    parent = os.getppid()
    handed = environment.take(listen.VARIABLE)
    inherited = listen.inherited(handed, first_log) if handed is not None else []
    try:
        cycle = cycles.create(config, hooks.prepare, inherited=inherited, log=first_log)
    except LoggedError:
        return 1
    cycles.log_status(cycle.log)
    free_area()
    set_name(b"pyresty")
    started = _start(cycle, first_log, daemonize=handed is None and cycle.settings.daemon)
    if started is not None:
        return started
    daemonized = handed is not None or cycle.settings.daemon
    if handed is None and cycle.settings.daemon:
        parent = -1
    return _serve(cycle, hooks, parent, daemonized)


def _start(cycle: Cycle, first_log: ErrorLog, *, daemonize: bool) -> int | None:
    """Become a daemon, write the pid file, leave the terminal; an exit code when this process is to end now."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signals.MASTER)
    try:
        if daemonize and not daemon.daemonize():
            exit_now(0)
        pidfile.create(cycle.settings.pid_path)
    except ProcessError as error:
        cycle.log.log(error.level, error.message)
        listen.close_all(cycle.listeners, cycle.log, unlink=True)
        return 1
    cycle.log.console = False
    cycle.log.redirect_stderr()
    first_log.release()
    return None


def _serve(cycle: Cycle, hooks: Hooks, parent: int, daemonized: bool) -> int:
    if cycle.settings.master:
        return Master(cycle, hooks, parent, daemonized).run()
    return run_single(
        cycle,
        hooks.renew,
        hooks.load_serve,
        daemonized=daemonized,
        unlink=lambda last: not any(item.inherited for item in last.listeners) or os.getppid() != parent,
    )


def _hooks(config: Config, reload: Reload | None, prepare: Prepare | None, serve: Serve | None) -> Hooks:
    def load(log: Callable[[str, str], None]) -> Any:
        from pyresty.conf.configuration import load as load_configuration

        return load_configuration(config.conf_path, os.fsdecode(config.prefix), log=log)

    def load_serve() -> Serve:
        from pyresty.net import server

        return server.serve

    if prepare is None:
        from pyresty.net import server

        prepare = server.prepare
    return Hooks(reload or load, prepare, (lambda: serve) if serve is not None else load_serve)


class Master:
    """The master: starts workers, waits for signals, nothing else (nginx: ngx_master_process_cycle)."""

    def __init__(self, cycle: Cycle, hooks: Hooks, parent: int, daemonized: bool) -> None:
        self.cycle = cycle
        self.hooks = hooks
        self.parent = parent
        self.daemonized = daemonized
        self.children = Children()
        self.new_binary = 0
        self.noaccepting = False
        self.terminating = self.quitting = False
        self._delay = 0.0
        self._next_kill = 0.0

    @property
    def log(self) -> ErrorLog:
        """The error log of the current configuration."""
        return self.cycle.log

    def run(self) -> int:
        """Until the last worker has ended after a stop; returns the exit code."""
        set_title(" ".join(["master process", *sys.argv]))
        connections.share_numbers()
        self.start_workers(just_spawned=False)
        while True:
            received = self._wait()
            try:
                self._handle(received)
            except Exception:
                self.log.log("alert", f"master process failed: {traceback.format_exc().rstrip()}")
            if (self.terminating or self.quitting) and not self.children.live:
                return self._exit()

    # ------------------------------------------------------------------------------------------------------- signals

    def _wait(self) -> set[int]:
        """Wait for a signal or the next deadline; log and return what came."""
        received: set[int] = set()
        deadline = self._deadline()
        info: Any
        if deadline is None:
            info = signal.sigwaitinfo(signals.MASTER)
        else:
            info = signal.sigtimedwait(signals.MASTER, max(deadline - time.monotonic(), 0.0))
        while info is not None:
            if self._accept(info.si_signo, info.si_pid):
                received.add(info.si_signo)
            info = signal.sigtimedwait(signals.MASTER, 0)
        return received

    def _deadline(self) -> float | None:
        times = [child.respawn_at for child in self.children if child.respawn_at is not None]
        if self.terminating and self._delay:
            times.append(self._next_kill)
        return min(times, default=None)

    def _accept(self, number: int, sender: int) -> bool:
        """Log a signal; False when it is to be ignored."""
        action = signals.master_action(number, daemonized=self.daemonized)
        ignored = number == signals.CHANGE_BINARY and (os.getppid() == self.parent or self.new_binary > 0)
        self.log.log("notice", signals.line(number, sender, ", ignoring" if ignored else action))
        if ignored:
            self.log.log(
                "crit",
                "the changing binary signal is ignored: you should shutdown or terminate before either old or new "
                "binary's process",
            )
        return not ignored

    def _handle(self, received: set[int]) -> None:
        if signals.CHILD in received:
            self._reap()
        self._respawn_due()
        if received & {signals.TERMINATE, signals.INTERRUPT}:
            self.terminating = True
        if signals.SHUTDOWN in received and not self.quitting:
            self.quitting = True
        if self.terminating:
            self._terminate()
        elif self.quitting:
            self._quit()
        else:
            self._manage(received)

    def _manage(self, received: set[int]) -> None:
        if signals.RECONFIGURE in received:
            self._reconfigure()
        if signals.REOPEN in received:
            self.log.log("notice", "reopening logs")
            self.cycle.reopen_logs(give=True)
            self.children.signal(signals.REOPEN, channel.REOPEN, self.log, reopen=True)
        if signals.CHANGE_BINARY in received:
            self._change_binary()
        if signals.NOACCEPT in received and self.daemonized:
            self.noaccepting = True
            self.children.signal(signals.SHUTDOWN, channel.QUIT, self.log)

    # --------------------------------------------------------------------------------------------------------- stops

    def _terminate(self) -> None:
        now = time.monotonic()
        if not self._delay:
            self._delay = FIRST_DELAY
        elif now < self._next_kill:
            return
        else:
            self._delay *= 2
        self._next_kill = now + self._delay
        if self._delay > LAST_DELAY:
            self.children.signal(signal.SIGKILL, None, self.log)
        else:
            self.children.signal(signals.TERMINATE, channel.TERMINATE, self.log)

    def _quit(self) -> None:
        self.children.signal(signals.SHUTDOWN, channel.QUIT, self.log)
        listen.close_all(self.cycle.listeners, self.log, unlink=self._unlinks())

    def _exit(self) -> int:
        settings = self.cycle.settings
        pidfile.delete(settings.old_pid_path if self.new_binary else settings.pid_path, self.log)
        self.log.log("notice", "exit")
        listen.close_all(self.cycle.listeners, self.log, unlink=self._unlinks())
        return 0

    def _unlinks(self) -> bool:
        """Whether the files of unix sockets are ours to remove: not while a new, or the old, binary has them."""
        inherited = any(item.inherited for item in self.cycle.listeners)
        return not self.new_binary and not (inherited and os.getppid() == self.parent)

    # ------------------------------------------------------------------------------------------------------- workers

    def start_workers(self, *, just_spawned: bool) -> list[Child]:
        """Start ``worker_processes`` workers of the current configuration, and its privileged agent."""
        gc.unfreeze()
        gc.freeze()  # a collection in a worker does not copy the pages that it shares with the master
        self.log.log("notice", "start worker processes")
        numbers: list[int | None] = [*range(self.cycle.settings.workers)]
        if self.cycle.agent_connections is not None:
            numbers.append(None)
        started = [self._spawn(number, just_spawned=just_spawned) for number in numbers]
        return [child for child in started if child is not None]

    def _spawn(self, worker: int | None, *, just_spawned: bool, failures: int = 0) -> Child | None:
        name = "worker process" if worker is not None else "privileged agent process"
        try:
            ours, theirs = channel.pair()
        except OSError as error:
            self.log.log("alert", f'socketpair() failed while spawning "{name}"', error)
            return None
        try:
            pid = os.fork()
        except OSError as error:
            self.log.log("alert", f'fork() failed while spawning "{name}"', error)
            ours.close()
            theirs.close()
            return None
        if pid == 0:
            self._become_worker(name, worker, ours, theirs)
        theirs.close()
        self.log.log("notice", f"start {name} {pid}")
        child = Child(name, pid, worker, ours, respawn=True, just_spawned=just_spawned, failures=failures)
        self.children.add(child)
        return child

    def _become_worker(
        self, name: str, worker: int | None, ours: socket.socket, theirs: socket.socket
    ) -> NoReturn:  # fmt: skip
        try:
            ours.close()
            for child in self.children:
                child.close()
            exit_now(run_worker(self.cycle, name, worker, theirs, self.hooks.load_serve, daemonized=self.daemonized))
        finally:
            exit_now(1)

    def _reap(self) -> None:
        for child in self.children.reap(self.log):
            child.close()
            if child.worker is not None and self.cycle.balance is not None:
                balance.leave(self.cycle.balance, child.worker)
            if child.respawn and not child.exiting and not self.terminating and not self.quitting:
                child.respawn_at = time.monotonic() + child.delay()
                continue
            if child.pid == self.new_binary:
                self._new_binary_gone()
            self.children.remove(child)

    def _respawn_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.respawn_at is None or (child.respawn_at > now and not self.terminating and not self.quitting):
                continue
            self.children.remove(child)
            if self.terminating or self.quitting:
                continue
            if self._spawn(child.worker, just_spawned=False, failures=child.failures) is None:
                self.log.log("alert", f"could not respawn {child.name}")

    # -------------------------------------------------------------------------------------------------------- reload

    def _reconfigure(self) -> None:
        if self.new_binary:
            self.start_workers(just_spawned=False)
            self.noaccepting = False
            return
        self.log.log("notice", "reconfiguring")
        old = self.cycle
        try:
            self.cycle = self.hooks.renew(old)
        except LoggedError:
            return
        cycles.retire(old, self.cycle, logs=True)
        self._forget_pending()
        self._hand_over(self.start_workers(just_spawned=True))
        self.children.signal(signals.SHUTDOWN, channel.QUIT, self.log)

    def _forget_pending(self) -> None:
        """Workers that waited to be started again are replaced by those of the new configuration."""
        for child in self.children:
            if child.respawn_at is not None:
                self.children.remove(child)

    def _hand_over(self, started: list[Child]) -> None:
        """Wait until the new workers serve, or are gone, so that no time without a worker comes in between."""
        least, most = HANDOVER
        begun = time.monotonic()
        waiting = {child.end for child in started if child.end is not None}
        while waiting and time.monotonic() - begun < most:
            readable, _, _ = select.select(list(waiting), [], [], most - (time.monotonic() - begun))
            waiting.difference_update(readable)
        time.sleep(max(least - (time.monotonic() - begun), 0.0))

    # ------------------------------------------------------------------------------------------------- binary upgrade

    def _change_binary(self) -> None:
        self.log.log("notice", "changing binary")
        pid = upgrade.start(self.cycle)
        if pid is not None:
            self.new_binary = pid
            self.children.add(Child("new binary process", pid, detached=True))

    def _new_binary_gone(self) -> None:
        upgrade.restore_pid_file(self.cycle, f'"{upgrade.command_line()[0]}" exited')
        self.new_binary = 0
        if self.noaccepting:
            self.noaccepting = False
            self.start_workers(just_spawned=False)


__all__ = ["Hooks", "Listener", "Master", "run"]
