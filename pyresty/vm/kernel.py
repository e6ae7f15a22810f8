"""The kernel: a private LuaJIT VM that runs `lua/native/` for engines without FFI.

`lua/native/proxy.lua` calls `host.kernel(name, …scalars)`, which is `Kernel.call`: it runs the function of that name
("pcre.exec", "shdict.get", "io.recv" …) in the kernel. Nothing that crosses is anything but bytes, a number, a boolean
or None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyresty.vm.engine import VM, kernel_vm
from pyresty.vm.stderr import tell


class Kernel:
    """Calls of native functions in one LuaJIT VM, by default the process's kernel."""

    def __init__(self, vm: VM | None = None) -> None:
        self._run: Callable[..., Any] = (vm or kernel_vm()).require(b"pyresty.native.kernel")
        self._run(b"shdict.on_alert", _alert)

    def call(self, name: bytes, *args: Any) -> Any:
        """Runs the native function `name` ("part.function"); several results come as a tuple, none as None."""
        return self._run(name, *args)


def _alert(message: bytes) -> None:
    """A zone had to be put in order. The error output is the error log of a running server."""
    tell("alert", message.decode(errors="replace"))
