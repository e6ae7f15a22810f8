"""Client connections: their descriptors and read watchers. What is on them is the business of the VM that has them."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pyresty.vm.driver import Waits

if TYPE_CHECKING:
    from pyresty.net.balance import Balance
    from pyresty.net.generation import Generation

READ = 1


_own_numbers = itertools.count(1).__next__
_next: Callable[[], int] = _own_numbers


def share_numbers() -> None:
    """From now on all processes that are forked number their connections together, as nginx's do.

    The number is the position of a file that they have open together: moving it on is one indivisible step.
    """
    global _next
    if _next is _own_numbers:
        _next = partial(os.lseek, os.open(__file__, os.O_RDONLY), 1, os.SEEK_CUR)


def next_number() -> int:
    """The number of a new connection, or of what the log shows as one."""
    return _next()


class Connection:
    """A client's descriptor, its watcher, and the generation whose VM serves it now and the one it belongs to."""

    __slots__ = ("address", "fd", "generation", "home", "listen", "port", "watcher")

    def __init__(self, fd: int, generation: Generation, listen: int, address: bytes, port: int, watcher: Any) -> None:
        self.fd = fd
        self.home = self.generation = generation
        self.listen = listen
        self.address = address
        self.port = port
        self.watcher = watcher


class Connections:
    """All connections of a worker, by number: the serial that log lines show as ``*N``."""

    def __init__(self, loop: Any, fresh: Callable[[Generation], Generation]) -> None:
        self._loop = loop
        self._make_fresh = fresh
        self._all: dict[int, Connection] = {}
        self._next = _next
        self.balance: Balance | None = None
        self.waits = Waits(loop)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, sock: socket.socket, generation: Generation, listen: int, address: bytes, port: int) -> None:
        """Take over an accepted socket."""
        fd = sock.detach()
        number = self._next()
        watcher = self._loop.io(fd, READ)
        self._all[number] = Connection(fd, generation, listen, address, port, watcher)
        if self.balance is not None:
            self.balance.tell(len(self._all))
        driver = generation.driver
        driver.serve(generation.open, number, fd, listen, address, port, number)
        if number in self._all:
            watcher.start(driver.readable, number)

    def pause(self, number: int) -> None:
        """Stop reading."""
        self._all[number].watcher.stop()

    def resume(self, number: int) -> None:
        """Read again."""
        connection = self._all[number]
        connection.watcher.start(connection.generation.driver.readable, number)

    def abandon(self, number: int) -> None:
        """Something of ours failed with a connection: close it."""
        connection = self._all.get(number)
        if connection is not None:
            connection.generation.driver.abandon(number)

    def drop(self, number: int) -> None:
        """Close a connection; its Lua side is gone already."""
        connection = self._all.pop(number, None)
        if connection is None:
            return  # it was dropped while its VM was put in order
        if self.balance is not None:
            self.balance.tell(len(self._all))
        connection.watcher.stop()
        connection.watcher.close()
        self.waits.close(connection.fd)
        os.close(connection.fd)
        if connection.generation is not connection.home:
            connection.home.driver.drive(connection.home.driver.entries[b"forget"], number)
            self._loop.run_callback(connection.generation.retire)

    def to_fresh_vm(self, number: int, data: bytes, requests: int) -> None:
        """``lua_code_cache off``: a VM of its own serves the request that begins in ``data``."""
        connection = self._all[number]
        connection.watcher.stop()
        fresh = connection.generation = self._make_fresh(connection.home)
        connection.watcher.start(fresh.driver.readable, number)
        fresh.driver.serve(
            fresh.driver.entries[b"adopt"], number, connection.fd, connection.listen, connection.address,
            connection.port, number, data, requests,
        )  # fmt: skip

    def back_home(self, number: int, data: bytes, requests: int, keepalive_timeout: float) -> None:
        """The fresh VM's request is through: the connection's own VM goes on."""
        connection = self._all[number]
        fresh, home = connection.generation, connection.home
        connection.generation = home
        connection.watcher.stop()
        connection.watcher.start(home.driver.readable, number)
        self._loop.run_callback(fresh.retire)
        home.driver.serve(home.driver.entries[b"take_back"], number, data, requests, keepalive_timeout)
