"""The channel between the master and a worker: one byte a command, one byte back when the worker serves."""

from __future__ import annotations

import os
import socket

QUIT = b"Q"
TERMINATE = b"T"
REOPEN = b"R"
READY = b"+"


def pair() -> tuple[socket.socket, socket.socket]:
    """The master's and the worker's end, both non-blocking and closed on exec."""
    master, worker = socket.socketpair()
    master.setblocking(False)
    worker.setblocking(False)
    return master, worker


def send(end: socket.socket, command: bytes) -> bool:
    """Send a command; False when the other end takes none."""
    try:
        return end.send(command) == len(command)
    except OSError:
        return False


def receive(fd: int) -> bytes | None:
    """The bytes that have come; b"" when none have, None when the other end is gone."""
    try:
        data = os.read(fd, 64)
    except BlockingIOError:
        return b""
    except OSError:
        return None
    return data or None
