"""lua/http/recycled.lua: tables of requests that are used again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pyresty.vm.engine import VM

PRELUDE = b"""
recycled = require "pyresty.http.recycled"
K = recycled.kind(function(t, a, b) t.a, t.b, t.c = a, b, nil end, 1, 2)
function again(change) -- is a table used again after what `change` does to it?
    local t = recycled.take(K, 1, 2)
    change(t)
    recycled.give(K, t)
    local other = recycled.take(K, 3, 4)
    K.spare = false
    return other == t, other.a, other.b, other.c, other.d
end
"""

Run = Callable[[str], Any]


@pytest.fixture
def run(vm: VM) -> Run:
    vm.eval(PRELUDE, b"=prelude")
    return lambda code: vm.eval(code.encode(), b"=test")


def used_again(engine: str) -> bool:
    return engine == "luajit21"


@pytest.mark.parametrize("change", ["", "t.c = 5", "t.a, t.b = nil, nil", "t.a = nil t.a = 7", "t.d = nil"])
def test_a_table_with_no_other_fields_is_used_again_with_all_of_them_reset(run: Run, engine: str, change: str) -> None:
    assert run(f"return again(function(t) {change} end)") == (used_again(engine), 3, 4, None, None)


@pytest.mark.parametrize("change", ["t.d = 1", "t.d = 1 t.d = nil", "t.d = false", "recycled.keep(t)"])
def test_one_that_has_had_another_field_or_is_kept_is_not(run: Run, change: str) -> None:
    assert run(f"return again(function(t) {change} end)") == (False, 3, 4, None, None)


def test_a_table_is_given_out_once(run: Run) -> None:
    run("recycled.give(K, recycled.take(K, 1, 2))")
    assert run("return recycled.take(K, 1, 2) ~= recycled.take(K, 1, 2)") is True
