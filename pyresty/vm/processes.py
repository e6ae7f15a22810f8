"""Child processes for ``ngx.pipe``, and signals: functions of ``state.host`` that never wait."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

_SHELL_FAILS = ("/bin/sh", ["sh", "-c", "exit 1"])
_ALL_SIGNALS = [number for number in signal.valid_signals() if number not in (signal.SIGKILL, signal.SIGSTOP)]

#: The processors this process could use at its start; a worker may be bound to some of them later.
_PROCESSORS = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else frozenset()

#: Signals that this process takes from a descriptor and therefore blocks.
_blocked: frozenset[int] = frozenset()

#: pid → exit status, of children that a thread waits for because the system has no descriptors of processes
_ended: dict[int, int] = {}


def spawn(arguments: bytes, variables: bytes | None, merge: bool) -> tuple[Any, ...]:
    """Start a program with pipes at its standard descriptors.

    ``arguments`` and ``variables`` (None: the environment of this process) are ended by NUL each; with ``merge``
    standard error goes where standard output does. → pid, exit descriptor (readable when the process has ended), our
    ends for stdin, stdout, stderr (or None), text for the log when the program could not be run (then a process ends at
    once with status 1 in its place); None, message when nothing was started.
    """
    argv = _split(arguments)
    environment = dict(os.environb) if variables is None else dict(pair.split(b"=", 1) for pair in _split(variables))
    ends: list[tuple[int, int]] = []
    try:
        while len(ends) < (2 if merge else 3):
            ends.append(os.pipe())
    except OSError as error:
        _close(end for pair in ends for end in pair)
        return None, f"pipe failed: {os.strerror(error.errno or 0)}".encode()
    ours = [ends[0][1], *(pair[0] for pair in ends[1:])]
    theirs = [ends[0][0], *(pair[1] for pair in ends[1:])]
    if merge:
        theirs.append(theirs[1])
    try:
        pid, problem = _start(argv, environment, theirs)
        exit_fd = _exit_descriptor(pid)
    except OSError as error:
        _close(ours)
        return None, f"fork failed: {os.strerror(error.errno or 0)}".encode()
    finally:
        _close(set(theirs))
    for fd in ours:
        os.set_blocking(fd, False)
    _unbind(pid)
    return pid, exit_fd, ours[0], ours[1], None if merge else ours[2], problem


def _split(text: bytes) -> list[bytes]:
    return text.split(b"\0")[:-1]


def _close(fds: Any) -> None:
    for fd in fds:
        os.close(fd)


def _start(argv: Sequence[bytes], environment: dict[bytes, bytes], ends: list[int]) -> tuple[int, bytes | None]:
    """Run a program, found on PATH, with ``ends`` as descriptors 0, 1, 2."""
    actions = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate(ends)]

    def run(file: Any, arguments: Any) -> int:
        return os.posix_spawnp(
            file, arguments, environment, file_actions=actions, setsigdef=_ALL_SIGNALS, setsigmask=[]
        )

    try:
        return run(argv[0], argv), None
    except OSError as error:
        return run(*_SHELL_FAILS), b"%s (%d: %s)" % (argv[0], error.errno or 0, os.strerror(error.errno or 0).encode())


def _unbind(pid: int) -> None:
    """A child may use all processors, also when worker_cpu_affinity binds this process."""
    if _PROCESSORS and os.sched_getaffinity(0) != _PROCESSORS:
        with contextlib.suppress(OSError):  # it has ended, or may not
            os.sched_setaffinity(pid, _PROCESSORS)


def _exit_descriptor(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        reading, writing = os.pipe()
        threading.Thread(target=_await_end, args=(pid, writing), daemon=True).start()
        return reading


def _await_end(pid: int, writing: int) -> None:
    """In a thread: wait for a child, then close the writing end, so that the reading one becomes readable."""
    _ended[pid] = os.waitpid(pid, 0)[1]
    os.close(writing)


def reap(pid: int) -> tuple[bytes, int]:
    """Take the status of a child that has ended → b"exit" or b"signal" and its number; b"unknown", status otherwise."""
    status = _ended.pop(pid, None)
    if status is None:
        try:
            status = os.waitpid(pid, os.WNOHANG)[1]
        except ChildProcessError:
            return b"unknown", 0
    if os.WIFSIGNALED(status):
        return b"signal", os.WTERMSIG(status)
    if os.WIFEXITED(status):
        return b"exit", os.WEXITSTATUS(status)
    return b"unknown", status


def kill(pid: int, number: int) -> tuple[int, bytes | None]:
    """Send a signal → 0, None; errno, its text."""
    try:
        os.kill(int(pid), int(number))
    except OSError as error:
        return error.errno or errno.EPERM, os.strerror(error.errno or errno.EPERM).encode()
    except ValueError:  # what the system calls EINVAL
        return errno.EINVAL, os.strerror(errno.EINVAL).encode()
    return 0, None


def block_signals(numbers: Iterable[int]) -> None:
    """From now on block these signals, no others."""
    global _blocked
    _blocked = frozenset(numbers)
    signal.pthread_sigmask(signal.SIG_SETMASK, _blocked)


def begin_program() -> None:
    """The C library is about to start a program (``system``, ``popen``): it inherits what is blocked, thus nothing."""
    if _blocked:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _blocked)


def program_begun() -> None:
    """The end of what ``begin_program`` began."""
    if _blocked:
        signal.pthread_sigmask(signal.SIG_BLOCK, _blocked)


def signal_number(name: bytes) -> int | None:
    """The number of a signal ("HUP"), 0 of "NONE"; None where the system has no such."""
    if name == b"NONE":
        return 0
    try:
        return signal.Signals[f"SIG{name.decode()}"].value
    except (KeyError, UnicodeDecodeError):
        return None


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "process_spawn": spawn,
    "process_reap": reap,
    "process_kill": kill,
    "begin_program": begin_program,
    "program_begun": program_begun,
    "signal_number": signal_number,
}
