"""The driver with a loop, a VM and connections that only take notes: no sockets, no Lua, no greenlets."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from pyresty.vm import ops
from pyresty.vm.driver import READ, WRITE, Driver, Waits
from pyresty.vm.operations import OPERATIONS


class Watcher:
    """Of a descriptor or the time: started with a callback, which ``fire`` calls."""

    def __init__(self, *what: Any) -> None:
        self.what = what
        self.callback: Callable[[], None] | None = None
        self.closed = False

    def start(self, callback: Callable[..., None], *args: Any, update: bool = False) -> None:
        assert not self.closed
        self.callback = lambda: callback(*args)

    def stop(self) -> None:
        self.callback = None

    def close(self) -> None:
        self.closed = True

    def fire(self) -> None:
        assert self.callback is not None
        self.callback()


class Loop:
    def __init__(self) -> None:
        self.watchers: list[Watcher] = []
        self.callbacks: list[Callable[[], None]] = []

    def _made(self, *what: Any) -> Watcher:
        self.watchers.append(Watcher(*what))
        return self.watchers[-1]

    def io(self, fd: int, events: int) -> Watcher:
        return self._made(fd, events)

    def timer(self, seconds: float) -> Watcher:
        return self._made(seconds)

    def run_callback(self, callback: Callable[..., None], *args: Any) -> None:
        self.callbacks.append(lambda: callback(*args))

    def turn(self) -> None:
        """Run what was put off."""
        now, self.callbacks = self.callbacks, []
        for callback in now:
            callback()


class Connections:
    def __init__(self, loop: Loop) -> None:
        self.waits = Waits(loop)
        self.calls: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        def note(*args: Any) -> None:
            self.calls.append((name, *args))
            if name == "pause" and args == (666,):
                raise KeyError(666)

        return note


class Entries(dict[bytes, Callable[..., Any]]):
    """``answers[name]``: what an entry returns next, or an exception that it raises."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Any, ...]] = []
        self.answers: dict[bytes, list[Any]] = {}

    def __missing__(self, name: bytes) -> Callable[..., Any]:
        def entry(*args: Any) -> Any:
            self.calls.append((name.decode(), *args))
            answers = self.answers.get(name)
            answer = answers.pop(0) if answers else None
            if isinstance(answer, Exception):
                raise answer
            return answer

        self[name] = entry
        return entry


