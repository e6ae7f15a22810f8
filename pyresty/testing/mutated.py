"""``python -m pyresty.testing.mutated NAME ARGUMENT…``: the pyresty command with one name of the API doing nothing.

A function returns nothing, a constant is nil, a table is empty and forgets what is written to it, a module is an empty
table. The change is made when a VM has been set up, before the configuration's first Lua code runs.
"""

from __future__ import annotations

import sys

from pyresty.cli.nginx import main
from pyresty.net import generation
from pyresty.ngx import catalogue

_MUTATE = rb"""
local kind, name, module, path, key = ...
local function nothing() end
local function empty() return setmetatable({}, {__newindex = nothing}) end

if kind == "module" then
    package.loaded[module] = empty()
    return
end
if module == name then -- require gives the function itself
    package.loaded[module] = nothing
end
local holder
if module ~= "" and module ~= name then
    holder = require(module)
elseif path ~= "" then
    holder = assert(loadstring("return " .. path, "=holder"))()
else
    holder = _G
end
local magic = require "pyresty.ngx.magic"
if holder == ngx and (magic.getters[key] or magic.setters[key]) then
    magic.getters[key] = key == "ctx" and empty or nothing
    magic.setters[key] = nothing
    return
end
if rawget(holder, key) == nil and module ~= name then error("there is no " .. name) end
local value
if kind == "table" then value = empty() elseif kind ~= "constant" then value = nothing end
rawset(holder, key, value)
if holder == _G and key == "ngx" then package.loaded.ngx = value end
"""


def install(name: str) -> None:
    """Have every VM that is made from now on lack what a row of the catalogue stands for."""
    rows = catalogue()
    face = rows[name]
    path = face.holder or name.rpartition(".")[0]
    words = [word.encode() for word in (face.kind, name, rows.module_of(face), path, face.key)]
    original = generation.Generation.__init__

    def init(self: generation.Generation, *args: object, **options: object) -> None:
        original(self, *args, **options)  # type: ignore[arg-type]
        self.vm.eval(_MUTATE, b"=mutation", *words)

    generation.Generation.__init__ = init  # type: ignore[method-assign]


if __name__ == "__main__":
    install(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
