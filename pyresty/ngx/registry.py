"""The catalogue's entries: one declaration for each function, table or constant of the `ngx.*` API.

A face's body is Lua (`lua/ngx/`). What it enforces, and what editors and the documentation tell about it, comes from
here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pyresty.ngx.phases import Phase

Kind = Literal["function", "table", "constant", "module"]


@dataclass(frozen=True, slots=True)
class Face:
    """One name of the API.

    `phases` are those in which it may be used; `signature` is in Lua's own writing, `value` a constant's value.
    """

    name: str
    kind: Kind
    phases: Phase
    signature: str
    doc: str
    waits: bool = False
    value: int | None = None


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
) -> Face:
    """Declares a function or table that Lua's `guard.phases(name)` asks about."""
    return Face(name=name, kind=kind, phases=phases, signature=signature, doc=doc, waits=waits)


def api_constant(name: str, value: int, phases: Phase, doc: str = "") -> Face:
    """Declares a number."""
    return Face(name=name, kind="constant", phases=phases, signature=name, doc=doc, value=value)


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

    def phase_table(self) -> dict[str, list[str]]:
        """`{name: [phase words]}` of everything callable: what the Lua side gets as `state.api_phases`."""
        return {face.name: face.phases.words for face in self if face.kind != "constant"}

    def constants(self) -> dict[str, int]:
        """`{name: value}` of the constants."""
        return {face.name: face.value for face in self if face.value is not None}
