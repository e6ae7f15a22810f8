"""Bounded, reproducible fuzzing: ``FUZZ_ROUNDS`` multiplies the rounds, ``FUZZ_SEED`` changes them."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

from pyresty.vm.engine import VM, load_engine

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "compat" / "raw"))

from head_reader import Reader

load_engine("luajit21")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Seeded by the test's name, so that a failure comes again."""
    return random.Random(request.node.name + os.environ.get("FUZZ_SEED", ""))


@pytest.fixture(scope="session")
def reader() -> Reader:
    """On LuaJIT."""
    return Reader(VM("luajit21"))
