"""Our Lua tree loads on every engine: syntax of Lua 5.1, LuaJIT's own modules only in native/ or behind a guard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pyresty.vm.engine import VM, lua_root

FILES = sorted(str(file.relative_to(lua_root())) for file in lua_root().rglob("*.lua"))
PORTABLE = [file for file in FILES if not file.startswith("native/")]
LUAJIT_ONLY = re.compile(r"""(?<!pcall\()require *\(? *["'](ffi|bit|string\.buffer|table\.\w+)["']""")
#: Supplied by us on the other engines.
SUPPLIED = {"bit", "table.new", "table.clear", "table.clone", "table.isempty", "table.isarray", "table.nkeys"}


@pytest.fixture(scope="module", params=["lua51", "lua52"])
def plain_lua(request: pytest.FixtureRequest) -> VM:
    return VM(request.param)


def test_there_are_files() -> None:
    assert len(PORTABLE) > 50


def test_files_compile(plain_lua: VM) -> None:
    compile_text = plain_lua.eval(b"return function(text, name) return select(2, loadstring(text, name)) end")
    faults = {f: compile_text((lua_root() / f).read_bytes(), b"=" + f.encode()) for f in PORTABLE}
    assert {f: fault for f, fault in faults.items() if fault} == {}


def test_no_module_of_luajit_alone() -> None:
    found = {}
    for file in PORTABLE:
        text = (lua_root() / Path(file)).read_text()
        missing = {name for name in LUAJIT_ONLY.findall(text) if name not in SUPPLIED}
        if missing:
            found[file] = missing
    assert found == {}
