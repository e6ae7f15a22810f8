"""Log files: opened once a path, each under one file descriptor number that never changes.

Lua holds the numbers and writes by itself, so a reopened file takes the place of the old one under the same number.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable

from pyresty.process.errors import ProcessError, errno_text, text

Report = Callable[[str, str], None]
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


def open_append(path: bytes) -> int:
    """Open a log file for appending, mode 0644 under the umask; raises OSError."""
    return os.open(path, _FLAGS, 0o644)


class Files:
    """The open log files of one process by path (nginx: cycle->open_files)."""

    def __init__(self) -> None:
        self._fds: dict[bytes, int] = {}
        self._stale: set[int] = set()

    def __contains__(self, path: bytes) -> bool:
        return path in self._fds

    @property
    def paths(self) -> list[bytes]:
        """Paths in the order they were opened."""
        return list(self._fds)

    def fd(self, path: bytes) -> int:
        """The number a path is open under; KeyError when it is not open."""
        return self._fds[path]

    def open(self, path: bytes) -> int:
        """Open a path, once. Raises ProcessError ``open() "PATH" failed (N: …)``."""
        fd = self._fds.get(path)
        if fd is None:
            try:
                fd = self._fds[path] = open_append(path)
            except OSError as error:
                raise ProcessError(f'open() "{text(path)}" failed', error) from error
        return fd

    def renew(self, paths: Iterable[bytes]) -> Transaction:
        """Open a new configuration's files beside the present ones; see Transaction. Raises ProcessError."""
        return Transaction(self, list(dict.fromkeys(paths)))

    def reopen(self, report: Report, owner: int | None = None) -> None:
        """Open every path anew under its old number (nginx: ngx_reopen_files).

        What fails is reported as (level, message) and keeps its old file. ``owner`` is the user id of the workers:
        the master gives them the files so that they can reopen them too.
        """
        for path, fd in self._fds.items():
            try:
                new = open_append(path)
            except OSError as error:
                report("emerg", f'open() "{text(path)}" failed{errno_text(error)}')
                continue
            if owner is None or _give(path, owner, report):
                os.dup2(new, fd, inheritable=False)
            os.close(new)

    def retire(self) -> None:
        """Close the files that the last renewal left without use."""
        for fd in self._stale:
            os.close(fd)
        self._stale.clear()

    def close(self) -> None:
        """Close everything."""
        self.retire()
        for fd in self._fds.values():
            os.close(fd)
        self._fds.clear()

    def _replace(self, opened: dict[bytes, int]) -> None:
        kept: dict[bytes, int] = {}
        for path, new in opened.items():
            old = self._fds.pop(path, None)
            if old is None:
                kept[path] = new
                continue
            os.dup2(new, old, inheritable=False)
            os.close(new)
            kept[path] = old
        self._stale.update(self._fds.values())
        self._fds = kept


class Transaction:
    """Files opened for a configuration that may yet be refused: ``fd`` tells the numbers, then commit or roll back."""

    def __init__(self, files: Files, paths: list[bytes]) -> None:
        self._files = files
        self._opened: dict[bytes, int] = {}
        try:
            for path in paths:
                self._opened[path] = open_append(path)
        except OSError as error:
            self.rollback()
            raise ProcessError(f'open() "{text(path)}" failed', error) from error

    def fd(self, path: bytes) -> int:
        """The number that the path will have after the commit."""
        return self._files.fd(path) if path in self._files else self._opened[path]

    def commit(self) -> None:
        """Put the new files in place; those no longer named stay open until ``Files.retire``."""
        self._files._replace(self._opened)
        self._opened = {}

    def rollback(self) -> None:
        """Close the new files; nothing has changed."""
        for fd in self._opened.values():
            os.close(fd)
        self._opened = {}


def _give(path: bytes, owner: int, report: Report) -> bool:
    name = text(path)
    try:
        status = os.stat(path)
    except OSError as error:
        report("emerg", f'stat() "{name}" failed{errno_text(error)}')
        return False
    if status.st_uid != owner:
        try:
            os.chown(path, owner, -1)
        except OSError as error:
            report("emerg", f'chown("{name}", {owner}) failed{errno_text(error)}')
            return False
    wanted = stat.S_IRUSR | stat.S_IWUSR
    if status.st_mode & wanted != wanted:
        try:
            os.chmod(path, stat.S_IMODE(status.st_mode) | wanted)
        except OSError as error:
            report("emerg", f'chmod() "{name}" failed{errno_text(error)}')
            return False
    return True
