"""Fixtures for tests with whole servers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from serving import Serving


@pytest.fixture
def make_server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Serving]]:
    """``make_server(locations, **options)`` writes a configuration and starts a server with it, of ``--engine``."""
    engine = request.config.getoption("--engine", default="luajit21")
    made: list[Serving] = []

    def make(locations: str = "", *, trace: bool = False, **options: object) -> Serving:
        server = Serving(tmp_path, engine=engine, trace=trace)
        server.write(locations, **options)  # type: ignore[arg-type]
        made.append(server)
        return server.run()

    yield make
    for server in made:
        server.clean_up()
