"""Which cases prove a row of the API's catalogue: those that name it in ``proves``, or whose code uses it.

A case's code is the location that its request reaches and what the request carries; then the rest of its
configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pyresty.ngx.registry import Catalogue, Face
from pyresty.testing.case import Case

_LOCATION = re.compile(r"location\s+(?:(=|\^~|~\*?)\s+)?(\S+)\s*\{")
_URI = re.compile(r"(?m)^[A-Z]+ +(?:https?://[^/\s]+)?(/[^ ?\r\n]*)")
_SENT = ("request", "pipelined_requests", "raw_request")
_EXPLICIT, _FOCUS, _REST = range(3)

#: How the objects whose methods are rows come into being.
_MAKERS = {
    "tcpsock": r"socket\s*\.\s*(?:tcp|stream|connect)\b",
    "reqsock": r"req\s*\.\s*socket\b",
    "udpsock": r"socket\s*\.\s*udp\b",
    "sema": r"semaphore",
    "proc": r"ngx\.pipe",
}


@dataclass
class Source:
    """The code of a case: `focus` is what its request runs, `rest` all of the configuration."""

    case: Case

    @cached_property
    def proves(self) -> frozenset[str]:
        return frozenset(line.strip() for line in self.case.lines("proves"))

    @cached_property
    def sent(self) -> str:
        sections = self.case.sections
        return "\n".join(sections[name].data.replace(r"\r\n", "\n") for name in _SENT if name in sections)

    @cached_property
    def focus(self) -> str:
        config = self.case.setup.config
        paths = _URI.findall(self.sent)
        blocks = [block for path in paths if (block := _location(config, path))]
        return "\n".join([*(blocks or [config]), self.sent])

    @cached_property
    def rest(self) -> str:
        setup = self.case.setup
        files = "\n".join(content for _, content, _ in setup.user_files)
        return "\n".join([setup.main_config, setup.http_config, setup.config, files])


def _location(config: str, path: str) -> str | None:
    """The text of the location block that a path reaches, by its longest name; None when none does."""
    best: tuple[int, str] | None = None
    for match in _LOCATION.finditer(config):
        kind, name = match.groups()
        if (kind and kind.startswith("~")) or name.startswith("@"):
            continue
        if (path == name if kind == "=" else path.startswith(name)) and (best is None or len(name) > best[0]):
            best = len(name), _block(config, match.end())
    return best and best[1]


def _block(text: str, start: int) -> str:
    """The text from behind a brace to the one that closes it."""
    depth, position = 1, start
    while depth and position < len(text):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        position += 1
    return text[start:position]


def _patterns(face: Face, catalogue: Catalogue) -> list[re.Pattern[str]]:
    """What a code has to contain in order to use a row: first that itself, then things that may be further away."""
    module = catalogue.module_of(face)
    required = rf"require\s*\(?\s*(?:\"{re.escape(module)}\"|'{re.escape(module)}'|\[\[{re.escape(module)}\]\])"
    if face.kind == "method":
        kind = face.name.partition(":")[0]
        return [re.compile(rf":\s*{face.key}\b"), re.compile(_MAKERS.get(kind, ""))]
    if face.kind == "module" or module == face.name:
        return [re.compile(required)]
    if module:
        return [re.compile(rf"[.:]\s*{face.key}\b"), re.compile(required)]
    words = face.name.split(".")
    return [re.compile(r"(?<![\w.:])" + r"\s*\.\s*".join(map(re.escape, words)) + r"(?!\w)")]


class Proofs:
    """The cases of a collection by what they prove."""

    def __init__(self, catalogue: Catalogue, cases: Iterable[Case]) -> None:
        self.catalogue = catalogue
        self.sources = [Source(case) for case in cases if not case.has("SKIP")]

    def of(self, face: Face) -> list[Case]:
        """Cases that use a row, the most telling first: named, then in short code of the request, then elsewhere."""
        patterns = _patterns(face, self.catalogue)
        found = []
        for index, source in enumerate(self.sources):
            rank = _rank(source, face, patterns)
            if rank is not None:
                found.append((rank, len(source.focus), index, source.case))
        return [case for *_, case in sorted(found, key=lambda item: item[:3])]

    def unknown(self) -> list[str]:
        """Names in ``proves`` sections that no row has."""
        return sorted({name for source in self.sources for name in source.proves if name not in self.catalogue})


def _rank(source: Source, face: Face, patterns: list[re.Pattern[str]]) -> int | None:
    if face.name in source.proves:
        return _EXPLICIT
    if source.case.has("must_die"):
        return None
    for rank, text in ((_FOCUS, source.focus), (_REST, source.rest)):
        if face.key in text and patterns[0].search(text):
            around = text + source.rest
            return rank if all(pattern.search(around) for pattern in patterns[1:]) else None
    return None
