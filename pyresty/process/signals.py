"""Signals: what they mean to nginx, the lines it logs for them, and ``-s``."""

from __future__ import annotations

import os
import signal
from typing import Protocol

from pyresty.process.errors import errno_text
from pyresty.process.logs import ErrorLog

RECONFIGURE = signal.SIGHUP
REOPEN = signal.SIGUSR1
NOACCEPT = signal.SIGWINCH
TERMINATE = signal.SIGTERM
SHUTDOWN = signal.SIGQUIT
CHANGE_BINARY = signal.SIGUSR2
INTERRUPT = signal.SIGINT
CHILD = signal.SIGCHLD

#: What the master and a single process wait for.
MASTER = (
    RECONFIGURE, REOPEN, NOACCEPT, TERMINATE, SHUTDOWN, CHANGE_BINARY, INTERRUPT, signal.SIGALRM, signal.SIGIO, CHILD,
)  # fmt: skip
#: What a worker listens to; children are its own affair.
WORKER = (
    RECONFIGURE, REOPEN, NOACCEPT, TERMINATE, SHUTDOWN, CHANGE_BINARY, INTERRUPT, signal.SIGALRM, signal.SIGIO,
)  # fmt: skip

#: ``-s`` NAME.
COMMANDS = {"reload": RECONFIGURE, "reopen": REOPEN, "stop": TERMINATE, "quit": SHUTDOWN}

_MASTER_ACTIONS = {
    SHUTDOWN: ", shutting down",
    TERMINATE: ", exiting",
    INTERRUPT: ", exiting",
    RECONFIGURE: ", reconfiguring",
    REOPEN: ", reopening logs",
    CHANGE_BINARY: ", changing binary",
}
_WORKER_ACTIONS = {
    SHUTDOWN: ", shutting down",
    TERMINATE: ", exiting",
    INTERRUPT: ", exiting",
    REOPEN: ", reopening logs",
    RECONFIGURE: ", ignoring",
    CHANGE_BINARY: ", ignoring",
}


class HasPidPath(Protocol):
    """The part of a configuration that ``send`` needs."""

    @property
    def pid_path(self) -> str:
        """Absolute path of the pid file."""


def line(number: int, sender: int, action: str) -> str:
    """nginx's line for a received signal; sender 0: unknown."""
    name = signal.Signals(number).name
    origin = f" from {sender}" if sender else ""
    return f"signal {number} ({name}) received{origin}{action}"


def master_action(number: int, *, daemonized: bool) -> str:
    """What the master (or a single process) says it does on a signal."""
    if number == NOACCEPT:
        return ", stop accepting connections" if daemonized else ""
    return _MASTER_ACTIONS.get(signal.Signals(number), "")


def worker_action(number: int, *, daemonized: bool) -> str:
    """What a worker says it does on a signal."""
    if number == NOACCEPT:
        return ", shutting down" if daemonized else ""
    return _WORKER_ACTIONS.get(signal.Signals(number), "")


def send(config: HasPidPath, name: str, log: ErrorLog | None = None) -> int:
    """``-s NAME``: send the signal to the process of the pid file (nginx: ngx_signal_process). Returns the exit code.

    Failures are logged: ``open() "…/nginx.pid" failed (2: No such file or directory)``, ``invalid PID number``.
    ``log`` is the built-in log (``logs.builtin``); without one they go to stderr as ``nginx: [error] …``.
    """
    log = log or ErrorLog(console=True)
    log.log("notice", "signal process started")
    path = config.pid_path
    try:
        with open(path, "rb") as file:
            content = file.read(21)
    except OSError as error:
        log.log("error", f'open() "{path}" failed', error)
        return 1
    digits = content.rstrip(b"\r\n")
    if not digits.isdigit():
        log.log("error", b'invalid PID number "%s" in "%s"' % (digits, os.fsencode(path)))
        return 1
    number = COMMANDS[name]
    try:
        os.kill(int(digits), number)
    except (OSError, OverflowError) as error:
        reason = errno_text(error) if isinstance(error, OSError) else ""
        log.log("alert", f"kill({digits.decode()}, {number}) failed{reason}")
        return 1
    return 0
