"""A generation: one configuration with the VM that serves it. A worker may hold several while one drains."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyresty.net import connections
from pyresty.net.tls import functions as tls
from pyresty.ngx import phase_table
from pyresty.vm import host
from pyresty.vm.driver import Driver
from pyresty.vm.engine import VM

if TYPE_CHECKING:
    from pyresty.net.connections import Connections


class InitError(Exception):
    """init_by_lua failed: the start is refused."""


class Generation:
    """One VM, loaded with one plan; before ``attach`` it has no event loop."""

    def __init__(self, config: Any, *, fresh: bool = False) -> None:
        self.config = config
        self.plan: dict[str, Any] = config.plan
        lua = self.plan.get("lua", {})
        engine = self.plan["main"].get("pyresty_lua", b"luajit21")
        self.vm = VM(engine if isinstance(engine, str) else engine.decode(), lua.get("path"), lua.get("cpath"))
        calls = {**host.functions(self.vm), **tls.ALL, "next_number": connections.next_number}
        if any(listen.get("http2") for listen in self.plan.get("listens", ())):
            from pyresty.net import http2

            calls |= http2.FUNCTIONS
        functions = self.vm.lua.table_from({name.encode(): call for name, call in calls.items()})
        self.entries = self.vm.require(b"pyresty.boot")(
            functions, self.vm.to_lua(self.plan), self.vm.to_lua(phase_table()), fresh
        )
        self.open: Callable[..., Any] = self.entries[b"open"]
        self.driver: Driver

    def run(self, phase: str) -> str | None:
        """Run init_by_lua and its like; returns the error's text, None when all went well."""
        message = self.entries[b"run"](phase.encode())
        return None if message is None else message.decode("utf-8", "backslashreplace")

    def kind(self, phase: str) -> str:
        """How the configuration gave the handler: ``init_by_lua`` or ``init_by_lua_file``."""
        chunk = self.plan.get("lua", {}).get(phase, {})
        return f"{phase}_by_lua_file" if "file" in chunk else f"{phase}_by_lua"

    def attach(
        self, loop: Any, clients: Connections, log: Callable[[int, str], None],
        on_release: Callable[[Generation], None],
    ) -> None:  # fmt: skip
        """Give the VM an event loop, after the fork. ``on_release`` is called when it was told to end and has."""
        self.driver = Driver(loop, self.entries, clients, log)
        self.driver.on_release = lambda: on_release(self)

    def drive(self, entry: bytes) -> None:
        """Call an entry that takes nothing."""
        self.driver.drive(self.entries[entry])

    def retire(self) -> None:
        """A fresh VM has served its request; its timers may go on."""
        self.drive(b"retire")

    def free(self) -> None:
        """Give the VM back; nothing may come to it any more."""
        self.driver.close()
        self.entries = self.vm = self.open = None  # type: ignore[assignment]
