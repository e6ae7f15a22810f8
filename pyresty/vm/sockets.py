"""Sockets for cosockets: made and configured by Python, read and written by the VM's native.io."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from typing import Any

#: descriptor → what ends the layer over it (TLS), called with it right before it is closed
OVER: dict[int, Callable[[int], None]] = {}

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


def _bind(sock: socket.socket, text: str) -> None:
    """Bind to ``ADDRESS`` or, brackets around one of IPv6, ``ADDRESS:PORT``."""
    host, colon, port = text.rpartition(":")
    if text.count(":") > 1 and not text.startswith("["):
        host, colon, port = text, "", ""
    if not colon or port.endswith("]"):
        sock.bind((text.strip("[]"), 0))
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host.strip("[]"), int(port)))


def connect(address: bytes, port: int, bound: bytes | None) -> tuple[int | None, int]:
    """Begin to connect to a numeric address or ``unix:PATH`` → fd, 0 (connected) or EINPROGRESS; None, errno."""
    family, target = _destination(address, port)
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        return None, error.errno or errno.EMFILE
    sock.setblocking(False)
    try:
        if bound:
            _bind(sock, bound.decode())
        code = sock.connect_ex(target)
    except OSError as error:
        sock.close()
        return None, error.errno or errno.EINVAL
    if code not in (0, errno.EINPROGRESS):
        sock.close()
        return None, code
    if family != socket.AF_UNIX:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock.detach(), code


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
            sock.bind((bound.decode().strip("[]"), 0))
        call = b"connect"
        sock.connect(target)
    except OSError as error:
        sock.close()
        return None, error.errno or errno.EINVAL, call
    return sock.detach(), 0, None


def socket_error(fd: int) -> int:
    """SO_ERROR: how a connect ended, 0 when well."""
    sock = socket.socket(fileno=os.dup(int(fd)))
    try:
        return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    finally:
        sock.close()


def set_option(fd: int, name: bytes, value: int | bool) -> tuple[int | None, bytes | None]:
    """tcpsock:setoption → 1, None; None, message."""
    option = _OPTIONS.get(name)
    if option is None:
        return None, b"unsupported option: " + name
    sock = socket.socket(fileno=os.dup(int(fd)))
    try:
        sock.setsockopt(*option, int(value))
    except OSError as error:
        return None, os.strerror(error.errno or 0).encode()
    finally:
        sock.close()
    return 1, None


def get_option(fd: int, name: bytes) -> tuple[int | None, bytes | None]:
    """tcpsock:getoption → value, None; None, message."""
    option = _OPTIONS.get(name)
    if option is None:
        return None, b"unsupported option: " + name
    sock = socket.socket(fileno=os.dup(int(fd)))
    try:
        value = sock.getsockopt(*option)
    finally:
        sock.close()
    return (int(bool(value)) if name in _SWITCHES else value), None
