"""Native functions on every engine: by FFI on LuaJIT, over the kernel on the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pyresty.vm.engine import VM
from pyresty.vm.kernel import Kernel

SETUP = b"""
local kernel, plan = ...
local state = require "pyresty.state"
state.host = { kernel = kernel }
state.plan = plan
state.touch()
logged = {}
package.loaded["pyresty.http.log"] = {
    enabled = function(level) return true end,
    error = function(level, _, message) logged[#logged + 1] = level .. ": " .. message end,
}
native = require "pyresty.native"
"""


@pytest.fixture
def run(vm: VM) -> Callable[..., Any]:
    """``run(code, *args, plan=…)``: a chunk with ``native`` as a global and ``state`` set up."""

    def evaluate(code: str, *args: Any, plan: dict[str, Any] | None = None) -> Any:
        kernel = None if vm.engine == "luajit21" else Kernel().call
        vm.eval(SETUP, b"=setup", kernel, vm.to_lua(plan or {}))
        return vm.eval(code.encode(), b"=test", *args)

    return evaluate
