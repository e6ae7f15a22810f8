"""nginx.conf → a tree of directives, includes expanded in place.

Every error stays where it was found (``Block.error``, ``Directive.fault``) and is raised when the tree is applied, so
that a directive refused earlier in the text is reported first, as in nginx, which reads and applies at once.
"""

from __future__ import annotations

import errno
import glob
import os

from pyresty.conf.directive import Block, ConfError, Directive
from pyresty.conf.lexer import End, Lexer

#: Files within files; one that includes itself ends here, where nginx runs out of descriptors.
MAX_DEPTH = 100


def failed(call: str, path: str, error: OSError) -> str:
    """nginx's text for a failed system call on a file."""
    return f'{call}() "{path}" failed ({error.errno}: {os.strerror(error.errno or 0)})'


def full_name(prefix: bytes, path: bytes) -> bytes:
    """A path relative to a prefix (nginx: ngx_get_full_name)."""
    return path if path.startswith(b"/") else prefix + path


class Parser:
    """Reads files; ``files`` maps the path of each one read to its text, in order (for ``-T``)."""

    def __init__(self, conf_prefix: bytes) -> None:
        self.conf_prefix = conf_prefix
        self.files: dict[str, bytes] = {}
        self.depth = 0

    def parse_file(self, path: str) -> Block:
        """The directives of the main configuration file."""
        block = Block()
        self._read_file(path, block, None)
        return block

    def parse_parameter(self, text: bytes) -> Block:
        """The directives of the command line's ``-g``."""
        block = Block()
        self._read(Lexer(text, ""), block, "parameter")
        return block

    def parse_text(self, text: bytes, file: str = "nginx.conf") -> Block:
        """The directives of a text that is not in a file."""
        block = Block()
        self._read(Lexer(text, file), block, "file")
        return block

    def _read_file(self, path: str, block: Block, included_by: Directive | None) -> bool:
        """Append a file's directives; False when an error was noted in the block."""
        try:
            if self.depth >= MAX_DEPTH:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            text = self._load(path)
        except IsADirectoryError as error:
            block.error = ConfError(failed("pread", path, error), level="crit")
            return False
        except OSError as error:
            block.error = ConfError(failed("open", path, error), included_by)
            return False
        self.depth += 1
        complete = self._read(Lexer(text, path), block, "file")
        self.depth -= 1
        return complete

    def _load(self, path: str) -> bytes:
        with open(path, "rb") as file:
            text = file.read()
        self.files.setdefault(path, text)
        return text

    def _read(self, lexer: Lexer, block: Block, kind: str) -> bool:
        """Read directives up to the end of a ``file``, a ``parameter`` or a ``block``; False on an error."""
        while True:
            try:
                end, words = lexer.read()
                if end is End.CLOSE or end is End.EOF:
                    self._check_end(lexer, end, kind)
                    return True
                if end is End.BLOCK and kind == "parameter":
                    raise lexer.error("block directives are not supported in -g option")
            except ConfError as error:
                block.error = error
                return False
            if not self._directive(lexer, block, end, words):
                return False

    @staticmethod
    def _check_end(lexer: Lexer, end: End, kind: str) -> None:
        if end is End.CLOSE and kind != "block":
            raise lexer.error('unexpected "}"')
        if end is End.EOF and kind == "block":
            raise lexer.error('unexpected end of file, expecting "}"')

    def _directive(self, lexer: Lexer, block: Block, end: End, words: list[bytes]) -> bool:
        d = Directive(words[0], words[1:], lexer.file, lexer.line)
        if end is End.SEMICOLON:
            if d.name == b"include" and len(d.args) == 1:
                return self._include(d, block)
            block.append(d)
            return True
        block.append(d)
        if d.name.endswith(b"_by_lua_block"):
            return self._lua(lexer, d)
        d.block = Block()
        complete = self._read(lexer, d.block, "block")
        d.end_line = lexer.line
        return complete

    @staticmethod
    def _lua(lexer: Lexer, d: Directive) -> bool:
        d.lua = True
        try:
            d.args.append(lexer.read_lua())
        except ConfError as error:
            d.args.append(b"")
            d.fault = error
            return False
        d.end_line = lexer.line
        return True

    def _include(self, d: Directive, block: Block) -> bool:
        pattern = full_name(self.conf_prefix, d.args[0])
        if not any(char in pattern for char in b"*?["):
            return self._read_file(os.fsdecode(pattern), block, d)
        return all(self._read_file(os.fsdecode(path), block, d) for path in sorted(glob.glob(pattern)))
