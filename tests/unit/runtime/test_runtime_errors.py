"""lua/errors.lua: tracebacks as ngx_lua writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from pyresty.vm.engine import VM

Lua = Callable[..., Any]

#: Lets a coroutine die in `code` and gives its traceback.
DIE = """
local errors, code, name = require "pyresty.errors", ...
local co = coroutine.create(assert(loadstring(code, name)))
local ok, err = coroutine.resume(co)
return errors.text(err), errors.thread_traceback({co = co})
"""


@pytest.fixture
def die(vm: VM) -> Callable[[str], tuple[str, list[str]]]:
    """``die(code)`` → the error's text and the lines of its traceback."""

    def run(code: str, name: str = "=content_by_lua(nginx.conf:7)") -> tuple[str, list[str]]:
        text, trace = vm.eval(DIE.encode(), b"=test", code.encode(), name.encode())
        return text.decode(), trace.decode().split("\n")

    return run


Die = Callable[..., tuple[str, list[str]]]


def test_a_runtime_error(die: Die) -> None:
    text, lines = die("local function inner()\n error('oops')\nend\nlocal function outer()\n inner()\nend\nouter()")
    assert text == "content_by_lua(nginx.conf:7):2: oops"
    assert lines[:2] == ["stack traceback:", "coroutine 0:"]
    assert lines[2] == "\t[C]: in function 'error'"
    assert re.fullmatch(r"\tcontent_by_lua\(nginx\.conf:7\):2: in function '?<?.*inner.*", lines[3])
    assert lines[-1].startswith("\tcontent_by_lua(nginx.conf:7):7: in ")


def test_deep_stacks_are_shortened(die: Die) -> None:
    _, lines = die("local function f(n) if n == 0 then error('deep') end local x = f(n - 1) return x end f(60)")
    assert len(lines) == 2 + 12 + 1 + 10
    assert lines[2 + 12] == "\t..."


def test_threads_show_who_started_them(lua: Lua) -> None:
    trace = lua(
        """local errors = require "pyresty.errors"
        local parent = coroutine.create(loadstring("coroutine.yield()", "=parent"))
        coroutine.resume(parent)
        local child = coroutine.create(loadstring("error('x')", "=child"))
        coroutine.resume(child)
        return errors.thread_traceback({co = child, parent = {co = parent}})"""
    ).decode()
    assert re.search(r"coroutine 0:(\n\t.*)*\n\tchild:1: in .*(\n\t.*)*\ncoroutine 1:(\n\t.*)*\n\tparent:1: in ", trace)


def test_our_own_functions_look_like_c_functions(lua: Lua) -> None:
    trace = lua(
        """local errors, decode = require "pyresty.errors", require "pyresty.http.args".decode
        local co = coroutine.create(loadstring("local decode = ... local x = decode() return x", "=u"))
        coroutine.resume(co, decode)
        return errors.thread_traceback({co = co})"""
    ).decode()
    lines = trace.split("\n")
    assert lines[2] == "\t[C]: in function 'decode'"
    assert lines[3].startswith("\tu:1: in ")
    assert "/http/" not in trace


@pytest.mark.parametrize(
    ("value", "text"),
    [("'text'", b"text"), ("12", b"12"), *((other, b"unknown reason") for other in ("{}", "nil", "true", "print"))],
)
def test_errors_that_are_no_text(lua: Lua, value: str, text: bytes) -> None:
    assert lua(f'return require("pyresty.errors").text({value})') == text
