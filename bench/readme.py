"""Sections of README.md that programs write: what stands between two markers."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def put(section: str, text: str, readme: Path = README) -> None:
    """Replace the content of ``<!-- SECTION: … -->`` up to ``<!-- SECTION: end -->``. Raises SystemExit if absent."""
    old = readme.read_text()
    start = old.find(f"<!-- {section}: ")
    end = old.find(f"<!-- {section}: end -->")
    head = old.find("-->\n", start) + len("-->\n")
    if start < 0 or head > end:
        raise SystemExit(f'{readme} has no section "{section}"')
    readme.write_text(f"{old[:head]}\n{text.strip()}\n\n{old[end:]}")
