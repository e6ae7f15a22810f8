"""Tokens of nginx.conf and the extent of Lua blocks."""

from __future__ import annotations

import pytest

from pyresty.conf.directive import ConfError
from pyresty.conf.lexer import End, Lexer


def words(text: bytes) -> list[bytes]:
    end, found = Lexer(text, "f").read()
    assert end is End.SEMICOLON
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a b;", [b"a", b"b"]),
        (b"a\t\r\n b ;", [b"a", b"b"]),
        (b'a "b c" \'d "e"\';', [b"a", b"b c", b'd "e"']),
        (rb'a "b\"c\\d\te\qf";', [b"a", b'b"c\\d\te\\qf']),
        (rb"a b\ c\;d\{e;", [b"a", rb"b\ c\;d\{e"]),
        (b"a ${b} x${c}y;", [b"a", b"${b}", b"x${c}y"]),
        (b'a b"c d";', [b"a", b'b"c', b'd"']),
        (b"a b#c;", [b"a", b"b#c"]),
        (b"a # comment ; {\n b;", [b"a", b"b"]),
        (b'if ("a" = "b") ;', [b"if", b'("a"', b"=", b"b", b")"]),
        (b'a "";', [b"a", b""]),
        (b'a "b\nc";', [b"a", b"b\nc"]),
    ],
)
def test_words(text: bytes, expected: list[bytes]) -> None:
    assert words(text) == expected


def test_braces() -> None:
    assert Lexer(b"a x$c{d};", "f").read() == (End.BLOCK, [b"a", b"x$c"])
    with pytest.raises(ConfError, match='unexpected "}"'):
        words(b"a }b;")


def test_ends_and_lines() -> None:
    lexer = Lexer(b"a {\n\n}\n# x\nb\n;", "f")
    assert lexer.read() == (End.BLOCK, [b"a"])
    assert lexer.line == 1
    assert lexer.read() == (End.CLOSE, [])
    assert lexer.line == 3
    assert lexer.read() == (End.SEMICOLON, [b"b"])
    assert lexer.line == 6
    assert lexer.read() == (End.EOF, [])


def test_too_long_words() -> None:
    assert words(b"a " + b"x" * 4095 + b";")[1] == b"x" * 4095
    with pytest.raises(ConfError, match=r'^too long parameter "xxxxxxxxxx\.\.\." started in f:2$'):
        words(b"a\n" + b"x" * 4096 + b";")
    with pytest.raises(ConfError, match=r'^too long parameter, probably missing terminating """ character in f:1$'):
        words(b'a "' + b"x" * 5000 + b"\n;")


@pytest.mark.parametrize(
    "code",
    [
        b"",
        b" local t = {a = {}} ",
        b" local s = \"}\" .. '}' ",
        b' local s = "\\"}" ',
        b" -- }\n",
        b" --[[ } ]] ",
        b" --[==[ } ]] ]==] ",
        b" local s = [[}]] .. [=[ }]] ]=] ",
        b" t[1] = a[b[1]] ",
        b' local s = "a\\\n}" ',
        b" x = a - -1 ",
    ],
)
def test_lua_blocks_end_at_their_own_brace(code: bytes) -> None:
    lexer = Lexer(code + b"} next;", "f")
    assert lexer.read_lua() == code
    assert lexer.read() == (End.SEMICOLON, [b"next"])
    assert lexer.line == 1 + code.count(b"\n")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            b"\n{\n\n",
            "unexpected end of file, expecting terminating characters for lua code block in f:2",
        ),
        (
            b"\n[==[ }",
            'Lua code block missing the closing long bracket "]==]", the inlined Lua code may be too long in f:2',
        ),
    ],
)
def test_unfinished_lua(code: bytes, message: str) -> None:
    with pytest.raises(ConfError) as caught:
        Lexer(code, "f").read_lua()
    assert caught.value.text == message


def test_command_line_text() -> None:
    with pytest.raises(ConfError) as caught:
        Lexer(b"daemon off", "").read()
    assert caught.value.text == 'unexpected end of parameter, expecting ";" in command line'
