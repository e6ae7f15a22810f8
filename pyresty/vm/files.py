"""What Lua asks the system about files and sockets beside ``native.io``: part of ``state.host``, never waiting."""

from __future__ import annotations

import os
import socket
import stat
import zlib
from collections.abc import Callable
from typing import Any


def local_address(fd: int) -> tuple[bytes, int | None]:
    """The address and port a connected socket has on this side; ``unix:PATH`` and None for a local one."""
    with socket.socket(fileno=os.dup(int(fd))) as sock:
        name = sock.getsockname()
    if isinstance(name, tuple):
        return name[0].encode(), name[1]
    path = name if isinstance(name, bytes) else os.fsencode(name)
    return b"unix:" + path, None


def realpath(path: bytes) -> bytes | tuple[None, bytes]:
    """A path without symbolic links, or None and the reason."""
    try:
        return os.path.realpath(path, strict=True)
    except OSError as error:
        return None, f"{error.errno}: {error.strerror}".encode()


def is_executable(path: bytes) -> bool:
    """Whether the owner may execute it (nginx: ngx_is_exec); False when it is not there."""
    try:
        return bool(os.stat(path).st_mode & stat.S_IXUSR)
    except OSError:
        return False


def open_append(path: bytes) -> int | tuple[None, bytes]:
    """A descriptor of a log file, made when it is not there; or None and ``(ERRNO: TEXT)``."""
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        return None, f"({error.errno}: {error.strerror})".encode()


def gzip(data: bytes, level: int) -> bytes:
    """Data as one member of a gzip file (nginx: ngx_http_log_gzip)."""
    compressor = zlib.compressobj(int(level), zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


#: name in ``state.host`` → function
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "local_address": local_address,
    "realpath": realpath,
    "is_executable": is_executable,
    "open_append": open_append,
    "gzip": gzip,
}
