"""The pid file: written when the sockets are open, removed at the end, moved aside during a binary upgrade."""

from __future__ import annotations

import os

from pyresty.process.errors import ProcessError
from pyresty.process.logs import ErrorLog


def create(path: str) -> None:
    """Write our process id. Raises ProcessError ``open() "PATH" failed (N: …)``."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ProcessError(f'open() "{path}" failed', error) from error
    content = b"%d\n" % os.getpid()
    try:
        os.write(fd, content)
    except OSError as error:
        raise ProcessError(f'pwrite() "{path}" failed', error, "crit") from error
    finally:
        os.close(fd)


def check(path: str) -> None:
    """For ``-t``: open the file as ``create`` would, without changing what is in it; raises ProcessError."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644))
    except OSError as error:
        raise ProcessError(f'open() "{path}" failed', error) from error


def delete(path: str, log: ErrorLog) -> None:
    """Remove the file; a failure is an alert."""
    try:
        os.unlink(path)
    except OSError as error:
        log.log("alert", f'unlink() "{path}" failed', error)
