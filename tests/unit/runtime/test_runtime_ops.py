"""lua/ops.lua: operations leave in one flat list, in parts when there are many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyresty.vm import ops

Lua = Callable[..., Any]


def test_numbers_are_those_of_python(lua: Lua) -> None:
    names = [name for name, value in vars(ops).items() if isinstance(value, int) and name not in ("STRIDE", "LIMIT")]
    assert len(names) >= 12
    for name in names:
        assert lua(f'return require("pyresty.ops").{name}') == getattr(ops, name), name


def test_nothing_to_do_is_nothing(lua: Lua) -> None:
    assert lua('return select("#", require("pyresty.ops").take())') == 0


def test_operations_come_in_order_and_once(lua: Lua) -> None:
    taken = lua(
        """local ops = require "pyresty.ops"
        ops.push(ops.CALL, 7, "name", 1, nil, true) ops.push(ops.CLOSE, nil, 9) ops.push(ops.DROP, 3)
        return ops.take()"""
    )
    assert taken == (
        ops.CALL, 7, b"name", 1, None, True,
        ops.CLOSE, 0, 9, None, None, None,
        ops.DROP, 3, None, None, None, None,
    )  # fmt: skip
    assert lua('return select("#", require("pyresty.ops").take())') == 0


def test_values_of_an_earlier_list_do_not_come_again(lua: Lua) -> None:
    taken = lua(
        """local ops = require "pyresty.ops"
        ops.push(ops.CALL, 7, "name", 1, 2, 3) ops.take()
        ops.push(ops.DROP, 1)
        return ops.take()"""
    )
    assert taken == (ops.DROP, 1, None, None, None, None)


def test_a_long_list_comes_in_parts(lua: Lua) -> None:
    count = ops.LIMIT // ops.STRIDE * 2 + 1
    lua('local ops = require "pyresty.ops" for i = 1, ... do ops.push(ops.DROP, i) end', count)
    parts = [lua('return require("pyresty.ops").take()') for _ in range(3)]
    assert [len(part) for part in parts] == [ops.LIMIT, ops.LIMIT, ops.STRIDE]
    assert [value for part in parts for value in part[1 :: ops.STRIDE]] == list(range(1, count + 1))
    assert lua('return select("#", require("pyresty.ops").take())') == 0


def test_what_is_pushed_between_parts_comes_behind(lua: Lua) -> None:
    count = ops.LIMIT // ops.STRIDE + 1
    lua('local ops = require "pyresty.ops" for i = 1, ... do ops.push(ops.DROP, i) end', count)
    assert len(lua('return require("pyresty.ops").take()')) == ops.LIMIT
    rest = lua('local ops = require "pyresty.ops" ops.push(ops.DROP, 1000) return ops.take()')
    assert rest[1 :: ops.STRIDE] == (count, 1000)
