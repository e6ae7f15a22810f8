"""The driver: calls a VM's entries from watcher callbacks and performs the operations they return.

Everything enters through ``Driver.drive``, which guards: an exception in a watcher callback would leave the connection
hanging in silence, so it becomes an ``[alert]``, a 500 or a close.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyresty.vm import ops, sockets
from pyresty.vm.operations import OPERATIONS
from pyresty.vm.sockets import OVER

if TYPE_CHECKING:
    from pyresty.net.connections import Connections

READ, WRITE = 1, 2  # libev's event bits
ALERT = 2

Entry = Callable[..., Any]


class Waits:
    """The watchers of descriptors that light threads wait for: at most one a direction, kept until the fd is closed."""

    __slots__ = ("_loop", "_readers", "_writers")

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._readers: dict[int, Any] = {}
        self._writers: dict[int, Any] = {}

    def start(self, fd: int, events: int, callback: Entry, *args: Any) -> None:
        """Call back once when the descriptor is ready."""
        watchers = self._readers if events == READ else self._writers
        watcher = watchers.get(fd)
        if watcher is None:
            watcher = watchers[fd] = self._loop.io(fd, events)
        watcher.start(callback, watcher, *args)

    def stop(self, fd: int) -> None:
        """Forget what was waited for."""
        for watchers in (self._readers, self._writers):
            watcher = watchers.get(fd)
            if watcher is not None:
                watcher.stop()

    def close(self, fd: int) -> None:
        """Drop the descriptor's watchers and what lies over it; only then may it be closed."""
        for watchers in (self._readers, self._writers):
            watcher = watchers.pop(fd, None)
            if watcher is not None:
                watcher.stop()
                watcher.close()
        end = OVER.pop(fd, None)
        if end is not None:
            end(fd)

    def __len__(self) -> int:
        return len(self._readers) + len(self._writers)


