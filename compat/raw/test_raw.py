"""Sends the raw corpus to the binary under test: ``pytest compat/raw [--binary /usr/sbin/nginx]``."""

from __future__ import annotations

import pytest
import raw_corpus as corpus

from pyresty.testing.server import Server

SETUP = corpus.SETUP
CASES = corpus.load()


@pytest.mark.parametrize("case", CASES, ids=[f"{case.file.removesuffix('.raw')}:{case.name}" for case in CASES])
def test_verdict(server: Server, case: corpus.RawCase) -> None:
    assert case.expected, f"{case.file}:{case.line}: no verdict was recorded"
    verdict = corpus.observe(server, case)
    assert verdict.lines() == case.expected, f"{case.file}:{case.line}\nsent: {case.sent!r:.2000}"


def test_names_are_distinct() -> None:
    names = [(case.file, case.name) for case in CASES]
    assert len(set(names)) == len(names)
    assert len(CASES) >= 180
