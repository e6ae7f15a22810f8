"""The cache manager: what it removes, in which order and in which pieces."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from pyresty.vm.cache_manager import CacheManager, Limits, cache_used

NOW = 1_000_000.0
PAUSE = 7.0
LIMITS = Limits(
    inactive=600, max_size=None, min_free=0, max_keys=1000, loader_files=100, loader_sleep=0.25, loader_threshold=60,
    manager_files=100, manager_sleep=0.5, manager_threshold=60, lag=0, pause=PAUSE,
)  # fmt: skip


class Cache:
    """A cache's directory with levels 1:2, and a clock."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.now = directory, NOW
        self.unit = os.statvfs(directory).f_bsize

    def path(self, name: str) -> Path:
        key = hashlib.md5(name.encode()).hexdigest()
        return self.directory / key[-1] / key[-3:-1] / key

    def add(self, name: str, used: float, units: int = 1) -> Path:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * (self.unit * units))
        os.utime(path, (used, NOW - 5000))
        return path

    def manager(self, **limits: float | None) -> CacheManager:
        return CacheManager(os.fsencode(self.directory), (1, 2), replace(LIMITS, **limits), lambda: self.now)  # type: ignore[arg-type]

    def left(self) -> set[str]:
        return {name for name in "abcde" if self.path(name).exists()}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    made = Cache(tmp_path)
    for index, name in enumerate("abcde"):
        made.add(name, NOW - 1000 + index)
    return made


def one_round(manager: CacheManager) -> list[tuple[float, bytes | None]]:
    """Pieces up to the pause → the delays and lines of those before it."""
    steps: list[tuple[float, bytes | None]] = []
    while True:
        delay, _, text = manager.step()
        if delay == PAUSE:
            return steps
        steps.append((delay, text))


def test_max_size_removes_what_was_not_used_for_longest(cache: Cache) -> None:
    cache.add("a", NOW)
    one_round(cache.manager(max_size=4 * cache.unit))
    assert cache.left() == {"a", "d", "e"}  # less than max_size is left, as with nginx


def test_a_write_is_a_use(cache: Cache) -> None:
    os.utime(cache.path("a"), (NOW - 2000, NOW))
    one_round(cache.manager(max_size=2 * cache.unit))
    assert cache.left() == {"a"}


def test_a_use_after_the_look_counts(cache: Cache) -> None:
    manager = cache.manager(max_size=2 * cache.unit)
    assert manager.step()[2] == b"http file cache: %s %.3fM, bsize: %d" % (
        os.fsencode(cache.directory), 5 * cache.unit / 1048576, cache.unit,
    )  # fmt: skip
    assert cache_used(os.fsencode(cache.path("a")), NOW)
    one_round(manager)
    assert cache.left() == {"a"}


def test_more_than_the_file_system_has_free(cache: Cache) -> None:
    one_round(cache.manager(min_free=2**62))
    assert cache.left() == set()


def test_enough_is_free(cache: Cache) -> None:
    one_round(cache.manager(min_free=1))
    assert cache.left() == set("abcde")


def test_keys(cache: Cache) -> None:
    one_round(cache.manager(max_keys=2))
    assert cache.left() == {"d", "e"}


def test_inactive(cache: Cache) -> None:
    manager = cache.manager(lag=1)
    one_round(manager)
    assert cache.left() == set("abcde")  # of an earlier run: they have their time from the start on
    cache.now += 601
    cache_used(os.fsencode(cache.path("c")), NOW + 1)
    one_round(manager)
    assert cache.left() == set("abcde")
    cache.now += 1
    one_round(manager)
    assert cache.left() == {"c"}


def test_pieces(cache: Cache) -> None:
    steps = one_round(cache.manager(max_size=0, loader_files=1, manager_files=2))
    delays = [delay for delay, _ in steps]
    assert delays.count(0.5) == 2 and delays.count(0.25) > 5 and cache.left() == set()
    assert one_round(cache.manager(loader_threshold=0)).count((0.25, None)) > 5


def test_what_others_removed(cache: Cache) -> None:
    manager = cache.manager(max_size=3 * cache.unit)
    manager.step()
    for name in "abc":
        cache.path(name).unlink()
    one_round(manager)
    assert cache.left() == {"d", "e"}
    assert not cache_used(os.fsencode(cache.path("a")), NOW)


def test_a_directory_that_is_gone(cache: Cache) -> None:
    manager = cache.manager(min_free=2**62)
    manager.step()
    cache.directory.rename(cache.directory.with_name("moved"))
    assert one_round(manager) == [] and one_round(manager) == []
    cache.directory.with_name("moved").rename(cache.directory)
    one_round(manager)
    assert cache.left() == set()


def test_files_that_are_not_of_the_cache_stay(cache: Cache) -> None:
    strangers = [cache.directory / "0000000001", cache.path("a").with_name("note"), cache.path("a").with_name("0" * 32)]
    for path in strangers:
        path.write_bytes(b"x")
    one_round(cache.manager(max_size=0))
    assert cache.left() == set() and all(path.exists() for path in strangers)


def test_what_cannot_be_removed_is_told(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "unlink", refuse)
    lines = [text for _, text in one_round(cache.manager(max_size=0))[1:]]
    assert lines[0] == b'unlink() "%s" failed (13: Permission denied)' % os.fsencode(cache.path("a"))
    assert len(lines) == 5
