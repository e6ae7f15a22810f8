"""Process titles as ``ps`` shows them: ``nginx: worker process``.

The title is written over the command line and, where that is too short, over the environment that lies behind it;
``free_area`` first moves the environment's strings elsewhere. Linux only; on other systems titles stay as they are.
"""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass

PREFIX = b"nginx: "
_PR_SET_NAME = 15


@dataclass(slots=True)
class _Area:
    start: int
    size: int


_area: _Area | None = None


def free_area() -> None:
    """Find the memory that may be written, once a process. Must run before other threads exist."""
    global _area
    if _area is not None:
        return
    bounds = _bounds()
    if bounds is None:
        _area = _Area(0, 0)
        return
    for name, value in list(os.environb.items()):
        os.environb[name] = value  # setenv puts a copy on the heap
    arg_start, arg_end, env_start, env_end = bounds
    end = env_end if arg_end == env_start else arg_end
    _area = _Area(arg_start, end - arg_start)


def _bounds() -> tuple[int, int, int, int] | None:
    """Start and end of the argument and environment strings (fields 48 to 51 of /proc/self/stat)."""
    try:
        with open("/proc/self/stat", "rb") as file:
            fields = file.read().rsplit(b")", 1)[1].split()
        arg_start, arg_end, env_start, env_end = (int(word) for word in fields[45:49])
    except (OSError, ValueError, IndexError):
        return None
    if not 0 < arg_start < arg_end or not 0 < env_start <= env_end:
        return None
    return arg_start, arg_end, env_start, env_end


def set_title(title: str | bytes) -> None:
    """Show ``nginx: TITLE``, cut to the room there is."""
    free_area()
    if _area is None or not _area.size:
        return
    shown = (PREFIX + os.fsencode(title))[: _area.size - 1]
    ctypes.memmove(_area.start, shown.ljust(_area.size, b"\0"), _area.size)


def set_name(name: bytes) -> None:
    """The short name (``comm``) of the process, at most 15 bytes; inherited by its children."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_NAME, ctypes.c_char_p(name[:15]), 0, 0, 0)
