"""Sockets for cosockets: made and configured by Python, read and written by the VM's native.io."""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: descriptor → what ends the layer over it (TLS), called with it right before it is closed
OVER: dict[int, Callable[[int], None]] = {}

#: descriptors that ``connect`` made and that are not closed yet: they count as worker_connections
CONNECTED: set[int] = set()


class Room:
    """Whether ``worker_connections`` admit one more connection to somewhere; the worker's server says so."""

    has: Callable[[], bool] = staticmethod(lambda: True)


_OPTIONS: dict[bytes, tuple[int, int]] = {
    b"keepalive": (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
    b"reuseaddr": (socket.SOL_SOCKET, socket.SO_REUSEADDR),
    b"tcp-nodelay": (socket.IPPROTO_TCP, socket.TCP_NODELAY),
    b"sndbuf": (socket.SOL_SOCKET, socket.SO_SNDBUF),
    b"rcvbuf": (socket.SOL_SOCKET, socket.SO_RCVBUF),
}
_SWITCHES = (b"keepalive", b"reuseaddr", b"tcp-nodelay")


def _destination(address: bytes, port: int) -> tuple[int, Any]:
    """Address family and the socket module's address of a numeric address or ``unix:PATH``."""
    text = address.decode("utf-8", "surrogateescape")
    if text.startswith("unix:"):
        return socket.AF_UNIX, text[5:]
    if ":" in text:
        return socket.AF_INET6, (text.strip("[]"), int(port))
    return socket.AF_INET, (text, int(port))


def _bind(sock: socket.socket, bound: bytes) -> None:
    """Bind to ``ADDRESS`` or, brackets around one of IPv6, ``ADDRESS:PORT``.

    Raises OSError, as bind() does also for an address of the other family.
    """
    text = bound.decode()
    host, colon, port = text.rpartition(":")
    if (text.count(":") > 1 and not text.startswith("[")) or not colon or port.endswith("]"):
        host, port = text, ""
    if (":" in host) != (sock.family == socket.AF_INET6):
        raise OSError(errno.EAFNOSUPPORT if ":" in host else errno.EINVAL, "bind")
    if port:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host.strip("[]"), int(port or 0)))


def connect(
    address: bytes, port: int, bound: bytes | None, nodelay: bool = False
) -> tuple[int | None, int, bytes | None]:
    """Begin to connect to a numeric address or ``unix:PATH``; with ``nodelay`` TCP_NODELAY is set.

    → fd, 0 (connected) or EINPROGRESS, None; None, errno, the call that failed ("room": there are too many).
    """
    if not Room.has():
        return None, 0, b"room"
    family, target = _destination(address, port)
    call = b"socket"
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        return None, error.errno or errno.EMFILE, call
    sock.setblocking(False)
    try:
        if bound and family != socket.AF_UNIX:
            call = b"bind"
            _bind(sock, bound)
        if nodelay and family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        call = b"connect"
        code = sock.connect_ex(target)
    except OSError as error:
        code = error.errno or errno.EINVAL
    if code not in (0, errno.EINPROGRESS):
        sock.close()
        return None, code, call
    fd = sock.detach()
    CONNECTED.add(fd)
    return fd, code, None


def is_ipv6(text: bytes) -> bool:
    """Whether the text is an IPv6 address, without brackets."""
    try:
        socket.inet_pton(socket.AF_INET6, text.decode())
    except (OSError, UnicodeDecodeError):
        return False
    return True


def connect_datagram(address: bytes, port: int, bound: bytes | None) -> tuple[int | None, int, bytes | None]:
    """A datagram socket for a numeric address or ``unix:PATH`` → fd, 0, None; None, errno, the call that failed.

    A Unix socket gets a name of its own from the kernel, so that it can be answered.
    """
    family, target = _destination(address, port)
    call = b"socket"
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM)
    except OSError as error:
        return None, error.errno or errno.EMFILE, call
    sock.setblocking(False)
    try:
        call = b"bind"
        if family == socket.AF_UNIX:
            sock.bind("")
        elif bound:
            _bind(sock, bound)
        call = b"connect"
        sock.connect(target)
    except OSError as error:
        sock.close()
        return None, error.errno or errno.EINVAL, call
    return sock.detach(), 0, None


@contextmanager
def _borrowed(fd: int) -> Iterator[socket.socket]:
    """A socket object for a descriptor, which stays open. (Family and type matter to nothing that is done with it.)"""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, int(fd))
    try:
        yield sock
    finally:
        sock.detach()


def socket_error(fd: int) -> int:
    """SO_ERROR: how a connect ended, 0 when well."""
    with _borrowed(fd) as sock:
        return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def set_option(fd: int, name: bytes, value: float) -> tuple[int | None, bytes | None]:
    """tcpsock:setoption → 1, None; None, message. The name is one of those it knows."""
    try:
        with _borrowed(fd) as sock:
            sock.setsockopt(*_OPTIONS[name], _as_int(value))
    except OSError as error:
        return None, os.strerror(error.errno or 0).encode()
    return 1, None


def reset_on_close(fd: int) -> None:
    """Have the peer get a RST when the descriptor is closed, and nothing that was not sent yet."""
    with _borrowed(fd) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _as_int(value: float) -> int:
    """A Lua number as C's int: its low 32 bits."""
    return (int(value) + (1 << 31)) % (1 << 32) - (1 << 31)


def get_option(fd: int, name: bytes) -> tuple[int | None, bytes | None]:
    """tcpsock:getoption → value, None; None, message."""
    try:
        with _borrowed(fd) as sock:
            value = sock.getsockopt(*_OPTIONS[name])
    except OSError as error:
        return None, os.strerror(error.errno or 0).encode()
    return (int(bool(value)) if name in _SWITCHES else value), None
