"""lua/named.lua: which coroutines are light threads that user code can name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pyresty.vm.engine import VM

PRELUDE = b"""
named, state = require "pyresty.named", require "pyresty.state"
function make(r)
    local thread = {r = r, co = coroutine.create(function() end), wait = false, dead = true}
    named.add(r, thread)
    return thread
end
"""


@pytest.fixture
def run(vm: VM) -> Callable[..., Any]:
    vm.eval(PRELUDE, b"=prelude")
    return lambda code: vm.eval(code.encode(), b"=test")


def test_a_request_knows_its_own_threads_and_those_that_are_past(run: Callable[..., Any]) -> None:
    run("R, S = {}, {} A, B, C = make(R), make(R), make(S) state.r = R")
    assert run("return named.find(A.co) == A, named.find(B.co) == B, named.find(C.co)") == (True, True, None)
    run("CO = A.co named.past(A)")
    assert run("return named.find(CO).collected, named.find(B.co) == B") == (True, True)
    assert run("state.r = S return named.find(CO).collected, named.find(C.co) == C") == (True, True)


def test_of_many_those_that_are_past_are_forgotten(run: Callable[..., Any]) -> None:
    run("R = {} state.r = R FIRST = make(R).co")
    run("for i = 2, 300 do local thread = make(R) if i % 100 ~= 0 then named.past(thread) end end")
    assert run("return named.find(FIRST).collected") is None
    run("for i = 1, 100000 do named.past(make(R)) end")
    count = "local n = 0 for _ in next, R.users do n = n + 1 end return n < 600, named.find(FIRST).dead"
    assert run(count) == (True, True)


def test_nothing_is_kept_of_coroutines_that_nobody_has(run: Callable[..., Any]) -> None:
    run("R = {} for _ = 1, 1000 do named.past(make(R)) end R.users = nil")
    assert run("collectgarbage() collectgarbage() return next(named.ended)") is None


def test_only_tables_that_nobody_else_can_have_are_taken_again(run: Callable[..., Any]) -> None:
    run("R = {} A, B = make(R), make(R) CO, B.wait = A.co, nil named.past(A) named.past(B)")
    assert run("return named.take() == A, A.dead, A.co == CO, (named.take())") == (True, False, True, None)
    assert run("state.r = {} return named.find(CO).collected, named.find(B.co)") == (True, None)
