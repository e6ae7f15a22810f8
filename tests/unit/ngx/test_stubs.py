"""Editor stubs: they are what the catalogue says, they are Lua, and nothing loads them."""

from __future__ import annotations

import pytest

from pyresty.ngx import catalogue
from pyresty.ngx.phases import ANY
from pyresty.ngx.registry import Catalogue, api_constant, api_face, api_module
from pyresty.ngx.stubs import parse_signature, stubs
from pyresty.vm.engine import VM, lua_root

TYPES = lua_root() / "types"


def test_the_files_are_up_to_date() -> None:
    written = {path.name: path.read_text() for path in TYPES.glob("*.lua")}
    assert written == stubs(catalogue()), "run scripts/api"


def test_stubs_are_lua_and_have_every_row(vm: VM) -> None:
    """Run over empty globals, a stub makes exactly the names of the catalogue."""
    texts = stubs(catalogue())
    lacking = []
    for face in catalogue():
        module = catalogue().module_of(face)
        text = texts[f"{module}.lua" if module else "_globals.lua"]
        if face.kind == "module" or face.name == module:
            continue
        name = face.name.replace("\\", "")
        wanted = f"module.{face.key}" if module else name
        if not any(f"{line}".startswith((f"function {wanted}(", f"{wanted} =")) for line in text.splitlines()):
            lacking.append(face.name)
    assert lacking == []
    for name, text in texts.items():
        code = b"return select(2, loadstring(...))"
        assert vm.eval(code, b"=test", text.encode()) is None, name


def test_the_loader_does_not_find_them(vm: VM) -> None:
    assert vm.eval(b'return (pcall(require, "pyresty.types._globals"))') is False


def test_forms() -> None:
    rows = Catalogue(
        [
            api_face("ngx.x", kind="table", phases=ANY, signature="ngx.x", doc="A table."),
            api_face("ngx.x.get", phases=ANY, waits=True, signature="text, err = ngx.x.get(uri, n?, ...)", doc="Gets."),
            api_constant("ngx.ONE", 1, ANY),
            api_module("ngx.y", ANY, "Y."),
            api_face("ngx.y.f", phases=ANY, signature='n = require("ngx.y").f()', doc="F."),
        ]
    )
    texts = stubs(rows)
    assert texts["ngx.y.lua"].endswith(
        "local module = {}\n\n---F.\n---@return integer n\nfunction module.f() end\n\nreturn module\n"
    )
    assert (
        "---Gets.\n---@async\n---@param uri string\n---@param n? integer\n---@param ... any\n---@return string? text\n"
        "---@return string? err\nfunction ngx.x.get(uri, n, ...) end\n"
    ) in texts["_globals.lua"]
    assert "---@type integer\nngx.ONE = 1\n" in texts["_globals.lua"]


@pytest.mark.parametrize(
    ("signature", "parameters", "results"),
    [
        ("ngx.log(level, ...)", [("level", False), ("...", False)], []),
        ("ok, err = f(a?, b?)", [("a", True), ("b", True)], ["ok", "err"]),
        ("from, to = f(end)", [("end_", False)], ["from", "to"]),
        ("res1, ... = f({{uri, options?}, ...})", [("...", False)], ["res1", "..."]),
        ("coroutine._wrap", [("...", False)], []),
    ],
)
def test_signatures(signature: str, parameters: list[tuple[str, bool]], results: list[str]) -> None:
    assert parse_signature(signature) == (parameters, results)
