"""pyresty.http.args: values measured on ngx_lua 0.10.23."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]


def plain(value: Any) -> Any:
    """A Lua value as Python's."""
    if not hasattr(value, "items"):
        return value
    items = dict(value.items())
    return (
        [plain(items[i]) for i in range(1, len(items) + 1)] if 1 in items else {k: plain(v) for k, v in items.items()}
    )


def decode(lua: Lua, function: str, text: bytes, limit: int | None = None) -> tuple[Any, Any]:
    code = f"local t, err = require 'pyresty.http.args'.{function}(...) return t, err or false"
    table, err = lua(code, text, limit)
    return plain(table), err


def test_decode(lua: Lua) -> None:
    expected = {b"a": True, b"b": b"", b"c": [b"1", b"2"], b" k": b"v w"}
    assert decode(lua, "decode", b"a&b=&c=1&c=2&=x&%20k=v+w") == (expected, False)
    assert decode(lua, "decode", b"a=1=2&a&a=%41") == ({b"a": [b"1=2", True, b"A"]}, False)
    assert decode(lua, "decode", b"") == ({}, False)
    assert decode(lua, "decode", b"&&=&=&a") == ({b"a": True}, False)


@pytest.mark.parametrize(
    ("text", "limit", "names", "truncated"),
    [
        (b"a=1&b=2", 2, {b"a", b"b"}, False),
        (b"a=1&b=2", 1, {b"a"}, b"truncated"),
        (b"a=1&", 1, {b"a"}, b"truncated"),
        (b"&a=1", 1, set(), b"truncated"),
        (b"a&b&c", 0, {b"a", b"b", b"c"}, False),
    ],
)
def test_decode_limit(lua: Lua, text: bytes, limit: int, names: set[bytes], truncated: object) -> None:
    found, err = decode(lua, "decode", text, limit)
    assert (set(found), err) == (names, truncated)


def test_decode_takes_100_by_default(lua: Lua) -> None:
    text = b"&".join(b"a%d=1" % i for i in range(101))
    assert decode(lua, "decode", text)[1] == b"truncated"
    assert len(decode(lua, "decode", text)[0]) == 100
    assert len(decode(lua, "uri", text, -1)[0]) == 100


@pytest.mark.parametrize(
    ("text", "limit", "names", "truncated"),
    [
        (b"a=1&b=2", 2, {b"a", b"b"}, False),
        (b"a=1&b=2", 1, {b"a"}, b"truncated"),
        (b"&a=1", 1, {b"a"}, b"truncated"),
        (b"a&b&c", 0, {b"a", b"b", b"c"}, False),
        (b"=x&a", 100, {b"a"}, False),
        (b"", 1, set(), False),
    ],
)
def test_uri_limit(lua: Lua, text: bytes, limit: int, names: set[bytes], truncated: object) -> None:
    found, err = decode(lua, "uri", text, limit)
    assert (set(found), err) == (names, truncated)


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("{}", b""),
        ("{a = true}", b"a"),
        ("{a = false}", b""),
        ("{a = ''}", b"a="),
        ("{['x y'] = {1, 'x y', true, false}}", b"x%20y=1&x%20y=x%20y&x%20y"),
        ("{a = 1.5}", b"a=1.5"),
    ],
)
def test_encode(lua: Lua, table: str, text: bytes) -> None:
    assert lua(f"return require 'pyresty.http.args'.encode({table})") == text


def test_encode_joins(lua: Lua) -> None:
    text = lua("return require 'pyresty.http.args'.encode{a = 1, b = {2, 3}, c = false, d = true}")
    assert sorted(text.split(b"&")) == [b"a=1", b"b=2", b"b=3", b"d"]


@pytest.mark.parametrize(
    ("table", "err"),
    [
        ("{1}", b'attempt to use a non-string key in the "args" option table'),
        ("{a = print}", b"attempt to use function as query arg value"),
        ("{a = {{}}}", b"attempt to use table as query arg value"),
    ],
)
def test_encode_refuses(lua: Lua, table: str, err: bytes) -> None:
    assert lua(f"return require 'pyresty.http.args'.encode({table})") == (None, err)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        (b"a=1&b=2", b"b", b"2"),
        (b"ab=1&b=2", b"b", b"2"),
        (b"B=%20x&b=2", b"b", b"%20x"),
        (b"b", b"b", None),
        (b"b&b=", b"b", b""),
        (b"a=b=c", b"b", None),
        (b"a=1", b"", None),
        (b"a=x&", b"a", b"x"),
    ],
)
def test_get(lua: Lua, text: bytes, name: bytes, value: bytes | None) -> None:
    assert lua("return require 'pyresty.http.args'.get(...)", text, name) == value
