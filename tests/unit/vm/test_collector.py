"""What Python calls looks whether the collector has to go on, even when nothing of it allocates."""

from __future__ import annotations

import pytest

from pyresty.vm.engine import VM

CODE = b"""
local collected = false
local function entry(a) if a == 7 then return a end end
local checked = require("pyresty.memory").checked(entry)
collectgarbage("setpause", 1) -- a new cycle begins at once
collectgarbage()
getmetatable(newproxy(true)).__gc = function() collected = true end
return entry, checked, function() return collected end
"""


@pytest.mark.parametrize("looks", [False, True])
def test_entry_that_allocates_nothing(looks: bool) -> None:
    entry, checked, collected = VM("luajit21").eval(CODE)
    for _ in range(20_000):
        (checked if looks else entry)()
    assert collected() is looks


def test_arguments_and_results(vm: VM) -> None:
    _, checked, _ = vm.eval(CODE.replace(b"newproxy(true)", b"setmetatable({}, {})"))
    assert (checked(7), checked(8)) == (7, None)
