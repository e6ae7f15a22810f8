"""The kernel: a private LuaJIT VM that runs `lua/native/` for engines without FFI.

`lua/native/proxy.lua` calls `Kernel.call(name, …scalars)`, which runs the function of that name ("pcre.exec",
"shdict.get", "io.recv" …) in the kernel. Nothing that crosses is anything but bytes, a number, a boolean or None.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

LUA_ROOT = Path(__file__).resolve().parent.parent.parent / "lua"
PACKAGED_LUA_ROOT = Path(__file__).resolve().parent.parent / "lua"

# `package.loaders` is Lua 5.1's and LuaJIT's name of the searchers.
SEARCHER = b"""
local root = ...
local searchers = package.loaders
searchers[#searchers + 1] = function(name)
    if name:sub(1, 8) ~= "pyresty." then return nil end
    local path = root .. "/" .. name:sub(9):gsub("%.", "/")
    for _, file in ipairs { path .. ".lua", path .. "/init.lua" } do
        local source = io.open(file, "rb")
        if source then
            local chunk = assert(loadstring(source:read "*a", "@" .. file))
            source:close()
            return chunk
        end
    end
    return "\\n\\tno file in " .. root
end
"""


def lua_root() -> Path:
    """Directory of our Lua modules: beside the package in a checkout, inside it when installed."""
    return PACKAGED_LUA_ROOT if PACKAGED_LUA_ROOT.is_dir() else LUA_ROOT


def add_searcher(runtime: Any) -> None:
    """Makes `require "pyresty.…"` find our modules in a bare LuaJIT runtime."""
    runtime.compile(SEARCHER)(str(lua_root()).encode())


class Kernel:
    """Calls of native functions in one LuaJIT runtime, which lives as long as the process."""

    def __init__(self, runtime: Any) -> None:
        """`runtime` is a `LuaRuntime(encoding=None, unpack_returned_tuples=True)` of LuaJIT that finds our modules."""
        self._run: Callable[..., Any] = runtime.execute(b'return require "pyresty.native.kernel"')

    def call(self, name: bytes, *args: Any) -> Any:
        """Runs the native function `name` ("part.function"); several results come as a tuple, none as None."""
        return self._run(name, *args)
