"""Servers that faults happen to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "server")]

from serving import Serving  # noqa: E402
from workers import Workers  # noqa: E402


@pytest.fixture
def make_server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Serving]]:
    """``make_server(locations, **options)``: a started server of one process, of ``--engine``, that can be probed."""
    engine = request.config.getoption("--engine", default="luajit21")
    made: list[Serving] = []

    def make(locations: str, **options: object) -> Serving:
        server = Serving(tmp_path, engine=engine)
        server.write(locations, **options)  # type: ignore[arg-type]
        made.append(server)
        return server.run()

    yield make
    for server in made:
        server.clean_up()


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
