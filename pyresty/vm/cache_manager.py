"""What a cache's directory may hold (nginx: the cache loader and the cache manager): functions of ``state.host``.

Nothing but the file system is common to the workers. A file's last use is its access time, which each worker writes
down (``cache_used``); one worker's `CacheManager` goes through the directory time and again and removes what is too
much. Both work in small pieces, between which requests are served.
"""

from __future__ import annotations

import heapq
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_CRIT, _NOTICE = 3, 6
_BLOCK = 512  # bytes, of st_blocks
_KEY = re.compile(rb"[0-9a-f]{32}")

#: Seconds until the next piece of work, level and text of a line for the error log (None: no line).
Step = tuple[float, int, bytes | None]


@dataclass(frozen=True)
class Limits:
    """Parameters of ``proxy_cache_path``: sizes in bytes (``max_size`` None: no limit), times in seconds.

    ``lag`` is how long a use may stay unknown; ``pause`` passes between two rounds.
    """

    inactive: float
    max_size: int | None
    min_free: int
    max_keys: int
    loader_files: int
    loader_sleep: float
    loader_threshold: float
    manager_files: int
    manager_sleep: float
    manager_threshold: float
    lag: float
    pause: float


class _Pace:
    """How much is done in one piece: so many files, so many seconds."""

    def __init__(self, files: int, threshold: float) -> None:
        self._most, self._threshold = files, threshold
        self.rest()

    def rest(self) -> None:
        """A new piece begins."""
        self._files, self._since = 0, time.monotonic()

    def enough(self) -> bool:
        """Another file was dealt with: is the piece at its end?"""
        self._files += 1
        return self._files >= self._most or time.monotonic() - self._since >= self._threshold


