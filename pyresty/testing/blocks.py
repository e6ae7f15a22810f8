"""Reader of the Test::Nginx block format: text → blocks of named sections.

Text is handled as latin-1, one character a byte, so that any byte of a file survives unchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

_HEADER = re.compile(r"--- +(?P<name>\w+)(?P<filters>(?: +\w+)*)(?P<inline>: *(?P<value>.*))?\s*$")
_ESCAPE = re.compile(r"\\(?:x(?P<hex>[0-9A-Fa-f]{2})|\{(?P<text>(?:[^}\\]|\\.)*)\*(?P<count>\d+)\}|(?P<char>.))", re.S)
_CHARS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "\\": "\\", "e": "\x1b", "s": " "}
FILTERS = frozenset({"chomp", "escaped"})


class FormatError(Exception):
    """A case file that can't be understood; the message names file and line."""


@dataclass(frozen=True)
class Section:
    """``--- name filter…: value``; ``data`` is the text with escapes still in it, ``line`` is 1-based."""

    name: str
    data: str
    line: int
    filters: frozenset[str] = frozenset()

    @property
    def escaped(self) -> bool:
        return "escaped" in self.filters

    @property
    def text(self) -> str:
        return unescape(self.data) if self.escaped else self.data


@dataclass
class Block:
    """One ``=== title`` with its sections; ``prelude`` blocks only carry defaults for the blocks that follow."""

    title: str
    path: str
    line: int
    prelude: bool = False
    sections: dict[str, Section] = field(default_factory=dict)

    def error(self, message: str, line: int | None = None) -> FormatError:
        return FormatError(f"{self.path}:{line or self.line}: {message}")


def unescape(text: str) -> str:
    r"""Resolve ``\r \n \t \0 \e \s \\ \xHH`` and ``\{text*count}``; raises ValueError on any other escape."""

    def one(match: re.Match[str]) -> str:
        if match["hex"]:
            return chr(int(match["hex"], 16))
        if match["count"]:
            return unescape(match["text"]) * int(match["count"])
        if match["char"] not in _CHARS:
            raise ValueError(f"unknown escape \\{match['char']}")
        return _CHARS[match["char"]]

    return _ESCAPE.sub(one, text)


def _trim(lines: list[str]) -> str:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "".join(line + "\n" for line in lines[start:end])


def _section(block: Block, header: re.Match[str], lines: list[str], line: int) -> Section:
    filters = frozenset(header["filters"].split())
    if filters - FILTERS:
        raise block.error(f"unknown filter {sorted(filters - FILTERS)[0]!r}", line)
    if header["inline"] is not None:
        if any(text.strip() for text in lines):
            raise block.error(f"text after the inline value of {header['name']!r}", line + 1)
        data = header["value"].rstrip()
    else:
        data = _trim(lines)
    if "escaped" in filters:
        # Line breaks of the file only lay out the text; those that count are written as escapes.
        data = data.replace("\n", "")
    elif "chomp" in filters:
        data = data.removesuffix("\n")
    return Section(header["name"], data, line, filters)


def _add(block: Block | None, header: re.Match[str] | None, lines: list[str], line: int) -> None:
    if block is None or header is None:
        return
    if header["name"] in block.sections:
        raise block.error(f"section {header['name']!r} is repeated", line)
    block.sections[header["name"]] = _section(block, header, lines, line)


def parse_text(text: str, path: str) -> list[Block]:
    """Read all blocks of a file's text; sections before the first ``===`` form a prelude block.

    ``=== PRELUDE`` starts another prelude. A line ``__DATA__`` hides everything before it.
    Raises FormatError.
    """
    rows = text.split("\n")
    first = rows.index("__DATA__") + 1 if "__DATA__" in rows else 0
    blocks: list[Block] = []
    block = Block("PRELUDE", path, 1, prelude=True)
    header: re.Match[str] | None = None
    header_line = 0
    lines: list[str] = []
    for number, row in enumerate(rows[first:], first + 1):
        if row.startswith("==="):
            _add(block, header, lines, header_line)
            blocks.append(block)
            title = row[3:].strip()
            block, header, lines = Block(title, path, number, prelude=title == "PRELUDE"), None, []
        elif row.startswith("--- "):
            _add(block, header, lines, header_line)
            header, header_line, lines = _HEADER.match(row), number, []
            if header is None:
                raise block.error(f"can't read section header {row!r}", number)
        else:
            lines.append(row)
    _add(block, header, lines, header_line)
    blocks.append(block)
    return [b for b in blocks if b.sections or not b.prelude]


def parse_file(path: Path) -> list[Block]:
    """Blocks of a case file; see parse_text. ``include: NAME`` brings in the prelude of a file beside it."""
    blocks = parse_text(path.read_bytes().decode("latin-1"), str(path))
    for block in blocks:
        name = block.sections.pop("include", None)
        if name is not None:
            _include(block, parse_file(path.with_name(name.text.strip())))
    return blocks


def _include(block: Block, included: list[Block]) -> None:
    """Put the sections of a file's first prelude into a block; the texts of a section that both have are joined."""
    for name, section in included[0].sections.items():
        own = block.sections.get(name)
        block.sections[name] = replace(own, data=section.data + own.data) if own else section


def split_user_files(text: str) -> list[tuple[str, str, int | None]]:
    """``>>> name [mtime]`` entries → (path below html/, content, modification time in Unix seconds or None)."""
    files: list[tuple[str, str, int | None]] = []
    for part in re.split(r"(?m)^>>> +", text)[1:]:
        head, _, content = part.partition("\n")
        match = re.fullmatch(r"(.*?)(?: +(\d+))?", head.strip())
        assert match
        files.append((match[1], content, int(match[2]) if match[2] else None))
    return files
