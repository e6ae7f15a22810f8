"""Sends the raw corpus to the binary under test: ``pytest compat/raw [--binary /usr/sbin/nginx]``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import raw_corpus as corpus

from pyresty.testing.server import Binary, Server

CASES = corpus.load()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    binary = Binary.find(request.config.getoption("--binary"), request.config.getoption("--engine"))
    running = Server(binary, corpus.SETUP)
    try:
        running.start()
        yield running
        running.stop()
    finally:
        running.remove()


@pytest.mark.parametrize("case", CASES, ids=[f"{case.file.removesuffix('.raw')}:{case.name}" for case in CASES])
def test_verdict(server: Server, case: corpus.RawCase) -> None:
    assert case.expected, f"{case.file}:{case.line}: no verdict was recorded"
    verdict = corpus.observe(server, case)
    assert verdict.lines() == case.expected, f"{case.file}:{case.line}\nsent: {case.sent!r:.2000}"


def test_names_are_distinct() -> None:
    names = [(case.file, case.name) for case in CASES]
    assert len(set(names)) == len(names)
    assert len(CASES) >= 180
