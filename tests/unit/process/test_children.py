"""The table of children: how deaths are logged, who is told what, and how fast one is started again."""

from __future__ import annotations

import os
import signal

import pytest

from pyresty.process import channel
from pyresty.process.children import Child, Children, log_end
from pyresty.process.logs import ErrorLog


class Recorder(ErrorLog):
    """A log that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def log(self, level: int | str, message: str | bytes, error: OSError | None = None) -> None:
        self.lines.append(f"{level} {os.fsdecode(message)}")


def forked(code: int) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(code)
    return pid


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (0, "notice worker process 7 exited with code 0"),
        (3 << 8, "notice worker process 7 exited with code 3"),
        (9, "alert worker process 7 exited on signal 9"),
        (11 | 0x80, "alert worker process 7 exited on signal 11 (core dumped)"),
    ],
)
def test_ends(status: int, line: str) -> None:
    log = Recorder()
    log_end("worker process", 7, status, log)
    assert log.lines == [line]


def test_fatal_code_is_not_respawned() -> None:
    children, log = Children(), Recorder()
    child = Child("worker process", forked(2), respawn=True)
    children.add(child)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert children.reap(log) == [child]
    assert not child.respawn and child.exited and not children.live
    assert log.lines == [
        f"notice worker process {child.pid} exited with code 2",
        f"alert worker process {child.pid} exited with fatal code 2 and cannot be respawned",
    ]


def test_unknown_children_are_only_logged() -> None:
    log = Recorder()
    pid = forked(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert Children().reap(log) == []
    assert log.lines == [f"notice unknown process {pid} exited with code 0"]


def test_commands_go_by_channel_and_spare_new_workers() -> None:
    children, log = Children(), Recorder()
    ends = []
    for just_spawned in (False, True):
        ours, theirs = channel.pair()
        ends.append(theirs)
        children.add(Child("worker process", 999999999, end=ours, just_spawned=just_spawned))
    children.add(Child("new binary process", 999999999, detached=True))
    children.signal(signal.SIGUSR1, channel.REOPEN, log, reopen=True)
    children.signal(signal.SIGQUIT, channel.QUIT, log)
    children.signal(signal.SIGQUIT, channel.QUIT, log)
    assert [channel.receive(end.fileno()) for end in ends] == [b"RQ", b"Q"]
    assert log.lines == []
    for child in children:
        children.remove(child)
    assert channel.receive(ends[0].fileno()) is None
    for end in ends:
        end.close()


def test_without_a_channel_a_signal_is_sent() -> None:
    children, log = Children(), Recorder()
    children.add(Child("worker process", 999999999))
    children.signal(signal.SIGTERM, channel.TERMINATE, log)
    assert log.lines == ["alert kill(999999999, 15) failed"]


def test_delay_grows_only_for_those_that_die_young() -> None:
    child = Child("worker process", 1)
    delays = [child.delay() for _ in range(12)]
    assert delays[:3] == [0, 0, 0] and delays[3:6] == [0.2, 0.4, 0.5] and delays[-1] == 0.5
    child.started -= 60
    assert child.delay() == 0 and child.failures == 0
