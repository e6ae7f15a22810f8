"""What the parser hands on: directives, their blocks, and the error that carries a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


class ConfError(Exception):
    """A configuration error: ``nginx: [emerg] MESSAGE in FILE:LINE``.

    Without a directive the message has no place. ``level`` is the log level's name. ``end=True`` names the line of the
    directive's closing brace, which is where nginx stands when it checks a whole block.
    """

    def __init__(
        self, message: str | bytes, directive: Directive | None = None, *, end: bool = False, level: str = "emerg"
    ) -> None:
        self.level = level
        self.message = message if isinstance(message, str) else message.decode("utf-8", "surrogateescape")
        self.directive = directive
        self.file = directive.file if directive else None
        self.line = 0
        if directive:
            self.line = directive.end_line if end and directive.end_line else directive.line
        super().__init__(self.text)

    @classmethod
    def at(cls, message: str | bytes, file: str | None, line: int) -> ConfError:
        """An error at a place of the text, where no directive has been read yet."""
        error = cls(message)
        error.file, error.line = file, line
        error.args = (error.text,)
        return error

    @property
    def text(self) -> str:
        """Message and place, as nginx writes them after the level."""
        if self.file is None:
            return self.message
        return self.message + place(self.file, self.line)


def place(file: str, line: int) -> str:
    """The suffix that names where: a file and line, or the command line (``-g``)."""
    return f" in {file}:{line}" if file else " in command line"


class Block(list["Directive"]):
    """The directives between two braces.

    A syntax error found while reading the block is raised when an iteration reaches it, so that errors come in the
    order of the text although the whole file is read first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.error: ConfError | None = None

    def __iter__(self) -> Iterator[Directive]:
        yield from super().__iter__()
        if self.error is not None:
            raise self.error

    def pairs(self) -> Iterator[Directive]:
        """Iterate over the entries of a block of plain lines (``types``, ``map``, ``geo`` …); no nested braces."""
        for entry in self:
            if entry.block is not None or entry.lua:
                raise ConfError('unexpected "{"', entry)
            if entry.name == b"include":
                raise ConfError('invalid number of arguments in "include" directive', entry)
            yield entry


@dataclass(slots=True, eq=False)
class Directive:
    """One directive.

    ``line`` is the line of its ``;`` or ``{`` (what nginx reports), ``end_line`` that of its ``}``; ``file`` is ``""``
    for directives of the command line. A ``*_by_lua_block`` has ``lua`` set, ``block`` None, and its code as the last
    argument; the code starts right behind ``{`` in line ``line``.
    """

    name: bytes
    args: list[bytes]
    file: str
    line: int
    block: Block | None = None
    lua: bool = False
    end_line: int = 0
    #: a syntax error within Lua code, raised once the directive itself has been found right
    fault: ConfError | None = None
    #: what a value type has to say besides its value
    warnings: list[str] | None = None

    @property
    def text(self) -> str:
        """The name as text, for messages."""
        return self.name.decode("utf-8", "surrogateescape")

    def arg(self, index: int) -> str:
        """One argument as text, for messages."""
        return self.args[index].decode("utf-8", "surrogateescape")

    def warn(self, message: str) -> None:
        """Have a warning logged with this place, once the directive has been run."""
        self.warnings = [*(self.warnings or ()), message]

    def error(self, what: str) -> ConfError:
        """nginx's ``"name" directive WHAT``, for instance ``is duplicate`` or ``invalid value``."""
        return ConfError(f'"{self.text}" directive {what}', self)

    def invalid(self, what: str = "") -> ConfError:
        """nginx's other common form: WHAT or ``invalid value "x"``, then the place."""
        return ConfError(what or f'invalid value "{self.arg(0)}"', self)
