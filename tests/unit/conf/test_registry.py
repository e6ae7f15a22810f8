"""Modules: declaration, checks, inheritance, hooks."""

from __future__ import annotations

from typing import Any

import pytest

from pyresty.conf.configuration import Configuration
from pyresty.conf.contexts import HTTP, LOCATION, MAIN, SERVER
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.parser import Parser
from pyresty.conf.registry import ANY, Module, Registry
from pyresty.conf.scope import Scope
from pyresty.conf.values import complex_value, flag, size

LOG: list[tuple[str, str]] = []


def configuration(module: Module) -> Configuration:
    LOG.clear()
    return Configuration(Registry([module]), b"/p/", b"/p/conf/", lambda level, text: LOG.append((level, text)))


def run(module: Module, text: bytes) -> Configuration:
    made = configuration(module)
    made.apply(Parser(b"/p/").parse_text(text, "f"))
    return made


def refused(module: Module, text: bytes) -> str:
    with pytest.raises(ConfError) as caught:
        run(module, text)
    return caught.value.text


def test_simple_values() -> None:
    module = Module("m")
    module.value("s", MAIN | HTTP, size, default=5)
    assert run(module, b"s 1k;").root.get("s") == 1024
    assert run(module, b"").root.get("s") == 5
    assert refused(module, b"s 1;\ns 2;") == '"s" directive is duplicate in f:2'
    assert refused(module, b"s 1 2;") == 'invalid number of arguments in "s" directive in f:1'
    assert refused(module, b"s 1 {}") == 'directive "s" is not terminated by ";" in f:1'
    assert refused(module, b"t;") == 'unknown directive "t" in f:1'


@pytest.mark.parametrize(
    ("args", "fits", "fits_not"),
    [(2, [2], [1, 3]), ((1, 3), [1, 3], [0, 4]), (ANY, [1, 9], [0]), (frozenset({1, 3}), [1, 3], [2])],
)
def test_argument_counts(args: Any, fits: list[int], fits_not: list[int]) -> None:
    module = Module("m")
    module.directive("d", MAIN, args=args)(lambda scope, d: None)
    for count in fits:
        run(module, b"d" + b" x" * count + b";")
    for count in fits_not:
        assert "invalid number" in refused(module, b"d" + b" x" * count + b";")


def test_one_name_in_several_contexts() -> None:
    module = Module("m")
    seen: list[str] = []
    module.directive("d", MAIN, args=0)(lambda scope, d: seen.append("main"))
    module.directive("d", HTTP, args=1)(lambda scope, d: seen.append("http"))

    @module.directive("http", MAIN, args=0, block=True)
    def http(scope: Scope, d: Directive) -> None:
        Scope(HTTP, scope, d).apply(d.block)

    run(module, b"d; http { d 1; }")
    assert seen == ["main", "http"]
    assert refused(module, b"http;") == 'directive "http" has no opening "{" in f:1'
    assert refused(module, b"http { http {} }") == '"http" directive is not allowed here in f:1'


def test_lua_blocks() -> None:
    module = Module("m")
    seen: list[list[bytes]] = []
    module.directive("set_by_lua_block", MAIN, args=1)(lambda scope, d: seen.append(d.args))
    run(module, b"set_by_lua_block $x { return {} }")
    assert seen == [[b"$x", b" return {} "]]
    assert "invalid number" in refused(module, b"set_by_lua_block { }")
    assert refused(module, b"set_by_lua_block $x {") == (
        "unexpected end of file, expecting terminating characters for lua code block in f:1"
    )
    assert "not allowed here" in refused(_only_http("x_by_lua_block"), b"x_by_lua_block {")


def _only_http(name: str) -> Module:
    module = Module("m")
    module.directive(name, HTTP, args=0)(lambda scope, d: None)
    return module


def test_inheritance() -> None:
    scope = configuration(Module("m")).root
    outer, inner = Scope(HTTP, scope), None
    outer.add("list", 1)
    inner = Scope(SERVER, outer)
    assert inner.get("list") == [1]
    assert inner.own("list") is None
    inner.add("list", 2)
    assert (inner.get("list"), outer.get("list")) == ([2], [1])
    inner.set("x", 1)
    with pytest.raises(ConfError, match='"x" directive is duplicate'):
        inner.set("x", 2, Directive(b"x", [], "f", 1))
    assert inner.http is outer
    assert inner.root is scope
    with pytest.raises(ConfError):
        outer.enclosing(LOCATION)


def test_variables() -> None:
    module = Module("m")
    module.variable("uri")
    module.variable("args", changeable=True)
    module.variable("arg_", prefix=True)
    module.value("v", MAIN, complex_value)

    @module.directive("define", MAIN)
    def define(scope: Scope, d: Directive) -> None:
        scope.define_variable(d.args[0], d)

    for text in (b"v $uri$args$arg_x;", b"v $URI;", b"define a; v $A;", b"v $a; define a; define a;", b"define args;"):
        run(module, text).variables.check()
    with pytest.raises(ConfError) as caught:
        run(module, b"v $uri$unknown;").variables.check()
    assert caught.value.text == 'unknown "unknown" variable'
    assert refused(module, b"define Uri;") == 'the duplicate "Uri" variable in f:1'


def test_warnings() -> None:
    module = Module("m")

    def kind(d: Directive) -> bool:
        d.warn("odd")
        return flag(d)

    module.value("v", MAIN, kind)
    run(module, b"\nv on;")
    assert LOG == [("warn", "odd in f:2")]