class Driver:
    """One VM's entries, and what they ask for."""

    def __init__(self, loop: Any, entries: Any, connections: Connections, log: Callable[[int, str], None]) -> None:
        from gevent import spawn  # gevent begins its life after the fork

        self.entries = entries
        self.connections = connections
        self.on_release: Callable[[], None] | None = None
        self._spawn = spawn
        self._loop = loop
        self._log = log
        self._waits = connections.waits
        self._timer: Any = None
        self._step: Entry = entries[b"step"]
        self._readable: Entry = entries[b"readable"]
        self._tick: Entry = entries[b"tick"]
        self._more: Entry = entries[b"more"]
        self._end_turn: Entry = entries[b"end_turn"]
        self._perform: dict[int, Callable[..., None]] = {
            ops.WAIT_READ: self._wait_read,
            ops.WAIT_WRITE: self._wait_write,
            ops.CANCEL: self._cancel,
            ops.CLOSE: self._close,
            ops.ARM: self._arm,
            ops.PAUSE: self._pause,
            ops.RESUME: self._resume,
            ops.DROP: self._drop,
            ops.CALL: self._call,
            ops.FRESH: self._fresh,
            ops.RETURN: self._return,
            ops.TURN: self._turn,
            ops.RELEASE: self._release,
        }

    # ------------------------------------------------------------------------------------------------------- entering

    def readable(self, connection: int) -> None:
        """A client's descriptor has bytes: the watcher's callback, hence the hot path."""
        try:
            todo = self._readable(connection)
            if todo is not None:
                self.perform(todo)
        except Exception:
            self._rescue(connection)

    def drive(self, entry: Entry, *args: Any) -> None:
        """Run an entry and perform what it asks; whatever goes wrong ends the request it served, not the worker."""
        try:
            todo = entry(*args)
            if todo is not None:
                self.perform(todo)
        except Exception:
            self._rescue()

    def serve(self, entry: Entry, connection: int, *args: Any) -> None:
        """Run an entry that is about one connection: when it goes wrong, that is what ends."""
        try:
            todo = entry(connection, *args)
            if todo is not None:
                self.perform(todo)
        except Exception:
            self._rescue(connection)

    def abandon(self, connection: int) -> None:
        """Close a connection that something of ours failed with."""
        self.drive(self.entries[b"abandon"], connection)

    def step(self, wait: int, *results: Any) -> None:
        """Tell a light thread that its wait is over."""
        self.drive(self._step, wait, *results)

    def perform(self, todo: tuple[Any, ...] | None) -> None:
        """Perform a list of operations."""
        while todo is not None:
            for i in range(0, len(todo), ops.STRIDE):
                try:
                    self._perform[todo[i]](*todo[i + 1 : i + ops.STRIDE])
                except Exception:
                    self._failed(todo[i], todo[i + 1])
            todo = self._more() if len(todo) == ops.LIMIT else None

    def _failed(self, op: int, wait: int) -> None:
        """An operation raised: whoever waits for it is told, a connection it was about ends; the others go on."""
        self._log(ALERT, f"driver: operation {op}: {traceback.format_exc().strip()}")
        if op in (ops.WAIT_READ, ops.WAIT_WRITE, ops.CALL):
            self._loop.run_callback(self.step, wait, None, b"internal error")
        elif op in (ops.PAUSE, ops.RESUME, ops.FRESH, ops.RETURN):
            self._loop.run_callback(self.connections.abandon, wait)
        elif op == ops.ARM:
            self._loop.run_callback(self.drive, self._tick)

    def _rescue(self, connection: int | None = None) -> None:
        """An entry raised."""
        self._log(ALERT, f"driver: {traceback.format_exc().strip()}")
        try:
            self.perform(self.entries[b"rescue"](connection))
        except Exception:
            self._log(ALERT, f"driver, while rescuing: {traceback.format_exc().strip()}")

    # ------------------------------------------------------------------------------------------------------ operations

    def _wait_read(self, wait: int, fd: int, *_: Any) -> None:
        self._waits.start(fd, READ, self._ready, wait)

    def _wait_write(self, wait: int, fd: int, *_: Any) -> None:
        self._waits.start(fd, WRITE, self._ready, wait)

    def _ready(self, watcher: Any, wait: int) -> None:
        watcher.stop()
        try:
            todo = self._step(wait, True)
            if todo is not None:
                self.perform(todo)
        except Exception:
            self._rescue()

    def _cancel(self, _wait: int, fd: int, *_: Any) -> None:
        self._waits.stop(fd)

    def _close(self, _id: int, fd: int, *_: Any) -> None:
        self._waits.close(fd)
        sockets.CONNECTED.discard(fd)
        os.close(fd)

    def _arm(self, _id: int, seconds: float, *_: Any) -> None:
        timer = self._timer
        if timer is not None:
            timer.stop()
            timer.close()
        timer = self._timer = self._loop.timer(seconds)
        timer.start(self.drive, self._tick, update=True)

    def _pause(self, connection: int, *_: Any) -> None:
        self.connections.pause(connection)

    def _resume(self, connection: int, *_: Any) -> None:
        self.connections.resume(connection)

    def _drop(self, connection: int, *_: Any) -> None:
        self.connections.drop(connection)

    def _call(self, wait: int, name: bytes, *args: Any) -> None:
        self._spawn(self._operate, wait, name, args)

    def _operate(self, wait: int, name: bytes, args: tuple[Any, ...]) -> None:
        try:
            results = OPERATIONS[name](*args)
        except Exception:
            self._log(ALERT, f"operation {name.decode()}: {traceback.format_exc().strip()}")
            results = (None, b"internal error")
        if not isinstance(results, tuple):
            results = (results,)
        self._loop.run_callback(self.step, wait, *results)

    def _fresh(self, connection: int, data: bytes, requests: int, *_: Any) -> None:
        self.connections.to_fresh_vm(connection, data, requests)

    def _return(self, connection: int, data: bytes, requests: int, keepalive_timeout: float, *_: Any) -> None:
        self.connections.back_home(connection, data, requests, keepalive_timeout)

    def _turn(self, *_: Any) -> None:
        self._loop.run_callback(self.drive, self._end_turn)

    def _release(self, *_: Any) -> None:
        if self.on_release is not None:
            self._loop.run_callback(self.on_release)

    def close(self) -> None:
        """Forget the VM, which nothing needs any more: its memory is free when this returns."""
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None
        self._perform.clear()
        self.entries = None
        self._step = self._readable = self._tick = self._more = self._end_turn = _closed


def _closed(*_: Any) -> None:
    """The entry of a VM that is gone: a late result finds nobody."""
