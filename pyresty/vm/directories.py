"""Reading and changing directories: part of ``state.host``, never waiting."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from typing import Any

_KINDS = {stat.S_IFDIR: b"d", stat.S_IFREG: b"f"}


def list_directory(path: bytes) -> bytes | tuple[None, int, bytes, bytes]:
    """What is in a directory, names with a dot in front left out, directories first, then by name.

    → for each entry ``KIND MTIME SIZE NAME`` and a NUL; the kind is ``d``, ``f`` or ``o``. None, errno, its text and
    the call that failed when it cannot be read.
    """
    try:
        names = os.listdir(path)
    except OSError as error:
        return None, error.errno or 0, _text(error), b'opendir() "%s"' % path
    entries = []
    for name in names:
        if name.startswith(b"."):
            continue
        try:
            kind, entry = _entry(path + b"/" + name, name)
        except OSError as error:
            return None, error.errno or 0, _text(error), b'stat() "%s/%s"' % (path, name)
        entries.append((kind != b"d", name, entry))
    return b"".join(entry for _, _, entry in sorted(entries))


def _entry(path: bytes, name: bytes) -> tuple[bytes, bytes]:
    try:
        info = os.stat(path)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ELOOP):
            raise
        info = os.lstat(path)
    kind = _KINDS.get(stat.S_IFMT(info.st_mode), b"o")
    return kind, b"%s %d %d %s\0" % (kind, int(info.st_mtime), info.st_size, name)


def _text(error: OSError) -> bytes:
    return (error.strerror or "").encode()


#: name in ``state.host`` → function
FUNCTIONS: dict[str, Callable[..., Any]] = {"list_directory": list_directory}
