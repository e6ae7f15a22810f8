"""The catalogue's entries: one declaration for each function, table or constant of the `ngx.*` API.

A face's body is Lua (`lua/ngx/`). What it enforces, and what editors and the documentation tell about it, comes from
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pyresty.ngx.phases import Phase

Kind = Literal["function", "method", "table", "constant", "module"]

MODULE_PREFIX = "module "
_STANDARD_TABLES = ("ngx", "coroutine", "os", "io", "package")


@dataclass(frozen=True, slots=True)
class Face:
    """One name of the API.

    `phases` are those in which it may be used; `signature` is in Lua's own writing, `value` a constant's value. A
    function of a module that has to be required names it in `module`. A row of a module itself is called
    `module NAME`, a method `object:method`; `holder` is then a Lua expression of the table the method stands in.
    """

    name: str
    kind: Kind
    phases: Phase
    signature: str
    doc: str
    waits: bool = False
    value: int | None = None
    module: str = ""
    holder: str = ""

    @property
    def key(self) -> str:
        """The last part of the name: the field of the table it stands in."""
        return re.split(r"[.:]", self.name.removeprefix(MODULE_PREFIX))[-1]


class DuplicateFaceError(ValueError):
    """A name was declared twice."""


def api_face(
    name: str,
    *,
    phases: Phase,
    signature: str,
    doc: str,
    waits: bool = False,
    kind: Kind = "function",
    module: str = "",
    holder: str = "",
) -> Face:
    """Declares a function or table that Lua's `guard.phases(name)` asks about."""
    return Face(name, kind, phases, signature, doc, waits, module=module, holder=holder)


def api_constant(name: str, value: int, phases: Phase, doc: str = "") -> Face:
    """Declares a number."""
    return Face(name=name, kind="constant", phases=phases, signature=name, doc=doc, value=value)


def api_module(name: str, phases: Phase, doc: str) -> Face:
    """Declares what `require "NAME"` gives."""
    return Face(MODULE_PREFIX + name, "module", phases, f'local {name.split(".")[-1]} = require "{name}"', doc)


class Catalogue:
    """All faces by name, in the order of their declaration."""

    def __init__(self, faces: Iterable[Face]) -> None:
        self._faces: dict[str, Face] = {}
        for face in faces:
            if face.name in self._faces:
                raise DuplicateFaceError(f'"{face.name}" is declared twice')
            self._faces[face.name] = face

    def __iter__(self) -> Iterator[Face]:
        return iter(self._faces.values())

    def __contains__(self, name: object) -> bool:
        return name in self._faces

    def __getitem__(self, name: str) -> Face:
        return self._faces[name]

    def __len__(self) -> int:
        return len(self._faces)

    def module_of(self, face: Face) -> str:
        """The name under which `require` gives the table the face stands in; "" when that is a global."""
        if face.kind == "module":
            return face.name.removeprefix(MODULE_PREFIX)
        parent = face.module or face.name.rpartition(".")[0]
        if face.kind == "method" or parent in ("", *_STANDARD_TABLES):
            return ""
        if face.module or parent in self:  # ngx.re, for one, is a table and a module
            return face.module
        return parent

    def phase_table(self) -> dict[str, list[str]]:
        """`{name: [phase words]}` of everything callable: what the Lua side gets as `state.api_phases`."""
        return {face.name: face.phases.words for face in self if face.kind not in ("constant", "module")}

    def constants(self) -> dict[str, int]:
        """`{name: value}` of the constants."""
        return {face.name: face.value for face in self if face.value is not None}
