"""Operations that Lua may call by name (``sched.call``): each runs in a greenlet and may wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Scalar = bytes | str | int | float | bool | None
Operation = Callable[..., Any]

OPERATIONS: dict[bytes, Operation] = {}


def operation(name: str) -> Callable[[Operation], Operation]:
    """Register ``function(*scalars)``; it returns one scalar or a tuple of them for Lua."""

    def register(function: Operation) -> Operation:
        key = name.encode()
        if key in OPERATIONS:
            raise ValueError(f"operation {name} is registered twice")
        OPERATIONS[key] = function
        return function

    return register
