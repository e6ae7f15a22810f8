"""``scripts/api``: writes ``docs/api.md`` and the editor stubs in ``lua/types/`` from the catalogue and the cases."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from pyresty.ngx import catalogue
from pyresty.ngx.phases import ANY, HANDLER, REQUEST, WITH_REQUEST, YIELDABLE, Phase
from pyresty.ngx.registry import Face
from pyresty.ngx.stubs import stubs
from pyresty.testing.blocks import parse_file
from pyresty.testing.case import Case, build_cases
from pyresty.testing.plugin import is_perl
from pyresty.testing.proofs import Proofs

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "api.md"
TYPES = ROOT / "lua" / "types"

_SETS = {
    "any": ANY,
    "with request": WITH_REQUEST,
    "request": REQUEST,
    "handlers": HANDLER,
    "waiting": YIELDABLE,
}

_HEAD = """\
# The API

Written by `scripts/api` from the catalogue (`pyresty/ngx/`) and the cases (`compat/`): don't edit. Every row works, as
the case in its line proves: it fails when what the row names does nothing (`pytest compat --mutate N` tries N of them).

Phases: `any` all; `with request` all but init; `request` those of a client's request; `handlers` server_rewrite,
rewrite, access, precontent, content; `waiting` the handlers, timers and the phases of handshakes that may wait. `+` and
`-` add and take away. Elsewhere a call raises "API disabled in the context of …". A function that waits lets others
run meanwhile.

"""


def load_cases(directory: Path) -> list[Case]:
    """All cases below a directory, in the order of their files."""
    files = [path for path in sorted(directory.rglob("*.t")) if not is_perl(path)]
    return [case for path in files for case in build_cases(parse_file(path))]


def phase_text(phases: Phase) -> str:
    """The shortest description of a set of phases by the names of common sets and single phases."""

    def described(name: str, base: Phase) -> str:
        more, less = (phases & ~base).words, (base & ~phases).words
        return " ".join([name, *(f"+{word}" for word in more), *(f"-{word}" for word in less)])

    texts = [", ".join(phases.words), *(described(name, base) for name, base in _SETS.items())]
    return min(texts, key=lambda text: (len(text.replace(",", "").split()), text))


def _row(face: Face, cases: list[Case]) -> str:
    case = cases[0] if cases else None
    proof = f"{os.path.relpath(case.path, ROOT)}: {case.name}" if case else ""
    cells = [f"`{face.name}`", phase_text(face.phases), "yes" if face.waits else "", proof.replace("|", "\\|")]
    return "| " + " | ".join(cells) + " |\n"


def document(cases: Iterable[Case]) -> str:
    """The text of docs/api.md."""
    rows = catalogue()
    proofs = Proofs(rows, cases)
    table = "| name | phases | waits | proof |\n|---|---|---|---|\n"
    return _HEAD + table + "".join(_row(face, proofs.of(face)) for face in rows)


def main() -> int:
    """Write the files; the names of rows without a proof are an error."""
    cases = load_cases(ROOT / "compat")
    DOCUMENT.write_text(document(cases), encoding="utf-8")
    TYPES.mkdir(exist_ok=True)
    for name, text in stubs(catalogue()).items():
        (TYPES / name).write_text(text, encoding="utf-8")
    proofs = Proofs(catalogue(), cases)
    unproven = [face.name for face in catalogue() if not proofs.of(face)]
    if unproven:
        sys.stderr.write(f"no case proves {', '.join(unproven)}\n")
    return 1 if unproven else 0


if __name__ == "__main__":
    sys.exit(main())
