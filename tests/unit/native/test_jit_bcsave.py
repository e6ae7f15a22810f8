"""The module jit.bcsave: raw bytecode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CODE = "local b = require 'pyresty.native.jit_bcsave' b.start(...)"


@pytest.mark.parametrize(("flag", "named"), [("-g", True), ("-s", False)])
def test_a_file(luajit: Any, tmp_path: Path, flag: str, named: bool) -> None:
    """The bytecode runs, with its debug information or without."""
    source, saved = tmp_path / "a.lua", tmp_path / "a.luac"
    source.write_text("local answer = ... return answer + 1")
    luajit.eval(CODE.encode(), b"=t", flag.encode(), str(source).encode(), str(saved).encode())
    data = saved.read_bytes()
    assert data.startswith(b"\x1bLJ")
    assert (b"answer" in data) == named
    assert luajit.eval(b"return loadfile(...)(41)", b"=t", str(saved).encode()) == 42


def test_code(luajit: Any, tmp_path: Path) -> None:
    saved = tmp_path / "a.luac"
    luajit.eval(CODE.encode(), b"=t", b"-e", b"return 7", str(saved).encode())
    assert luajit.eval(b"return loadfile(...)()", b"=t", str(saved).encode()) == 7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((b"-x", b"a"), "unknown option -x"),
        ((), "no input"),
        ((b"-e", b"return", b"a.h"), "bytecode as h is not supported"),
        ((b"-e", b"return", b"-t", b"obj", b"a"), "bytecode as obj is not supported"),
        ((b"-e", b"(", b"a"), "unexpected symbol"),
    ],
)
def test_refused(luajit: Any, arguments: tuple[bytes, ...], message: str) -> None:
    with pytest.raises(Exception, match=message):
        luajit.eval(CODE.encode(), b"=t", *arguments)
