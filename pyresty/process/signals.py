"""Signals: what they mean to nginx, the lines it logs for them, how a serving process receives them, and ``-s``."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from pyresty.process.errors import errno_text
from pyresty.process.logs import ErrorLog
from pyresty.vm import processes

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
    signal.SIGIO: ", ignoring",
}

_READ = 1
#: struct signalfd_siginfo: the signal's number, errno, code and the sender's process id; the rest is of other kinds.
_INFO = struct.Struct("=IiiI112x")
_SET = 128  # bytes of a sigset_t



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


class Receiver:
    """Hands a serving process its signals through a gevent loop: callback(number, the sender's process id or 0).

    The signals stay blocked and are read from a descriptor, for that tells who sent them. Those that come while they
    are not blocked, as a program is started (``processes.begin_program``), go through libev's handlers, which do not
    know the sender; so do all with ``interrupt``, when a signal shall end Lua's own input and output with EINTR
    (``lua_sa_restart off``).
    """

    def __init__(self, loop: Any, callback: Callable[[int, int], None], *, interrupt: bool) -> None:
        self._callback = callback
        self._watchers: list[Any] = []
        for number in WORKER:
            watcher = loop.signal(number)
            watcher.start(callback, number, 0)
            self._watchers.append(watcher)
            signal.siginterrupt(number, interrupt)
        self._fd = -1 if interrupt else _descriptor()
        if self._fd >= 0:
            watcher = loop.io(self._fd, _READ)
            watcher.start(self._readable)
            self._watchers.append(watcher)
        processes.block_signals(WORKER if self._fd >= 0 else ())

    def _readable(self) -> None:
        for number, sender in _received(self._fd):
            self._callback(number, sender)

    def close(self) -> None:
        """Receive no more."""
        for watcher in self._watchers:
            watcher.stop()
            watcher.close()
        self._watchers.clear()
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _descriptor() -> int:
    """A signalfd for the signals of a serving process; -1 where the system has none."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "signalfd"):
        return -1
    wanted = ctypes.create_string_buffer(_SET)
    libc.sigemptyset(wanted)
    for number in WORKER:
        libc.sigaddset(wanted, number)
    return int(libc.signalfd(-1, wanted, os.O_NONBLOCK | os.O_CLOEXEC))


def _received(fd: int) -> Iterator[tuple[int, int]]:
    """The signals that wait at a signalfd: numbers and senders."""
    while True:
        try:
            data = os.read(fd, len(WORKER) * _INFO.size)
        except BlockingIOError:
            return
        for number, _, _, sender in _INFO.iter_unpack(data):
            yield number, sender


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
