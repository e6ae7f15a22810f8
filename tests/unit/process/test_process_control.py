"""What a serving process does with signals and with the master's commands; the loop is a fake one."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from pyresty.process import channel, signals
from pyresty.process.control import Control, SingleControl, WorkerControl
from pyresty.process.cycle import Cycle
from pyresty.process.errors import LoggedError
from pyresty.process.files import Files
from pyresty.process.logs import ErrorLog, SinkTable
from pyresty.process.settings import Settings
from pyresty.vm import processes


class Recorder(ErrorLog):
    """A log that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def log(self, level: int | str, message: str | bytes, error: OSError | None = None) -> None:
        self.lines.append(f"{level} {os.fsdecode(message)}")


class Watcher:
    """Stands for a watcher of gevent's loop."""

    def __init__(self) -> None:
        self.callback: Callable[..., Any] | None = None
        self.args: tuple[Any, ...] = ()

    def start(self, callback: Callable[..., Any], *args: Any) -> None:
        self.callback, self.args = callback, args

    def stop(self) -> None:
        self.callback = None

    def close(self) -> None:
        self.callback = None

    def fire(self) -> None:
        assert self.callback is not None
        self.callback(*self.args)


class Loop:
    """The part of gevent's loop that a control uses."""

    def __init__(self) -> None:
        self.signals: dict[int, Watcher] = {}
        self.reads: dict[int, Watcher] = {}
        self.timers: list[tuple[float, Watcher]] = []

    def signal(self, number: int) -> Watcher:
        return self.signals.setdefault(number, Watcher())

    def io(self, fd: int, events: int) -> Watcher:
        return self.reads.setdefault(fd, Watcher())

    def timer(self, seconds: float, ref: bool = True) -> Watcher:
        self.timers.append((seconds, Watcher()))
        return self.timers[-1][1]


def cycle(name: str = "first", **settings: Any) -> Cycle:
    plan = SimpleNamespace(plan={}, name=name)
    sinks = SinkTable(lambda path: -1)
    made = Cycle(plan, replace(Settings(), **settings), Recorder(), Files(), sinks)  # type: ignore[arg-type]
    made.generation = name
    return made


