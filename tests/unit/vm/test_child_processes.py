"""Child processes: pipes, the end and its descriptor, signals, processors."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import signal
from collections.abc import Iterator

import pytest

from pyresty.vm import processes

PATIENCE = 10.0


class Child:
    """A spawned program; ``close`` gives everything back."""

    def __init__(self, *arguments: str, variables: bytes | None = None, merge: bool = False) -> None:
        packed = b"".join(text.encode() + b"\0" for text in arguments)
        result = processes.spawn(packed, variables, merge)
        self.pid, self.exit_fd, self.stdin, self.stdout, self.stderr, self.problem = result

    def write(self, data: bytes) -> None:
        os.write(self.stdin, data)

    def read(self, fd: int) -> bytes:
        """All until the end of a pipe."""
        os.set_blocking(fd, True)
        data = b""
        while piece := os.read(fd, 4096):
            data += piece
        return data

    def end(self) -> tuple[bytes, int]:
        """Wait until the exit descriptor tells of the end → what reap says."""
        assert select.select([self.exit_fd], [], [], PATIENCE)[0]
        return processes.reap(self.pid)

    def close(self) -> None:
        for fd in (self.exit_fd, self.stdin, self.stdout, self.stderr):
            if fd is not None:
                os.close(fd)


@pytest.fixture(params=[True, False], ids=["pidfd", "thread"])
def known_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    """With and without descriptors of processes."""
    if not request.param:
        monkeypatch.delattr(os, "pidfd_open")
    yield request.param


def test_pipes_and_the_end(known_by: bool) -> None:
    before = len(os.listdir("/proc/self/fd"))
    child = Child("sh", "-c", "cat; echo told >&2; exit 3")
    child.write(b"through")
    os.close(child.stdin)
    assert child.read(child.stdout) == b"through"
    assert child.read(child.stderr) == b"told\n"
    assert child.end() == (b"exit", 3)
    child.stdin = None
    child.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_signal_ends_it(known_by: bool) -> None:
    child = Child("sleep", "10")
    assert not select.select([child.exit_fd], [], [], 0)[0]
    assert processes.kill(child.pid, 0) == (0, None)
    assert processes.kill(child.pid, signal.SIGTERM) == (0, None)
    assert child.end() == (b"signal", signal.SIGTERM)
    assert processes.kill(child.pid, 0) == (errno.ESRCH, b"No such process")
    child.close()


def test_ours_are_not_inherited_but_the_environment_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "kept")
    monkeypatch.setattr(os, "environb", {**os.environb})
    ours = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 150)
    child = Child("sh", "-c", "echo $KEPT; ls /proc/self/fd", merge=True)
    kept, *fds = child.read(child.stdout).split()
    assert child.end() == (b"exit", 0)
    assert (kept, child.stderr) == (b"kept", None)
    assert str(ours).encode() not in fds
    child.close()
    os.close(ours)
    child = Child("env", variables=b"A=1\0B=x=y\0")
    assert child.read(child.stdout) == b"A=1\nB=x=y\n"
    child.end()
    child.close()


def test_ignored_signals_are_not_inherited() -> None:
    child = Child("grep", "SigIgn", "/proc/self/status")  # Python ignores SIGPIPE
    assert int(child.read(child.stdout).split()[1], 16) & 0x7FFFFFFF == 0  # the C library keeps 32 and 33
    child.end()
    child.close()


def test_a_program_that_is_not_there() -> None:
    child = Child("/no/such-program", "argument")
    assert child.problem == b"/no/such-program (2: No such file or directory)"
    assert child.end() == (b"exit", 1)
    child.close()


def test_no_descriptors_left(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[int, int]] = []
    pipe = os.pipe

    def scarce() -> tuple[int, int]:
        if made:
            raise OSError(errno.EMFILE, "Too many open files")
        made.append(pipe())
        return made[0]

    monkeypatch.setattr(os, "pipe", scarce)
    assert processes.spawn(b"true\0", None, False) == (None, b"pipe failed: Too many open files")
    for fd in made[0]:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(fd)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor")
def test_a_child_is_not_bound_to_a_workers_processors() -> None:
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(every)})
    try:
        child = Child("sh", "-c", "read go; grep Cpus_allowed: /proc/self/status")
        child.write(b"go\n")
        mask = int(child.read(child.stdout).split()[1].replace(b",", b""), 16)
    finally:
        os.sched_setaffinity(0, every)
    child.end()
    child.close()
    assert {number for number in range(mask.bit_length()) if mask >> number & 1} == every


def test_signals_by_name() -> None:
    assert processes.signal_number(b"TERM") == signal.SIGTERM
    assert processes.signal_number(b"NONE") == 0
    assert processes.signal_number(b"EMT") is None
    assert processes.kill(os.getpid(), 1000) == (errno.EINVAL, b"Invalid argument")
