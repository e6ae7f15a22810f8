"""The tokens of nginx.conf (nginx: ngx_conf_read_token), and the extent of Lua code in ``*_by_lua_block``."""

from __future__ import annotations

import re
from enum import Enum, auto

from pyresty.conf.directive import ConfError

#: nginx reads its configuration through a buffer of this size; a longer word is an error.
MAX_WORD = 4096

_SPACE = re.compile(rb"(?:[ \t\r\n]+|#[^\n]*)+")
_BARE = re.compile(rb"(?:[^\\$ \t\r\n;{]|\\.|\$\{*)*", re.DOTALL)
_DOUBLE = re.compile(rb'(?:[^\\"]|\\.)*', re.DOTALL)
_SINGLE = re.compile(rb"(?:[^\\']|\\.)*", re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_UNESCAPED = {b"t": b"\t", b"r": b"\r", b"n": b"\n", b'"': b'"', b"'": b"'", b"\\": b"\\"}

#: What may hide a brace in Lua, and the braces.
_LUA = re.compile(
    rb"""(?P<open>\{) | (?P<close>\})
       | (?:--)? \[ (?P<level>=*) \[
       | --[^\n]*
       | "(?:\\.|[^"\n\\])*"
       | '(?:\\.|[^'\n\\])*'
    """,
    re.VERBOSE | re.DOTALL,
)


class End(Enum):
    """What ended a statement."""

    SEMICOLON = auto()
    BLOCK = auto()
    CLOSE = auto()
    EOF = auto()


class Lexer:
    """Reads statements from one text; ``file`` is "" for the text of ``-g``."""

    def __init__(self, text: bytes, file: str) -> None:
        self.text = text
        self.file = file
        self.pos = 0
        self.line = 1 if file else 0

    def error(self, message: str, line: int = 0) -> ConfError:
        """An error at the current line, or at another one."""
        return ConfError.at(message, self.file, line or self.line)

    def read(self) -> tuple[End, list[bytes]]:
        """The words up to the next ``;``, ``{``, ``}`` or the end of the text; raises ConfError."""
        words: list[bytes] = []
        text = self.text
        while True:
            self._skip(_SPACE)
            char = text[self.pos : self.pos + 1]
            if not char:
                if words:
                    raise self._unfinished()
                return End.EOF, words
            if char == b"}":
                self.pos += 1
                if words:
                    raise self.error('unexpected "}"')
                return End.CLOSE, words
            if char in b";{":
                self.pos += 1
                if not words:
                    raise self.error(f'unexpected "{char.decode()}"')
                return (End.SEMICOLON if char == b";" else End.BLOCK), words
            if char in b"\"'":
                words.append(self._quoted(char))
            else:
                words.append(self._bare())

    def _skip(self, pattern: re.Pattern[bytes]) -> None:
        match = pattern.match(self.text, self.pos)
        if match:
            self.line += self.text.count(b"\n", self.pos, match.end())
            self.pos = match.end()

    def _bare(self) -> bytes:
        start, line = self.pos, self.line
        self._skip(_BARE)
        if self.pos - start >= MAX_WORD:
            shown = self.text[start : start + 10].decode("utf-8", "replace")
            raise self.error(f'too long parameter "{shown}..." started', line)
        if self.pos >= len(self.text) or self.text[self.pos] == 0x5C:
            raise self._unfinished()
        return unescape(self.text[start : self.pos])

    def _quoted(self, quote: bytes) -> bytes:
        self.pos += 1
        start, line = self.pos, self.line
        self._skip(_DOUBLE if quote == b'"' else _SINGLE)
        if self.pos - start >= MAX_WORD:
            message = f'too long parameter, probably missing terminating "{quote.decode()}" character'
            raise self.error(message, line)
        if self.text[self.pos : self.pos + 1] != quote:
            raise self._unfinished()
        word = unescape(self.text[start : self.pos])
        self.pos += 1
        self._check_separator()
        return word

    def _check_separator(self) -> None:
        """A quoted word has to be followed by a space, ``;``, ``{`` or ``)``."""
        char = self.text[self.pos : self.pos + 1]
        if not char:
            raise self._unfinished()
        if char not in b" \t\r\n;{)":
            self.pos += 1
            raise self.error(f'unexpected "{char.decode("utf-8", "surrogateescape")}"')

    def _unfinished(self) -> ConfError:
        """The text ended within a statement."""
        self.line += self.text.count(b"\n", self.pos)
        self.pos = len(self.text)
        if not self.file:
            return self.error('unexpected end of parameter, expecting ";"')
        return self.error('unexpected end of file, expecting ";" or "}"')

    def read_lua(self) -> bytes:
        """The code from here up to the brace that closes the block, which is consumed; raises ConfError."""
        start, depth, opened = self.pos, 1, self.line
        while True:
            match = _LUA.search(self.text, self.pos)
            if match is None:
                what = "unexpected end of file, expecting terminating characters for lua code block"
                raise self.error(what, opened)
            self.line += self.text.count(b"\n", self.pos, match.end())
            self.pos = match.end()
            if match["open"]:
                depth += 1
                opened = self.line
            elif match["close"]:
                depth -= 1
                if depth == 0:
                    return self.text[start : match.start()]
            elif match["level"] is not None:
                self._close_long_bracket(b"]" + match["level"] + b"]")

    def _close_long_bracket(self, closing: bytes) -> None:
        end = self.text.find(closing, self.pos)
        if end < 0:
            shown = closing.decode()
            raise self.error(
                f'Lua code block missing the closing long bracket "{shown}", the inlined Lua code may be too long'
            )
        self.line += self.text.count(b"\n", self.pos, end)
        self.pos = end + len(closing)


def unescape(word: bytes) -> bytes:
    r"""Replace ``\t \r \n \" \' \\``; other backslashes stay."""
    if b"\\" not in word:
        return word
    return _ESCAPE.sub(lambda match: _UNESCAPED.get(match[1], match[0]), word)
