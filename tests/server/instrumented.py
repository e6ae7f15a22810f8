"""The pyresty command with two more host functions: ``probe`` counts what the process holds, ``inject`` breaks it.

With PYRESTY_TEST_TRACE in the environment it also watches that no greenlet switch happens while Lua is on the stack.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import weakref
from collections.abc import Callable
from typing import Any

from pyresty.cli.nginx import main
from pyresty.net import generation as generations
from pyresty.net import server as servers
from pyresty.vm import driver, engine, host
from pyresty.vm.operations import operation

SERVERS: list[servers.Server] = []
VMS: weakref.WeakSet[engine.VM] = weakref.WeakSet()
SWITCHES: list[str] = []  # that happened within Lua
DEPTH = [0]  # Lua entries that run


class Broken(Exception):
    """Raised on purpose."""


#: Run in every VM before our tree is loaded: count_coroutines() tells how many coroutines are alive.
COUNT_COROUTINES = b"""
local create, status, made = coroutine.create, coroutine.status, setmetatable({}, {__mode = "k"})
coroutine.create = function(fn) local co = create(fn) made[co] = true return co end
function count_coroutines()
    local n = 0
    for co in next, made do if status(co) ~= "dead" then n = n + 1 end end
    return n
end
"""


def probe(waits: int, connections: int, coroutines: int) -> bytes:
    import greenlet

    gc.collect()
    server = SERVERS[-1]
    return json.dumps(
        {
            "pid": os.getpid(),
            "fds": len(os.listdir("/proc/self/fd")),
            "greenlets": sum(isinstance(item, greenlet.greenlet) and not item.dead for item in gc.get_objects()),
            "watchers": len(server.connections.waits),
            "connections": len(server.connections),
            "lua_connections": int(connections),
            "waits": int(waits),
            "coroutines": int(coroutines),
            "generations": len(server._live),
            "vms": len(VMS) - (engine._kernel is not None),  # engines without FFI have one more
            "rss": int(open("/proc/self/statm").read().split()[1]) * 4096,
            "switches": SWITCHES,
        }
    ).encode()


def once(table: Any, key: Any, is_attribute: bool = False) -> None:
    """The next call of a function in a table (or an attribute) raises, later ones are as before."""
    original = getattr(table, key) if is_attribute else table[key]

    def put(value: Any) -> None:
        if is_attribute:
            setattr(table, key, value)
        else:
            table[key] = value

    def broken(*_: Any) -> None:
        put(original)
        raise Broken(f"broken on purpose: {key}")

    put(broken)


def raise_now(*_: Any) -> None:
    raise Broken("broken on purpose: callback")


def inject(what: bytes, op: float) -> bool:
    server = SERVERS[-1]
    if what == b"operation":
        once(server.generation.driver._perform, int(op))
    elif what == b"entry":
        once(server.generation.driver, "_readable", is_attribute=True)
    elif what == b"step":
        once(server.generation.driver, "_step", is_attribute=True)
    elif what == b"tick":
        once(server.generation.driver, "_tick", is_attribute=True)
    elif what == b"add":
        once(server.connections, "add", is_attribute=True)
    elif what == b"fresh":
        once(server.connections, "_make_fresh", is_attribute=True)
    elif what == b"callback":
        server.loop.run_callback(raise_now)
    elif what == b"switch":
        import gevent

        gevent.get_hub().loop.run_callback(lambda: None)
        gevent.spawn(lambda: None)
        other = greenlet_that_returns()
        other.switch()
    else:
        return False
    return True


def greenlet_that_returns() -> Any:
    import greenlet

    return greenlet.greenlet(lambda: None)


@operation("test.raise")
def raising(*_: Any) -> None:
    raise Broken("broken on purpose: operation")


# ---------------------------------------------------------------------------------------------------------- patching


class Counted:
    """A VM's entries, each counting itself in DEPTH while it runs."""

    def __init__(self, entries: Any) -> None:
        self._entries = entries

    def __getitem__(self, name: bytes) -> Callable[..., Any]:
        entry = self._entries[name]

        def counted(*args: Any) -> Any:
            DEPTH[0] += 1
            try:
                return entry(*args)
            finally:
                DEPTH[0] -= 1

        return counted


def watch_switches() -> None:
    """Note every greenlet switch that happens while DEPTH is not 0."""
    import traceback

    import greenlet

    def trace(event: str, pair: Any) -> None:
        if DEPTH[0]:
            SWITCHES.append(event + "\n" + "".join(traceback.format_stack(pair[0].gr_frame, limit=6)))

    greenlet.settrace(trace)


def install() -> None:
    make_functions, make_server, make_vm = host.functions, servers.Server.__init__, engine.VM.__init__
    make_generation = generations.Generation.__init__
    load_tree = engine.VM._load_tree
    traced = "PYRESTY_TEST_TRACE" in os.environ

    def functions(vm: engine.VM) -> dict[str, Callable[..., Any]]:
        return {**make_functions(vm), "probe": probe, "inject": inject}

    def vm_init(self: engine.VM, *args: Any, **options: Any) -> None:
        make_vm(self, *args, **options)
        VMS.add(self)

    def counting_tree(self: engine.VM, *args: Any) -> None:
        self.eval(COUNT_COROUTINES)
        load_tree(self, *args)

    def generation_init(self: generations.Generation, *args: Any, **options: Any) -> None:
        make_generation(self, *args, **options)
        if traced:
            self.entries = Counted(self.entries)
            self.open = self.entries[b"open"]

    def server_init(self: servers.Server, *args: Any) -> None:
        SERVERS.append(self)
        make_server(self, *args)
        if traced:
            watch_switches()

    host.functions = functions
    engine.VM.__init__ = vm_init  # type: ignore[method-assign]
    engine.VM._load_tree = counting_tree  # type: ignore[method-assign]
    generations.Generation.__init__ = generation_init  # type: ignore[method-assign]
    servers.Server.__init__ = server_init  # type: ignore[method-assign]


if __name__ == "__main__":
    install()
    assert driver
    sys.exit(main())
