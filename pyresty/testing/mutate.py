"""``pytest compat --mutate N``: cases fail when what they prove does nothing.

For each of N rows of the catalogue, chosen by ``--mutate-seed``, the server is started with that name replaced by one
that does nothing (``pyresty.testing.mutated``); one of the cases that prove the row has to fail then.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pyresty.ngx import catalogue
from pyresty.ngx.registry import Face
from pyresty.testing.blocks import Section
from pyresty.testing.case import Case
from pyresty.testing.check import CaseFailure, verify
from pyresty.testing.proofs import Proofs
from pyresty.testing.server import Binary, Server, ServerError

_TRIED = 6  # cases a row
_SECONDS = 3.0  # for an exchange that may never come to its end now
_LOG_SECONDS = 0.5


class Survived(AssertionError):
    """No case noticed that a row does nothing."""


class MutationItem(pytest.Item):
    """One row of the catalogue and the cases that prove it, best first."""

    def __init__(self, *, face: Face, cases: Sequence[Case], binary: Binary, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.face, self.cases, self.binary = face, cases, binary

    def runtest(self) -> None:
        if self.face.kind == "method" and not self.face.holder:
            pytest.skip("the catalogue does not say where the method stands")
        if not self.cases:
            raise Survived(f"no case proves {self.face.name}")
        for case in self.cases[:_TRIED]:
            if fails(case, self.binary, self.face.name):
                return
        tried = "\n".join(f"{case.path}:{case.line}: {case.name}" for case in self.cases[:_TRIED])
        raise Survived(f"{self.face.name} does nothing, and no case noticed:\n{tried}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Survived):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.cases[0].line - 1 if self.cases else 0, self.name


def fails(case: Case, binary: Binary, name: str) -> bool:
    """Whether a case fails on a server where `name` of the API does nothing ("": where all is as it should be)."""
    if name:
        binary = replace(binary, command=(sys.executable, "-m", "pyresty.testing.mutated", name))
    seconds = min(case.timeout, _SECONDS)
    hasty = replace(case, sections={**case.sections, "timeout": Section("timeout", str(seconds), case.line)})
    server = Server(binary, case.setup)
    try:
        server.start()
        verify(hasty, server, _LOG_SECONDS)
    except (CaseFailure, ServerError):
        return True
    finally:
        server.remove()
    return False


def runnable(case: Case, binary: Binary) -> bool:
    """Whether a case runs on this machine, and with a server of its own."""
    from pyresty.testing.plugin import missing_requirement

    return not (case.has("must_die") or case.skip_reason(binary.engine) or missing_requirement(case, binary))


def chosen(seed: int, count: int, only: str | None = None) -> list[Face]:
    """`count` rows of the catalogue by a seed; the one called `only` when that is given."""
    rows = list(catalogue())
    if only:
        return [face for face in rows if face.name == only]
    return random.Random(seed).sample(rows, min(count, len(rows)))


def items(collected: Sequence[Any], binary: Binary, faces: Sequence[Face]) -> list[MutationItem]:
    """What is run instead of the cases that were collected, `CaseItem`s."""
    proofs = Proofs(catalogue(), [item.case for item in collected])
    parents = {id(item.case): item.parent for item in collected}
    made = []
    for face in faces:
        cases = [case for case in proofs.of(face) if runnable(case, binary)]
        parent = parents[id(cases[0])] if cases else collected[0].parent
        made.append(
            MutationItem.from_parent(parent, name=f"without {face.name}", face=face, cases=cases, binary=binary)
        )
    return made
