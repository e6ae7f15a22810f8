"""What OpenResty's LuaJIT and libraries bring beyond the standard library."""

from __future__ import annotations

from pyresty.ngx.phases import ANY
from pyresty.ngx.registry import Face, api_face, api_module

_MODULES = (
    ("table.new", "t = table.new(array, hash)", "A table with room for so many items and fields."),
    ("table.clear", "table.clear(t)", "Empties a table."),
    ("table.nkeys", "n = table.nkeys(t)", "The number of keys."),
    ("table.isempty", "empty = table.isempty(t)", "Whether there is no key."),
    ("table.isarray", "array = table.isarray(t)", "Whether all keys are positive integers; holes are allowed."),
    ("table.clone", "copy = table.clone(t)", "A shallow copy without the metatable."),
    ("thread.exdata", "value = thread.exdata(value?)", "A value kept with the coroutine that runs."),
    ("thread.exdata2", "value2 = thread.exdata2(value?)", "A second value kept with the coroutine that runs."),
)

_STANDARD = (
    ("require", "value = require(name)", "Loads a module once a VM, found as lua_package_path and -cpath say."),
    ("dofile", "... = dofile(path)", "Runs a file, which is read anew each time."),
    ("loadfile", "fn, message = loadfile(path)", "Compiles a file."),
    ("loadstring", "fn, message = loadstring(code, name?)", "Compiles a text, on every Lua."),
    ("os.getenv", "value = os.getenv(name)", "A variable of the environment, as far as `env` lets it through."),
)

_STOCK = ("create", "resume", "yield", "wrap", "status")

FACES: list[Face] = [
    *(
        api_face(name, module=name, phases=ANY, signature=signature, doc=f'{doc} `require "{name}"` gives it.')
        for name, signature, doc in _MODULES
    ),
    *(api_face(name, phases=ANY, signature=signature, doc=doc) for name, signature, doc in _STANDARD),
    *(
        api_face(
            f"coroutine._{name}",
            phases=ANY,
            signature=f"coroutine._{name}",
            doc=f"Lua's own coroutine.{name}, which the scheduler does not know.",
        )
        for name in _STOCK
    ),
    *(
        api_face(
            f"coroutine.__{name}",
            phases=ANY,
            signature=f"coroutine.__{name}",
            doc=f"coroutine.{name} as the scheduler knows it, in every phase.",
        )
        for name in _STOCK
    ),
    api_module("tablepool", ANY, "Tables that are used again."),
    api_face(
        "tablepool.fetch",
        phases=ANY,
        signature='t = require("tablepool").fetch(name, array, hash)',
        doc="A table from the pool of that name, or a new one.",
    ),
    api_face(
        "tablepool.release",
        phases=ANY,
        signature='require("tablepool").release(name, t, keep?)',
        doc="Gives a table back to its pool, emptied unless `keep`.",
    ),
]
