from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pyresty.ngx import catalogue, phase_table
from pyresty.ngx.phases import ANY, HANDLER, REQUEST, Phase
from pyresty.ngx.registry import Catalogue, DuplicateFaceError, Face, api_face

FUNCTIONS = ("function", "method", "module")
LUAJIT_ONLY = {face.name for face in catalogue() if face.doc.endswith("LuaJIT only.")}
FACES = Path(__file__).parents[3] / "lua" / "ngx"


def test_a_name_is_declared_once() -> None:
    face = api_face("ngx.x", phases=ANY, signature="ngx.x()", doc="x")
    with pytest.raises(DuplicateFaceError, match=r'"ngx\.x"'):
        Catalogue([face, face])


def test_phases_have_the_words_of_get_phase() -> None:
    assert HANDLER.words == ["server_rewrite", "rewrite", "access", "precontent", "content"]
    assert (Phase.SSL_CERT | Phase.LOG).words == ["ssl_cert", "log"]
    assert "timer" not in REQUEST.words
    assert phase_table()["ngx.say"] == HANDLER.words
    assert len(phase_table()["ngx.log"]) == len(Phase)


def test_constants_are_not_in_the_phase_table() -> None:
    assert "ngx.OK" not in phase_table()
    assert catalogue().constants()["ngx.HTTP_CLOSE"] == 444


def test_every_phase_check_of_a_face_is_declared() -> None:
    asked = {
        name for path in FACES.glob("*.lua") for name in re.findall(r'guard\.phases\(?\s*"([^"]+)"', path.read_text())
    }
    assert len(asked) > 40
    assert asked <= set(phase_table())


def test_constants_in_lua_are_the_declared_ones(faces: Any) -> None:
    for name, value in catalogue().constants().items():
        assert faces.run(f"return {name}") == value, name


def expression(face: Face) -> str:
    """Lua that gives what a row names."""
    module = catalogue().module_of(face)
    if face.kind == "module" or module == face.name:
        return f"require '{module}'"
    if face.kind == "method":
        return f"({face.holder}).{face.key}"
    return f"require '{module}'.{face.key}" if module else face.name


@pytest.mark.parametrize("face", [face for face in catalogue() if face.kind in FUNCTIONS], ids=lambda face: face.name)
def test_every_function_and_module_exists(faces: Any, face: Face) -> None:
    wanted = {b"function"} if face.kind != "module" else {b"table"}
    if face.name.startswith("coroutine."):
        faces.run("require('pyresty.coroutines').install(coroutine)")
    if face.name in LUAJIT_ONLY and faces.run("return not pcall(require, 'ffi')"):
        wanted = {b"nil"}
    assert faces.run(f"return type({expression(face)})") in wanted


def test_documentation_is_complete() -> None:
    for face in catalogue():
        if face.kind != "constant":
            assert face.doc.endswith("."), face.name
            assert face.key in face.signature, face.name
