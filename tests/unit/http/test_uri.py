"""pyresty.http.uri: values measured on nginx 1.22 and ngx_lua 0.10.23."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]
EVERY_BYTE = bytes(range(256))


def kept(escaped: bytes) -> bytes:
    """The bytes of EVERY_BYTE that were left alone."""
    out, i = b"", 0
    while i < len(escaped):
        if escaped[i : i + 1] == b"%":
            i += 3
        else:
            out += escaped[i : i + 1]
            i += 1
    return out


ALNUM = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("function", "kind", "punctuation"),
    [
        ("escape", 0, b"!$&'()*+,-./:;=@[]_~"),
        ("escape", 1, b"!$'()*,-./:=@[]_~"),
        ("escape", 2, b"-._~"),
        ("escape", 3, b"!$&()*+,-./:;=?@[]_~"),
        ("escape", 4, b"!#$%&()*+,-./:;=?@[]_}"),
        ("escape_lua", 0, b"!\"$&'()*+,-./:;<=>@[\\]^_`{|}~"),
        ("escape_lua", 1, b"!\"$&'()*,-./:;<=>@[\\]^_`{|}~"),
        ("escape_lua", 2, b"!'()*-._~"),
        ("escape_lua", 3, b"!$&()*+,-./:;<=>?@[\\]^_`{|}~"),
        ("escape_lua", 4, b"!#$%&()*+,-./:;<=>?@[\\]^_`{|}~"),
        ("escape_lua", 7, b"!#$%&'*+-.^_`|~"),
    ],
)
def test_escape_sets(lua: Lua, function: str, kind: int, punctuation: bytes) -> None:
    code = f"return require 'pyresty.http.uri'.{function}(...)"
    assert sorted(kept(lua(code, EVERY_BYTE.replace(b"%", b""), kind))) == sorted(
        ALNUM + punctuation.replace(b"%", b"")
    )
    assert (lua(code, b"%", kind) == b"%") is (b"%" in punctuation)


def test_escape_sets_with_high_bytes(lua: Lua) -> None:
    assert lua("return require 'pyresty.http.uri'.escape('a b%c\\1\\127\\200', 5)") == b"a%20b%25c%01\x7f\xc8"
    assert lua("return require 'pyresty.http.uri'.escape_lua('a\\tb\\r\\nc\\127\\200 %', 8)") == b"a\tb%0D%0Ac%7F\xc8 %"


def test_escape_pieces(lua: Lua) -> None:
    code = "local u = require 'pyresty.http.uri' return u.escape_lua('', 2), u.escape_lua('ab'), u.escape_lua(' a  b ')"
    assert lua(code) == (b"", b"ab", b"%20a%20%20b%20")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (b"a+b%20c%zz%", b"a b c%zz%"),
        (b"", b""),
        (b"%41%4a%4A", b"AJJ"),
        (b"%", b"%"),
        (b"%4", b"%4"),
        (b"%%41", b"%A"),
        (b"+", b" "),
        (b"%2b%00x", b"+\0x"),
        (b"a%g1b", b"a%g1b"),
    ],
)
def test_unescape(lua: Lua, text: bytes, plain: bytes) -> None:
    assert lua("return require 'pyresty.http.uri'.unescape(...)", text) == plain


@pytest.mark.parametrize(
    ("text", "kind", "plain"),
    [
        (b"a%20b+c", None, b"a b+c"),
        (b"%zz%4z1%", None, b"zz1"),
        (b"a?b%41", None, b"a?bA"),
        (b"a%41?b%41", "uri", b"aA?"),
        (b"a%3fb", "uri", b"a?"),
        (b"%20%41%25%7f%e4", "redirect", b"%20A%25%7f%e4"),
        (b"a%3Fb", "redirect", b"a?"),
    ],
)
def test_decode(lua: Lua, text: bytes, kind: str | None, plain: bytes) -> None:
    assert lua("return require 'pyresty.http.uri'.decode(...)", text, kind) == plain


@pytest.mark.parametrize(
    ("raw", "path", "args"),
    [
        (b"/", b"/", None),
        (b"/a?b", b"/a", b"b"),
        (b"/a?", b"/a", None),
        (b"/a?#", b"/a", b""),
        (b"?a=b", b"/", b"a=b"),
        (b"/a%20b/../c", b"/c", None),
        (b"/a/./b//c/", b"/a/b/c/", None),
        (b"/a?b=%20//../", b"/a", b"b=%20//../"),
    ],
)
def test_normalize(lua: Lua, raw: bytes, path: bytes, args: bytes | None) -> None:
    result = lua("local p, a = require 'pyresty.http.uri'.normalize(..., true) return p, a or false", raw)
    assert result == (path, False if args is None else args)


@pytest.mark.parametrize("raw", [b"/..", b"/a/../..", b"/%2e%2e/", b"/%00", b"/%", b"/%4", b"/a%zz"])
def test_normalize_refuses(lua: Lua, raw: bytes) -> None:
    assert lua("return require 'pyresty.http.uri'.normalize(..., true)", raw) is None


def test_slashes_that_stay(lua: Lua) -> None:
    assert lua("return require 'pyresty.http.uri'.normalize('//a///b//..', false)") == b"//a///b/"


@pytest.mark.parametrize(
    ("path", "exten"),
    [
        (b"/a.txt", b"txt"),
        (b"/a.b/c", None),
        (b"/a.tar.gz", b"gz"),
        (b"/.htaccess", None),
        (b"/a/.b", None),
        (b"/a.", None),
        (b"/", None),
        (b"/a/b.c.", None),
    ],
)
def test_exten(lua: Lua, path: bytes, exten: bytes | None) -> None:
    assert lua("return require 'pyresty.http.uri'.exten(...)", path) == exten


@pytest.mark.parametrize(
    ("raw", "path", "args"),
    [
        (b"/a%20b?c%20d", b"/a b", b"c%20d"),
        (b"a", b"a", None),
        (b"/a..b/..c", b"/a..b/..c", None),
        (b"/..?x", b"/..", b"x"),
    ],
)
def test_parse_unsafe(lua: Lua, raw: bytes, path: bytes, args: bytes | None) -> None:
    result = lua("local p, a = require 'pyresty.http.uri'.parse_unsafe(...) return p, a or false", raw)
    assert result == (path, False if args is None else args)


@pytest.mark.parametrize("raw", [b"", b"?a", b"..", b"../a", b"/a/../b", b"/a/..", b"/%2e%2e/a", b"/a\0b", b"/a%00"])
def test_parse_unsafe_refuses(lua: Lua, raw: bytes) -> None:
    assert lua("return require 'pyresty.http.uri'.parse_unsafe(...)", raw) is None