class World:
    """A driver with all that is around it."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.connections = Connections(self.loop)
        self.entries = Entries()
        self.log: list[tuple[int, str]] = []
        self.driver = Driver(self.loop, self.entries, self.connections, lambda *line: self.log.append(line))  # type: ignore[arg-type]
        self.driver._spawn = lambda function, *args: function(*args)

    def do(self, *operation: Any) -> None:
        """Perform one operation."""
        self.driver.perform((*operation, *[None] * (ops.STRIDE - len(operation))))

    def calls(self) -> list[tuple[Any, ...]]:
        calls = self.entries.calls[:]
        self.entries.calls.clear()
        return calls


@pytest.fixture
def world() -> World:
    return World()


def test_an_entry_without_wishes_crosses_once(world: World) -> None:
    world.driver.readable(5)
    world.driver.step(7, True, b"x")
    assert world.calls() == [("readable", 5), ("step", 7, True, b"x")]
    assert world.log == []


@pytest.mark.parametrize(("op", "events"), [(ops.WAIT_READ, READ), (ops.WAIT_WRITE, WRITE)])
def test_waiting_for_a_descriptor(world: World, op: int, events: int) -> None:
    world.do(op, 9, 4)
    (watcher,) = world.loop.watchers
    assert watcher.what == (4, events)
    watcher.fire()
    assert world.calls() == [("step", 9, True)]
    assert watcher.callback is None
    world.do(op, 10, 4)  # the watcher is used again
    assert len(world.loop.watchers) == 1
    world.do(ops.CANCEL, 10, 4)
    assert watcher.callback is None and not watcher.closed


def test_both_directions_of_a_descriptor(world: World) -> None:
    world.do(ops.WAIT_READ, 1, 4)
    world.do(ops.WAIT_WRITE, 2, 4)
    assert len(world.connections.waits) == 2
    world.loop.watchers[1].fire()
    world.loop.watchers[0].fire()
    assert world.calls() == [("step", 2, True), ("step", 1, True)]


def test_closing_drops_the_watchers_first(world: World) -> None:
    read, write = os.pipe()
    world.do(ops.WAIT_READ, 1, read)
    world.do(ops.CLOSE, 0, read)
    assert world.loop.watchers[0].closed and len(world.connections.waits) == 0
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(read)
    os.close(write)


def test_one_timer_the_last_one_armed(world: World) -> None:
    world.do(ops.ARM, 0, 5.0)
    world.do(ops.ARM, 0, 0.5)
    first, second = world.loop.watchers
    assert (first.what, second.what) == ((5.0,), (0.5,))
    assert first.closed and not second.closed
    second.fire()
    assert world.calls() == [("tick",)]


def test_connections_are_told(world: World) -> None:
    for op in (ops.PAUSE, ops.RESUME, ops.DROP):
        world.do(op, 3)
    world.do(ops.FRESH, 3, b"data", 1)
    world.do(ops.RETURN, 3, b"rest", 2, 75.0)
    assert world.connections.calls == [
        ("pause", 3), ("resume", 3), ("drop", 3), ("to_fresh_vm", 3, b"data", 1), ("back_home", 3, b"rest", 2, 75.0),
    ]  # fmt: skip


def test_operations_by_name(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OPERATIONS, b"test.join", lambda *args: (args, len(args))[1])
    monkeypatch.setitem(OPERATIONS, b"test.pair", lambda a, *_: (a, b"second"))
    world.do(ops.CALL, 1, b"test.join", 1, 2)
    world.do(ops.CALL, 2, b"test.pair", b"first")
    assert world.calls() == []  # never from within perform
    world.loop.turn()
    assert world.calls() == [("step", 1, 3), ("step", 2, b"first", b"second")]


def test_a_full_list_means_there_may_be_more(world: World) -> None:
    full = (ops.DROP, 1, None, None, None, None) * (ops.LIMIT // ops.STRIDE)
    world.entries.answers[b"readable"] = [full]
    world.entries.answers[b"more"] = [full, (ops.DROP, 2, None, None, None, None)]
    world.driver.readable(1)
    assert world.calls() == [("readable", 1), ("more",), ("more",)]
    assert len(world.connections.calls) == 2 * (ops.LIMIT // ops.STRIDE) + 1


# ------------------------------------------------------------------------------------------------------------ failures


def test_an_entry_that_raises_is_rescued(world: World) -> None:
    world.entries.answers[b"readable"] = [ValueError("boom")]
    world.entries.answers[b"rescue"] = [(ops.DROP, 5, None, None, None, None)]
    world.driver.readable(5)
    assert world.calls() == [("readable", 5), ("rescue", 5)]
    assert world.connections.calls == [("drop", 5)]
    ((level, text),) = world.log
    assert level == 2 and text.startswith("driver: Traceback") and text.endswith("ValueError: boom")


def test_without_a_connection_the_rescue_knows_none(world: World) -> None:
    world.entries.answers[b"step"] = [ValueError("boom")]
    world.driver.step(1, True)
    assert world.calls() == [("step", 1, True), ("rescue", None)]


def test_a_rescue_that_raises_is_the_end_of_it(world: World) -> None:
    world.entries.answers[b"tick"] = [ValueError("boom")]
    world.entries.answers[b"rescue"] = [ValueError("again")]
    world.driver.drive(world.entries[b"tick"])
    assert [line.split(":")[0] for _, line in world.log] == ["driver", "driver, while rescuing"]
    world.driver.readable(1)
    assert world.calls()[-1] == ("readable", 1)


def test_an_operation_that_raises_does_not_stop_the_others(world: World) -> None:
    pause, drop = (ops.PAUSE, 666, *[None] * 4), (ops.DROP, 2, *[None] * 4)
    world.driver.perform(pause + drop)
    assert ("drop", 2) in world.connections.calls
    world.loop.turn()
    assert world.connections.calls[-1] == ("abandon", 666)
    assert world.log[0][0] == 2 and "driver: operation 6: Traceback" in world.log[0][1]


def test_whoever_waits_for_an_operation_that_raises_is_told(world: World) -> None:
    def refuse(*_: Any) -> None:
        raise OSError("no watcher")

    world.loop.io = refuse  # type: ignore[assignment]
    world.do(ops.WAIT_READ, 9, 4)
    world.do(ops.CALL, 10, b"test.unknown")
    world.loop.turn()
    assert world.calls() == [("step", 9, None, b"internal error"), ("step", 10, None, b"internal error")]


def test_a_timer_that_cannot_be_armed_ticks_at_once(world: World) -> None:
    def refuse(*_: Any) -> None:
        raise OSError("no timer")

    world.loop.timer = refuse  # type: ignore[assignment]
    world.do(ops.ARM, 0, 5.0)
    world.loop.turn()
    assert world.calls() == [("tick",)]


# ------------------------------------------------------------------------------------------------------------- the end


def test_a_vm_says_when_it_may_go(world: World) -> None:
    ended: list[bool] = []
    world.driver.on_release = lambda: ended.append(True)
    world.do(ops.RELEASE, 0)
    assert ended == []  # not from within its own operations
    world.loop.turn()
    assert ended == [True]


def test_a_closed_driver_calls_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OPERATIONS, b"test.late", lambda *_: 1)
    world.do(ops.ARM, 0, 5.0)
    world.do(ops.CALL, 1, b"test.late")
    world.driver.close()
    assert world.loop.watchers[0].closed
    world.loop.turn()  # the result that was under way
    world.driver.step(1, True)
    assert world.calls() == [] and world.log == []