class CacheManager:
    """Keeps one cache's directory within its limits; ``levels`` are the lengths of its subdirectories' names."""

    def __init__(self, path: bytes, levels: tuple[int, ...], limits: Limits, now: Callable[[], float]) -> None:
        self._path, self._levels, self._limits, self._now = path, levels, limits, now
        self._started = now()  # the time before counts for the order alone: inactive is who is not used while we run
        self._files: list[tuple[float, int, bytes]] = []  # last use, size, key; a heap when something must go
        self._size = 0
        self._unit = os.statvfs(path).f_bsize
        self._steps = self._run()

    def step(self) -> Step:
        """Do one piece of the work."""
        return next(self._steps)

    def _run(self) -> Iterator[Step]:
        yield from self._look()
        megabytes = self._size / (1024 * 1024)
        yield 0, _NOTICE, b"http file cache: %s %.3fM, bsize: %d" % (self._path, megabytes, self._unit)
        while True:
            yield from self._evict()
            yield self._limits.pause, 0, None
            yield from self._look()

    # -------------------------------------------------------------------------------------------------------- looking

    def _look(self) -> Iterator[Step]:
        """Learn all files, their sizes and last uses; remove the inactive ones."""
        limits = self._limits
        self._files, self._size = [], 0
        pace = _Pace(limits.loader_files, limits.loader_threshold)
        waiting = [(self._path, 0)]
        while waiting:
            directory, depth = waiting.pop()
            try:
                with os.scandir(directory) as entries:
                    for entry in entries:
                        problem = self._meet(entry, depth, waiting)
                        if problem is not None or pace.enough():
                            yield limits.loader_sleep, _CRIT, problem
                            pace.rest()
            except FileNotFoundError:
                continue
            except OSError as error:
                yield limits.loader_sleep, _CRIT, _failure(b"opendir()", directory, error)
                pace.rest()
            if pace.enough():
                yield limits.loader_sleep, 0, None
                pace.rest()

    def _meet(self, entry: os.DirEntry[bytes], depth: int, waiting: list[tuple[bytes, int]]) -> bytes | None:
        """A name in a directory → what went wrong with it. Files that are not of this cache stay untouched."""
        if depth < len(self._levels):
            if len(entry.name) == self._levels[depth] and entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, depth + 1))
            return None
        if not _KEY.fullmatch(entry.name) or entry.path != self._file(entry.name):
            return None
        known = self._stat(entry.path)
        if known is None:
            return None
        used, size = known
        limits = self._limits
        if self._now() - max(used, self._started) > limits.inactive + limits.lag:
            return _remove(entry.path)
        self._files.append((used, size, entry.name))
        self._size += size
        return None

    def _file(self, key: bytes) -> bytes:
        parts, end = [self._path], len(key)
        for level in self._levels:
            parts.append(key[end - level : end])
            end -= level
        return b"/".join((*parts, key))

    def _stat(self, path: bytes) -> tuple[float, int] | None:
        """A file's last use and the bytes it takes; None when it is gone (others remove too) or out of reach."""
        try:
            found = os.stat(path, follow_symlinks=False)
        except OSError:
            return None
        units = -(-found.st_blocks * _BLOCK // self._unit)
        return max(found.st_atime, found.st_mtime), units * self._unit

    # -------------------------------------------------------------------------------------------------------- removing

    def _too_much(self) -> bool:
        limits = self._limits
        if len(self._files) > limits.max_keys:
            return True
        if limits.max_size is not None and self._size >= limits.max_size // self._unit * self._unit:
            return True
        if not limits.min_free:
            return False
        try:
            system = os.statvfs(self._path)
        except FileNotFoundError:
            return False
        return system.f_bavail * system.f_frsize <= limits.min_free

    def _evict(self) -> Iterator[Step]:
        """Remove the files whose last use is longest ago until the rest is within the limits."""
        limits = self._limits
        if not self._files or not self._too_much():
            return
        heapq.heapify(self._files)
        pace = _Pace(limits.manager_files, limits.manager_threshold)
        while self._files and self._too_much():
            problem = self._drop_oldest()
            if problem is not None or pace.enough():
                yield limits.manager_sleep, _CRIT, problem
                pace.rest()

    def _drop_oldest(self) -> bytes | None:
        used, size, key = heapq.heappop(self._files)
        self._size -= size
        path = self._file(key)
        known = self._stat(path)
        if known is None:
            return None
        if known[0] > used:  # since it was met
            heapq.heappush(self._files, (*known, key))
            self._size += known[1]
            return None
        return _remove(path)


def _failure(call: bytes, path: bytes, error: OSError) -> bytes:
    return b'%s "%s" failed (%d: %s)' % (call, path, error.errno or 0, os.strerror(error.errno or 0).encode())


def _remove(path: bytes) -> bytes | None:
    """Remove a file → a line for the log when that failed; whoever else removed it, it is gone."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        return _failure(b"unlink()", path, error)
    return None


def cache_used(path: bytes, when: float) -> bool:
    """Write down a use of a cache's file, in seconds; False when the file is gone or is not ours to change."""
    try:
        found = os.stat(path)
        if found.st_atime < when:
            os.utime(path, ns=(int(when * 1e9), found.st_mtime_ns))
    except (FileNotFoundError, PermissionError):
        return False
    return True


def functions() -> dict[str, Callable[..., Any]]:
    """``cache_watch`` and ``cache_manage`` of a VM, which has managers of its own; ``cache_used``."""
    managers: list[CacheManager] = []

    def watch(path: bytes, levels: bytes, max_size: float | None, *numbers: float) -> int:
        """A new manager → its number. ``levels`` are digits; ``numbers`` the other limits, as `Limits` has them."""
        (inactive, min_free, keys, *pace, lag, pause) = numbers
        files, sleep, threshold, manager_files, manager_sleep, manager_threshold = pace
        limits = Limits(
            inactive, None if max_size is None else int(max_size), int(min_free), int(keys), int(files), sleep,
            threshold, int(manager_files), manager_sleep, manager_threshold, lag, pause,
        )  # fmt: skip
        managers.append(CacheManager(path, tuple(int(digit) for digit in levels.decode()), limits, time.time))
        return len(managers)

    def manage(number: float) -> Step:
        """Do a piece of a manager's work."""
        return managers[int(number) - 1].step()

    return {"cache_watch": watch, "cache_manage": manage, "cache_used": cache_used}
