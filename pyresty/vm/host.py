"""Functions Lua calls directly (``state.host``): they never wait and never switch greenlets."""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import random
from collections.abc import Callable
from typing import Any

from pyresty.ngx import process_info
from pyresty.process import syslog
from pyresty.vm import addresses, cache_files, cache_manager, directories, files, passwords, processes, sockets
from pyresty.vm.engine import VM
from pyresty.vm.kernel import Kernel

_temp_numbers = itertools.count(1)
_TEMP_DIGITS = 10


def temp_file(directory: bytes, *levels: int) -> tuple[int | None, bytes]:
    """A new file in a temporary directory → fd, path; None, nginx's message when it cannot be made.

    Its name is a number of ten digits, in subdirectories whose names are so many of its last digits (``*_temp_path``).
    """
    number = next(_temp_numbers)
    while True:
        name, end, parents = b"%010d" % (number % 10**_TEMP_DIGITS), _TEMP_DIGITS, [directory]
        for level in levels:
            parents.append(parents[-1] + b"/" + name[end - int(level) : end])
            end -= int(level)
        path = parents[-1] + b"/" + name
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), path
        except FileExistsError:  # another process of ours has come to that number
            number = random.randrange(10**_TEMP_DIGITS)
        except OSError as error:
            message = _failed(b"open", path, error)
            if error.errno == errno.ENOENT and levels:
                message = _make(parents[1:])
            if message:
                return None, message


def _make(directories: list[bytes]) -> bytes:
    """Make those directories that are not there; a message when one cannot be made."""
    for directory in directories:
        try:
            os.mkdir(directory, 0o700)
        except FileExistsError:
            continue
        except OSError as error:
            return _failed(b"mkdir", directory, error)
    return b""


def _failed(call: bytes, path: bytes, error: OSError) -> bytes:
    return b'%s() "%s" failed (%d: %s)' % (call, path, error.errno or 0, str(error.strerror).encode())


def unlink(path: bytes) -> bool:
    """Remove a file; False when it is not there."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    return True


def close_fd(fd: int) -> None:
    """Close a descriptor that no watcher knows."""
    os.close(int(fd))


def build_options() -> bytes:
    """What ``-V`` prints behind "configure arguments:", the space in front included."""
    from pyresty.modules.build_options import build_options as options

    return "".join(f" {word}" for word in options()).encode()


_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)


def malloc_trim() -> int | None:
    """Give free memory back to the system → whether there was some (0, 1); None where the C library can't."""
    return int(_trim(1)) if _trim is not None else None


def functions(vm: VM) -> dict[str, Callable[..., Any]]:
    """The table ``state.host`` of a VM. ``kernel`` is there on engines without FFI."""
    own: dict[str, Callable[..., Any]] = {
        "pid": os.getpid,
        "temp_file": temp_file,
        "unlink": unlink,
        "close_fd": close_fd,
        "build_options": build_options,
        "malloc_trim": malloc_trim,
        **files.FUNCTIONS,
        **cache_files.FUNCTIONS,
        **cache_manager.functions(),
        **addresses.FUNCTIONS,
        **directories.FUNCTIONS,
        **passwords.FUNCTIONS,
        **process_info.functions(),
        **processes.FUNCTIONS,
        "syslog_reconnect": syslog.reconnect,
        "connect": sockets.connect,
        "connect_datagram": sockets.connect_datagram,
        "is_ipv6": sockets.is_ipv6,
        "socket_error": sockets.socket_error,
        "set_option": sockets.set_option,
        "reset_on_close": sockets.reset_on_close,
        "get_option": sockets.get_option,
    }
    if vm.engine != "luajit21":
        own["kernel"] = Kernel().call
    return own
