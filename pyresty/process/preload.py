"""Loading modules early, for workers whose user cannot read the directories that Python and pyresty are in.

A virtual environment below /root is such a case: nginx is one file that is in memory when it changes its user, Python
finds its modules one by one. Where everything is readable nothing is loaded before it is needed.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import stat
from collections.abc import Iterable

import pyresty
from pyresty.process.logs import ErrorLog
from pyresty.process.settings import User
from pyresty.vm.engine import loaded_engines, precompile

#: Packages that no worker needs.
_SKIPPED = ("pyresty.cli", "pyresty.testing", "pyresty.__main__")
#: What gevent and the standard library load late.
_LATE = (
    "encodings.idna", "encodings.latin_1", "encodings.punycode", "gevent", "gevent.event", "gevent.hub", "gevent.lock",
    "gevent.queue", "gevent.select", "gevent.socket", "gevent.threadpool", "gevent.timeout", "linecache", "ssl",
    "stringprep", "tempfile", "traceback", "uuid",
)  # fmt: skip


def readable(path: str, user: User) -> bool:
    """Whether the user may read a file: search every directory above it and read it itself, by their mode bits."""
    if user.uid == 0:
        return True
    groups = set(os.getgrouplist(user.name, user.gid))
    directory = os.path.dirname(os.path.realpath(path))
    while True:
        if not _allowed(directory, user, groups, stat.S_IXOTH):
            return False
        if directory == "/":
            return _allowed(path, user, groups, stat.S_IROTH)
        directory = os.path.dirname(directory)


def _allowed(path: str, user: User, groups: set[int], bit: int) -> bool:
    status = os.stat(path)
    if status.st_uid == user.uid:
        bit <<= 6
    elif status.st_gid in groups:
        bit <<= 3
    return bool(status.st_mode & bit)


def preload(user: User | None, log: ErrorLog) -> None:
    """Load all that may be needed, and warn, if the user could not do it later."""
    if user is None or os.geteuid() != 0:
        return
    hidden = [path for path in (os.__file__, _package_file()) if not readable(path, user)]
    if not hidden:
        return
    log.log("warn", f'the user "{user.name}" of the workers cannot read {os.path.dirname(hidden[0])}')
    for engine in loaded_engines():
        precompile(engine)
    for name in _names():
        try:
            importlib.import_module(name)
        except ImportError as error:
            log.log("info", f"module {name} is not there: {error}")


def _package_file() -> str:
    return os.path.join(next(iter(pyresty.__path__)), "process", "preload.py")


def _names() -> Iterable[str]:
    yield from _LATE
    for module in pkgutil.walk_packages(pyresty.__path__, "pyresty."):
        if not module.name.startswith(_SKIPPED):
            yield module.name
