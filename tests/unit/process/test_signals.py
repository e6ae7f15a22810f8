"""Lines for signals, and ``-s``."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pyresty.process import signals


def test_lines() -> None:
    assert signals.line(1, 42, ", reconfiguring") == "signal 1 (SIGHUP) received from 42, reconfiguring"
    assert signals.line(15, 0, ", exiting") == "signal 15 (SIGTERM) received, exiting"


@pytest.mark.parametrize(
    ("number", "master", "worker"),
    [
        (signal.SIGHUP, ", reconfiguring", ", ignoring"),
        (signal.SIGUSR1, ", reopening logs", ", reopening logs"),
        (signal.SIGUSR2, ", changing binary", ", ignoring"),
        (signal.SIGQUIT, ", shutting down", ", shutting down"),
        (signal.SIGTERM, ", exiting", ", exiting"),
        (signal.SIGINT, ", exiting", ", exiting"),
        (signal.SIGWINCH, ", stop accepting connections", ", shutting down"),
        (signal.SIGCHLD, "", ""),
    ],
)
def test_actions(number: int, master: str, worker: str) -> None:
    assert signals.master_action(number, daemonized=True) == master
    assert signals.worker_action(number, daemonized=True) == worker


def test_winch_means_nothing_in_the_foreground() -> None:
    assert signals.master_action(signal.SIGWINCH, daemonized=False) == ""
    assert signals.worker_action(signal.SIGWINCH, daemonized=False) == ""


def send(path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = signals.send(SimpleNamespace(pid_path=str(path)), name)
    return code, capfd.readouterr().err


def test_send_without_a_pid_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nginx.pid"
    assert send(path, "stop", capfd) == (
        1, f'nginx: [error] open() "{path}" failed (2: No such file or directory)\n',
    )  # fmt: skip


@pytest.mark.parametrize("content", ["", "abc", "-5", "12x", "\n"])
def test_send_with_a_bad_pid_file(content: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nginx.pid"
    path.write_text(content + "\n")
    shown = content.strip()
    assert send(path, "stop", capfd) == (1, f'nginx: [error] invalid PID number "{shown}" in "{path}"\n')


def test_send_to_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nginx.pid"
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    path.write_text(f"{process.pid}\n")
    code, text = send(path, "reload", capfd)
    assert code == 1
    assert re.fullmatch(rf"nginx: \[alert\] kill\({process.pid}, 1\) failed \(3: No such process\)\n", text)


# A process of its own: the signal would end a test runner that has threads which do not block it.
RECEIVER = """
import signal
from sys import argv
signals = {int(argv[1])}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
print("ready", flush=True)
received = signal.sigtimedwait(signals, 10)
print(received and received.si_pid)
"""


@pytest.mark.parametrize(
    ("name", "number"),
    [("stop", signal.SIGTERM), ("quit", signal.SIGQUIT), ("reopen", signal.SIGUSR1), ("reload", signal.SIGHUP)],
)
def test_send(name: str, number: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nginx.pid"
    command = [sys.executable, "-c", RECEIVER, str(int(number))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as receiver:
        assert receiver.stdout is not None
        assert receiver.stdout.readline() == "ready\n"
        path.write_text(f"{receiver.pid}\n")
        assert send(path, name, capfd)[0] == 0
        assert receiver.stdout.readline() == f"{os.getpid()}\n"
