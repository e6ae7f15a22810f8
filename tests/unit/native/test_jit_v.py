"""The module jit.v: a line for each trace."""

from __future__ import annotations

import re
from pathlib import Path

from pyresty.vm.engine import VM

CODE = b"""
local v = require "pyresty.native.jit_v"
v.on(...)
for i = 1, 300 do local s = 0 if i > 150 then s = s + 1 end end
for i = 1, 300 do collectgarbage "count" end
v.off()
for i = 1, 300 do local s = i end
"""


def test_traces_are_told(luajit: VM, tmp_path: Path) -> None:
    file = tmp_path / "traces"
    luajit.eval(CODE, b"=app", str(file).encode())
    lines = file.read_text().splitlines()
    assert re.fullmatch(r"\[TRACE +\d+ app:4 loop\]", lines[0])
    assert any(re.fullmatch(r"\[TRACE +\d+ \(\d+/\d+\) app:4 -> \d+\]", line) for line in lines)
    assert any("app:5 stitch" in line for line in lines)
    assert not any("app:7" in line for line in lines)


def test_a_file_that_cannot_be_opened(luajit: VM, tmp_path: Path) -> None:
    code = b"return pcall(require('pyresty.native.jit_v').on, ...)"
    ok, message = luajit.eval(code, b"=app", str(tmp_path / "absent" / "file").encode())
    assert not ok
    assert b"No such file or directory" in message
