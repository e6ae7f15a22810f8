"""The processes that serve: a worker of a master, or the single process of ``master_process off``."""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from pyresty.process import environment, listen, pidfile, privileges
from pyresty.process.children import FATAL
from pyresty.process.control import Control, Renew, SingleControl, WorkerControl
from pyresty.process.cycle import Cycle, describe
from pyresty.process.errors import ProcessError
from pyresty.process.listen import Listener
from pyresty.process.preload import preload
from pyresty.process.title import set_title

#: Serves until told to stop: (generation, listeners, control) → exit code, None for 0.
Serve = Callable[[Any, list[Listener], Control], int | None]


def run_worker(
    cycle: Cycle, name: str, worker_id: int | None, end: socket.socket, load_serve: Callable[[], Serve], *,
    daemonized: bool,
) -> int:  # fmt: skip
    """The life of a worker after the fork, signals still blocked; returns its exit code.

    ``name`` is its title; ``worker_id`` None makes it the privileged agent, which accepts nothing and keeps the
    master's user.
    """
    log = cycle.log
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    control = WorkerControl(cycle, worker_id, cycle.settings.workers, end, name=name, daemonized=daemonized)
    user = cycle.user if worker_id is not None else None
    if worker_id is None:
        listen.close_all(cycle.listeners, log, unlink=False)
    try:
        serve = load_serve()
        preload(user, log)
        environment.apply(cycle.settings.env)
        privileges.assume(cycle.settings, user, worker_id, log)
        set_title(name)
        code = serve(cycle.generation, control.listeners, control)
    except ProcessError as error:
        log.log(error.level, error.message)
        return FATAL
    except Exception:
        log.log("alert", f"{name} failed: {traceback.format_exc().rstrip()}")
        return 1 if control.installed else FATAL
    control.exiting()
    if control.debugging and not control.terminating:
        log.log("alert", "aborting")
        _debug_point(cycle.settings.debug_points)
    log.log("notice", "exit")
    return code or 0


def _debug_point(action: bytes | None) -> None:
    """``debug_points``: wait for a debugger, or leave a core dump."""
    if action == b"stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif action == b"abort":
        os.abort()


def exit_now(code: int) -> NoReturn:
    """End a forked process without running what the parent has registered for its own end."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run_single(
    cycle: Cycle, renew: Renew, load_serve: Callable[[], Serve], *, daemonized: bool, unlink: Callable[[Cycle], bool]
) -> int:
    """``master_process off``: serve in this process until a signal ends it; returns the exit code."""

    def renew_here(old: Cycle) -> Cycle:
        try:
            new = renew(old)
        except BaseException:
            environment.apply(old.settings.env)
            raise
        environment.apply(new.settings.env)
        return new

    environment.apply(cycle.settings.env)
    control = SingleControl(cycle, renew_here, daemonized=daemonized)
    code: int | None
    try:
        code = load_serve()(cycle.generation, control.listeners, control)
    except Exception as error:
        level, message = describe(error)
        control.log.log(level, message)
        code = FATAL
    control.close()
    cycle = control.cycle
    pidfile.delete(cycle.settings.pid_path, cycle.log)
    cycle.log.log("notice", "exit")
    listen.close_all(cycle.listeners, cycle.log, unlink=unlink(cycle))
    return code or 0
