"""Servers that faults happen to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "server")]

from workers import Workers  # noqa: E402


@pytest.fixture
def make_workers(tmp_path: Path) -> Iterator[Callable[..., Workers]]:
    """``make_workers(count, main=…, http=…, locations=…)``: a started master with so many workers."""
    tmp_path.chmod(0o755)
    made: list[Workers] = []

    def make(count: int = 4, **options: str) -> Workers:
        workers = Workers(tmp_path, count)
        workers.write(**options)
        made.append(workers)
        workers.begin()
        return workers

    yield make
    for workers in made:
        workers.clean_up()
