"""The environment variables of the server's processes (nginx: ngx_set_environment).

Workers keep ``TZ`` and what ``env`` names. The values of kept ones are those the command was started with, also after
a reload has changed ``env``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

Pairs = Iterable[tuple[bytes, bytes | None]]

_original: dict[bytes, bytes] = {}


def remember() -> None:
    """Note the environment the command was started with; once, before anything changes it."""
    if not _original:
        _original.update(os.environb)


def original() -> Mapping[bytes, bytes]:
    """The environment the command was started with."""
    return _original or dict(os.environb)


def selected(env: Pairs) -> dict[bytes, bytes]:
    """The environment of workers and new binaries."""
    pairs = list(env)
    if all(name != b"TZ" for name, _ in pairs):
        pairs.append((b"TZ", None))
    source = original()
    found: dict[bytes, bytes] = {}
    for name, value in pairs:
        if name in found:
            continue
        if value is not None:
            found[name] = value
        elif name in source:
            found[name] = source[name]
    return found


def announce(env: Pairs) -> None:
    """Make ``env NAME=VALUE`` visible to init_by_lua in the master, which keeps its own environment besides."""
    for name, value in env:
        if value is not None:
            os.environb[name] = value


def restore() -> None:
    """Back to the original environment, before a new configuration announces its own."""
    _set(dict(original()))


def apply(env: Pairs) -> None:
    """Replace the environment of this process by the selected one."""
    _set(selected(env))


def _set(wanted: Mapping[bytes, bytes]) -> None:
    for name in list(os.environb):
        if name not in wanted:
            del os.environb[name]
    for name, value in wanted.items():
        if os.environb.get(name) != value:
            os.environb[name] = value


def take(name: str) -> str | None:
    """Remove a variable for good and return its value."""
    _original.pop(os.fsencode(name), None)
    return os.environ.pop(name, None)
