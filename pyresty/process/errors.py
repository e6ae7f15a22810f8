"""What stops a start or a reload."""

from __future__ import annotations

import os


class ProcessError(Exception):
    """A start or reload failed. ``level`` and ``message`` are what goes to the log; the place adds nothing to it."""

    def __init__(self, message: str, error: OSError | None = None, level: str = "emerg") -> None:
        self.message = message + errno_text(error)
        self.level = level
        super().__init__(self.message)


class LoggedError(ProcessError):
    """A failure whose message is in the log already."""


def errno_text(error: OSError | None) -> str:
    """nginx's suffix for a failed system call: `` (2: No such file or directory)``; empty without an error."""
    if error is None:
        return ""
    number = error.errno or 0
    return f" ({number}: {os.strerror(number)})"


def text(path: bytes | str) -> str:
    """Bytes of a configuration or file name as text for a message."""
    return path if isinstance(path, str) else os.fsdecode(path)
