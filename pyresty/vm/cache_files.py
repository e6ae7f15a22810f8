"""Files of cached and stored responses: what Lua asks for beside writing and reading them; part of ``state.host``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any


def cache_store(temp: bytes, path: bytes, access: int | None = None, modified: float | None = None) -> bytes | None:
    """Put a complete temporary file in its place (nginx: ngx_ext_rename_file) → None, or ``(ERRNO: TEXT)``.

    ``access`` is its mode, ``modified`` its time in seconds.
    """
    try:
        if access is not None:
            os.chmod(temp, int(access))
        if modified is not None:
            os.utime(temp, (modified, modified))
        mode = int(access or 0)
        os.makedirs(os.path.dirname(path), 0o700 | mode | (mode & 0o444) >> 2, exist_ok=True)
        try:
            os.rename(temp, path)
        except OSError:  # another file system
            shutil.move(os.fsdecode(temp), os.fsdecode(path))
    except OSError as error:
        return f"({error.errno}: {error.strerror})".encode()
    return None


def cache_update(path: bytes, data: bytes) -> bool:
    """Overwrite a file's beginning; False when it is gone."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.pwrite(fd, data, 0) == len(data)
    finally:
        os.close(fd)


#: name in ``state.host`` → function
FUNCTIONS: dict[str, Callable[..., Any]] = {"cache_store": cache_store, "cache_update": cache_update}
