"""pyresty.http.host: ngx_http_validate_host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"a", b"a"),
        (b"WWW.Example.COM.:80", b"www.example.com"),
        (b".a", b".a"),
        (b"[::1]:80", b"[::1]"),
        (b"[::1", b"[::1"),
        (b"a:1:2", b"a"),
        (b"a.:", b"a"),
        (b"\xe4", b"\xe4"),
    ],
)
def test_names(lua: Lua, text: bytes, name: bytes) -> None:
    code = "local host = require 'pyresty.http.host' local first = host.validate(...) return first, host.validate(...)"
    assert lua(code, text) == (name, name)


@pytest.mark.parametrize(
    "text", [b"", b".", b":80", b"a..b", b"a..", b"a/b", b"a:80/", b"a b", b"a\tb", b"a\x7f", b"a\0"]
)
def test_refused(lua: Lua, text: bytes) -> None:
    assert lua("return require 'pyresty.http.host'.validate(...)", text) is None


def test_lua_may_set_more(lua: Lua) -> None:
    code = "local v = require 'pyresty.http.host'.validate_set return v('A b'), v('a/b') == nil, v('a\\0') == nil"
    assert lua(code) == (b"a b", True, True)


def test_the_memory_is_bounded(lua: Lua) -> None:
    code = """
    local host = require "pyresty.http.host"
    for i = 1, 3000 do assert(host.validate("Host" .. i) == "host" .. i) end
    return host.validate("HOST1")
    """
    assert lua(code) == b"host1"
