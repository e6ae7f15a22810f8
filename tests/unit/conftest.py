"""Fixtures that load Lua modules of our tree without a server, on every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyresty.vm.engine import ENGINES, VM, load_engine

# LuaJIT first: the first engine of a process is the one that C modules can be loaded into.
load_engine("luajit21")


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each engine in turn."""
    return str(request.param)


@pytest.fixture
def vm(engine: str) -> Iterator[VM]:
    """A new VM of each engine: language layer and searchers, nothing else."""
    yield VM(engine)


@pytest.fixture
def luajit() -> Iterator[VM]:
    """A new LuaJIT VM, for what other engines cannot have."""
    yield VM("luajit21")


@pytest.fixture
def lua(vm: VM) -> Callable[..., Any]:
    """``lua(code, *args)`` runs a chunk in `vm` with `args` as its ``...``; str is taken as UTF-8.

    dict and list arguments arrive as tables. Several results come as a tuple, tables as lupa tables.
    """

    def run(code: str | bytes, *args: Any) -> Any:
        source = code.encode() if isinstance(code, str) else code
        return vm.eval(source, b"=test", *(vm.to_lua(arg) for arg in args))

    return run