class Served:
    """A control with a recording server behind it."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.loop = Loop()
        self.calls: list[str] = []
        for name in ("quit", "terminate", "flush", "reopen", "shutdown_timeout"):
            getattr(control, f"on_{name}")(lambda name=name: self.calls.append(name))
        control.on_reload(lambda generation, listeners: self.calls.append(f"reload {generation} {listeners}"))
        control.install(self.loop)

    @property
    def lines(self) -> list[str]:
        lines: list[str] = self.control.log.lines  # type: ignore[attr-defined]
        return lines


@pytest.fixture(autouse=True)
def keep_signal_mask() -> Iterator[None]:
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    yield
    processes.block_signals(mask)


@pytest.fixture
def ends() -> Iterator[tuple[Any, Any]]:
    pair = channel.pair()
    yield pair
    for end in pair:
        end.close()


def worker(ends: tuple[Any, Any], **settings: Any) -> Served:
    return Served(WorkerControl(cycle(**settings), 1, 4, ends[1]))


def command(served: Served, ends: tuple[Any, Any], data: bytes) -> None:
    assert channel.send(ends[0], data)
    served.loop.reads[ends[1].fileno()].fire()


def blocked() -> set[signal.Signals]:
    return {signal.Signals(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, ())}


def test_a_worker_reports_ready_and_takes_signals(ends: tuple[Any, Any]) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    served = worker(ends)
    assert channel.receive(ends[0].fileno()) == channel.READY
    assert blocked() == set(signals.WORKER)
    assert set(served.loop.signals) >= {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR2}
    assert (served.control.worker_id, served.control.worker_count) == (1, 4)


def test_quit_then_terminate(ends: tuple[Any, Any]) -> None:
    served = worker(ends)
    command(served, ends, channel.QUIT)
    command(served, ends, channel.QUIT)
    assert served.calls == ["quit"] and served.control.quitting
    command(served, ends, channel.TERMINATE)
    assert served.calls == ["quit", "terminate"] and served.control.terminating
    served.control.exiting()
    assert served.lines == ["notice gracefully shutting down"] * 2 + ["notice exiting"]


def test_several_commands_at_once(ends: tuple[Any, Any]) -> None:
    served = worker(ends)
    command(served, ends, channel.REOPEN + channel.QUIT)
    assert served.calls == ["flush", "reopen", "quit"]


def test_a_worker_outlives_its_master(ends: tuple[Any, Any]) -> None:
    served = worker(ends)
    watcher = served.loop.reads[ends[1].fileno()]
    ends[0].close()
    watcher.fire()
    assert watcher.callback is None and served.calls == []


@pytest.mark.parametrize(
    ("number", "line", "calls"),
    [
        (signal.SIGTERM, "signal 15 (SIGTERM) received, exiting", ["terminate"]),
        (signal.SIGINT, "signal 2 (SIGINT) received, exiting", ["terminate"]),
        (signal.SIGQUIT, "signal 3 (SIGQUIT) received, shutting down", ["quit"]),
        (signal.SIGUSR1, "signal 10 (SIGUSR1) received, reopening logs", ["flush", "reopen"]),
        (signal.SIGHUP, "signal 1 (SIGHUP) received, ignoring", []),
        (signal.SIGUSR2, "signal 12 (SIGUSR2) received, ignoring", []),
        (signal.SIGIO, "signal 29 (SIGIO) received, ignoring", []),
        (signal.SIGWINCH, "signal 28 (SIGWINCH) received", []),
    ],
)
def test_signals_to_a_worker(number: int, line: str, calls: list[str], ends: tuple[Any, Any]) -> None:
    served = worker(ends)
    served.loop.signals[number].fire()
    assert served.lines[0] == f"notice {line}" and served.calls == calls


def test_a_blocked_signal_tells_its_sender(ends: tuple[Any, Any]) -> None:
    served = worker(ends)
    (descriptor,) = set(served.loop.reads) - {ends[1].fileno()}
    signal.pthread_kill(threading.get_ident(), signal.SIGHUP)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    served.loop.reads[descriptor].fire()
    assert sorted(served.lines[:2]) == [
        f"notice signal 1 (SIGHUP) received from {os.getpid()}, ignoring",
        f"notice signal 10 (SIGUSR1) received from {os.getpid()}, reopening logs",
    ]
    assert served.calls == ["flush", "reopen"]
    served.loop.reads[descriptor].fire()  # there is nothing more
    assert served.calls == ["flush", "reopen"]


def test_signals_are_let_through_while_a_program_is_started(ends: tuple[Any, Any]) -> None:
    worker(ends)
    processes.begin_program()
    assert blocked() == set()
    processes.program_begun()
    assert blocked() == set(signals.WORKER)


def test_signals_that_interrupt_are_not_blocked(ends: tuple[Any, Any]) -> None:
    control, loop = WorkerControl(cycle(), 0, 1, ends[1]), Loop()
    control.cycle.config.plan["lua"] = {"lua_sa_restart": False}
    control.install(loop)
    assert blocked() == set() and set(loop.reads) == {ends[1].fileno()}
    processes.begin_program()
    processes.program_begun()
    assert blocked() == set()


def test_shutdown_timeout(ends: tuple[Any, Any]) -> None:
    served = worker(ends, shutdown_timeout=2.5)
    command(served, ends, channel.QUIT)
    ((seconds, timer),) = served.loop.timers
    timer.fire()
    assert seconds == 2.5 and served.calls == ["quit", "shutdown_timeout"]


def test_no_shutdown_timeout_by_default(ends: tuple[Any, Any]) -> None:
    served = worker(ends)
    command(served, ends, channel.QUIT)
    assert served.loop.timers == []


def test_shutdown_timeout_terminates_who_did_not_ask(ends: tuple[Any, Any]) -> None:
    control, loop, calls = WorkerControl(cycle(shutdown_timeout=1.0), 0, 1, ends[1]), Loop(), list[str]()
    control.on_terminate(lambda: calls.append("terminate"))
    control.install(loop)
    loop.signals[signal.SIGQUIT].fire()
    loop.timers[0][1].fire()
    assert calls == ["terminate"]


def test_a_failing_callback_keeps_none_back(ends: tuple[Any, Any]) -> None:
    control, loop, calls = WorkerControl(cycle(), 0, 1, ends[1]), Loop(), list[str]()

    def failing() -> None:
        raise ValueError("broken")

    control.on_quit(failing)
    control.on_quit(lambda: calls.append("second"))
    control.install(loop)
    loop.signals[signal.SIGQUIT].fire()
    assert calls == ["second"]
    lines: list[str] = control.log.lines  # type: ignore[attr-defined]
    assert re.match(r"alert quit callback failed: Traceback .*ValueError: broken$", lines[-1], re.DOTALL)


def test_close_stops_all(ends: tuple[Any, Any]) -> None:
    served = worker(ends, shutdown_timeout=1.0)
    command(served, ends, channel.QUIT)
    served.control.close()
    watchers = [*served.loop.signals.values(), *served.loop.reads.values(), served.loop.timers[0][1]]
    assert all(watcher.callback is None for watcher in watchers)


def test_single_process_reloads() -> None:
    second = cycle("second")
    served = Served(SingleControl(cycle("first"), lambda old: second))
    first = served.control.cycle
    served.loop.signals[signal.SIGHUP].fire()
    assert served.calls == ["reload second []"] and served.control.generation == "second"
    assert first.log.lines == [  # type: ignore[attr-defined]
        "notice signal 1 (SIGHUP) received, reconfiguring", "notice reconfiguring",
    ]  # fmt: skip


def test_single_process_keeps_what_it_has_when_a_reload_fails() -> None:
    def refuse(old: Cycle) -> Cycle:
        raise LoggedError("bad configuration")

    served = Served(SingleControl(cycle("first"), refuse))
    served.loop.signals[signal.SIGHUP].fire()
    assert served.calls == [] and served.control.generation == "first"


def test_single_process_ends_at_once_on_quit() -> None:
    served = Served(SingleControl(cycle(), lambda old: old))
    served.loop.signals[signal.SIGQUIT].fire()
    assert served.calls == ["terminate"]
    assert served.lines == ["notice signal 3 (SIGQUIT) received, shutting down"]


def test_winch_ends_a_worker_of_a_daemon_not_a_single_process(ends: tuple[Any, Any]) -> None:
    single = Served(SingleControl(cycle(), lambda old: old, daemonized=True))
    single.loop.signals[signal.SIGWINCH].fire()
    assert single.calls == []
    assert single.lines == ["notice signal 28 (SIGWINCH) received, stop accepting connections"]
    worker = Served(WorkerControl(cycle(), 1, 4, ends[1], daemonized=True))
    worker.loop.signals[signal.SIGWINCH].fire()
    assert worker.calls == ["quit"]
