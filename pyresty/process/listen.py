"""Listening sockets: bound by the master, kept over reloads and binary upgrades, inherited by workers."""

from __future__ import annotations

import errno
import os
import socket
import stat
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyresty.process.errors import LoggedError, ProcessError
from pyresty.process.logs import ErrorLog

#: Attempts to bind addresses in use, and the seconds between two.
TRIES = 5
DELAY = 0.5

_FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6, "unix": socket.AF_UNIX}


@dataclass(slots=True, eq=False)
class Listener:
    """One listening socket (nginx: ngx_listening_t).

    ``key`` is nginx's text of the address and the plan's ``fd_key``; ``listens`` are the plan's indexes of the
    addresses it serves; ``fd`` is non-blocking, -1 before it is open. ``worker``: only this worker accepts on it
    (``reuseport``); ``inherited``: it came from the environment of a binary upgrade.
    """

    key: str
    family: str
    address: str
    port: int
    options: dict[str, Any] = field(default_factory=dict)
    listens: list[int] = field(default_factory=list)
    worker: int | None = None
    fd: int = -1
    inherited: bool = False
    opened: bool = False

    @property
    def sockaddr(self) -> Any:
        """The address as bind takes it."""
        return self.address if self.family == "unix" else (self.address.strip("[]"), self.port)

    @property
    def path(self) -> str | None:
        """The file of a unix-domain socket, None for other families and abstract names."""
        return self.address if self.family == "unix" and not self.address.startswith("\0") else None

    @property
    def identity(self) -> tuple[str, int]:
        """What makes two listeners the same socket over a reload: address, and which of its reuseport clones."""
        return self.key, self.worker or 0


def listeners_of(sockets: Iterable[dict[str, Any]], workers: int) -> list[Listener]:
    """The listeners of a plan's ``sockets``; a ``reuseport`` one has a clone for every worker."""
    found: list[Listener] = []
    for entry in sockets:
        clones: Sequence[int | None] = range(max(workers, 1)) if entry.get("reuseport") else (None,)
        for worker in clones:
            found.append(
                Listener(
                    key=os.fsdecode(entry["fd_key"]),
                    family=os.fsdecode(entry["family"]),
                    address=os.fsdecode(entry["address"]),
                    port=int(entry.get("port") or 0),
                    options=entry,
                    listens=list(entry.get("listens", ())),
                    worker=worker,
                )
            )
    return found


def adopt(listeners: Iterable[Listener], previous: Iterable[Listener], log: ErrorLog) -> None:
    """Give listeners the sockets of a previous configuration (or of the environment) with the same address."""
    pool: dict[str, list[Listener]] = {}
    for old in previous:
        if old.fd >= 0:
            pool.setdefault(old.key, []).append(old)
    for listener in listeners:
        candidates = pool.get(listener.key)
        if not candidates:
            continue
        exact = next((old for old in candidates if old.identity == listener.identity), candidates[0])
        candidates.remove(exact)
        listener.fd, listener.inherited = exact.fd, exact.inherited
        if listener.options.get("reuseport") and not exact.options.get("reuseport"):
            _set(listener, log, socket.SOL_SOCKET, socket.SO_REUSEPORT, 1, "SO_REUSEPORT")


def open_all(listeners: Iterable[Listener], log: ErrorLog, *, testing: bool = False) -> None:
    """Bind and listen on every listener that has no socket yet (nginx: ngx_open_listening_sockets).

    An address in use is tried TRIES times. Raises LoggedError when one cannot be had; what was opened is closed.
    ``testing`` (``-t``): an address in use is no failure, and unix sockets leave no file.
    """
    wanted = [listener for listener in listeners if listener.fd < 0]
    try:
        for _attempt in range(TRIES):
            failed = False
            for listener in wanted:
                if listener.fd < 0:
                    failed |= not _open(listener, log, testing)
            if not failed:
                return
            log.log("notice", "try again to bind() after 500ms")
            time.sleep(DELAY)
        log.log("emerg", "still could not bind()")
        raise LoggedError("still could not bind()")
    except LoggedError:
        rollback(wanted, log)
        raise


def _open(listener: Listener, log: ErrorLog, testing: bool) -> bool:
    """Open one; False when the address is in use, LoggedError for anything else."""
    try:
        sock = socket.socket(_FAMILIES[listener.family], socket.SOCK_STREAM)
    except OSError as error:
        raise _logged(log, f"socket() {listener.key} failed", error) from error
    try:
        try:
            _prepare(sock, listener, testing)
        except OSError as error:
            raise _logged(log, f"setsockopt() {listener.key} failed", error) from error
        if not _bind(sock, listener, log, testing):
            return testing
        if not _listen(sock, listener, log, testing):
            return testing
    except BaseException:
        sock.close()
        raise
    listener.fd = sock.detach()
    listener.opened = True
    return True


def _prepare(sock: socket.socket, listener: Listener, testing: bool) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.options.get("reuseport") and not testing:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if listener.family == "inet6":
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(listener.options.get("ipv6only", True)))
    sock.setblocking(False)


def _bind(sock: socket.socket, listener: Listener, log: ErrorLog, testing: bool) -> bool:
    try:
        sock.bind(listener.sockaddr)
    except OSError as error:
        return _in_use(sock, log, testing, f"bind() to {listener.key} failed", error)
    if listener.path is not None:
        _open_up(listener.path, log)
        if testing:
            _unlink(listener.path, log)
    return True


def _listen(sock: socket.socket, listener: Listener, log: ErrorLog, testing: bool) -> bool:
    backlog = int(listener.options.get("backlog") or 511)
    try:
        sock.listen(backlog)
    except OSError as error:
        return _in_use(sock, log, testing, f"listen() to {listener.key}, backlog {backlog} failed", error)
    return True


def _in_use(sock: socket.socket, log: ErrorLog, testing: bool, message: str, error: OSError) -> bool:
    """False after an address in use was logged; raises LoggedError for other errors."""
    sock.close()
    busy = error.errno == errno.EADDRINUSE
    if not (busy and testing):
        log.log("emerg", message, error)
    if not busy:
        raise LoggedError(message, error) from error
    return False


def _logged(log: ErrorLog, message: str, error: OSError) -> LoggedError:
    log.log("emerg", message, error)
    return LoggedError(message, error)


def _open_up(path: str, log: ErrorLog) -> None:
    mode = stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH
    try:
        os.chmod(path, mode)
    except OSError as error:
        log.log("emerg", f'chmod() "{path}" failed', error)


def _unlink(path: str, log: ErrorLog) -> None:
    try:
        os.unlink(path)
    except OSError as error:
        log.log("emerg", f"unlink() {path} failed", error)


def configure(listeners: Iterable[Listener], log: ErrorLog) -> None:
    """Set the options of ``listen`` that are no condition for binding; failures are logged and ignored."""
    for listener in listeners:
        for level, option, value, name in _options(listener):
            _set(listener, log, level, option, value, name)
        if not listener.opened:
            _listen_again(listener, log)


def _options(listener: Listener) -> Iterable[tuple[int, int, int, str]]:
    options, tcp = listener.options, socket.IPPROTO_TCP
    for key, option in (("rcvbuf", socket.SO_RCVBUF), ("sndbuf", socket.SO_SNDBUF)):
        if options.get(key) is not None:
            yield socket.SOL_SOCKET, option, options[key], f"SO_{key.upper()}, {options[key]}"
    if options.get("so_keepalive") is not None:
        value = int(options["so_keepalive"])
        yield socket.SOL_SOCKET, socket.SO_KEEPALIVE, value, f"SO_KEEPALIVE, {value}"
    if listener.family == "unix":
        return
    for key in ("keepidle", "keepintvl", "keepcnt"):
        if options.get(key):
            yield tcp, getattr(socket, f"TCP_{key.upper()}"), options[key], f"TCP_{key.upper()}, {options[key]}"
    if options.get("fastopen") is not None:
        yield tcp, socket.TCP_FASTOPEN, options["fastopen"], f"TCP_FASTOPEN, {options['fastopen']}"
    if options.get("deferred"):
        yield tcp, socket.TCP_DEFER_ACCEPT, 1, "TCP_DEFER_ACCEPT, 1"


def _set(listener: Listener, log: ErrorLog, level: int, option: int, value: int, name: str) -> None:
    sock = socket.socket(fileno=listener.fd)
    try:
        sock.setsockopt(level, option, value)
    except OSError as error:
        log.log("alert", f"setsockopt({name}) {listener.key} failed, ignored", error)
    finally:
        sock.detach()


def _listen_again(listener: Listener, log: ErrorLog) -> None:
    """A kept socket takes the backlog of the new configuration."""
    backlog = int(listener.options.get("backlog") or 511)
    sock = socket.socket(fileno=listener.fd)
    try:
        sock.listen(backlog)
    except OSError as error:
        log.log("alert", f"listen() to {listener.key}, backlog {backlog} failed, ignored", error)
    finally:
        sock.detach()


def rollback(listeners: Iterable[Listener], log: ErrorLog) -> None:
    """Close what a failed start or reload opened."""
    close_all([listener for listener in listeners if listener.opened], log, unlink=True)


def close_unused(previous: Iterable[Listener], current: Iterable[Listener], log: ErrorLog) -> None:
    """After a reload: close the old configuration's sockets that the new one does not have."""
    kept = {listener.fd for listener in current}
    for old in previous:
        if old.fd < 0 or old.fd in kept:
            continue
        os.close(old.fd)
        old.fd = -1
        if old.path is not None:
            log.log("warn", f"deleting socket {old.path}")
            _unlink(old.path, log)


def close_all(listeners: Iterable[Listener], log: ErrorLog, *, unlink: bool) -> None:
    """Close all sockets; ``unlink`` removes the files of unix-domain ones (the master does that, workers do not)."""
    for listener in listeners:
        if listener.fd < 0:
            continue
        os.close(listener.fd)
        listener.fd = -1
        if unlink and listener.path is not None:
            _unlink(listener.path, log)


# ------------------------------------------------------------------------------------------------------ binary upgrade

#: The environment variable that hands sockets on: ``fd;fd;``.
VARIABLE = "NGINX"


def inherited(value: str, log: ErrorLog) -> list[Listener]:
    """The listeners of a ``NGINX=fd;fd;`` variable; what is no socket is logged and left out."""
    log.log("notice", f'using inherited sockets from "{value}"')
    found: list[Listener] = []
    start = 0
    for end, character in enumerate(value):
        if character not in ":;":
            continue
        if not value[start:end].isdigit():
            log.log(
                "emerg",
                f'invalid socket number "{value[start:]}" in {VARIABLE} environment variable, '
                "ignoring the rest of the variable",
            )
            return found
        listener = _inherit(int(value[start:end]), log)
        if listener is not None:
            found.append(listener)
        start = end + 1
    if start != len(value):
        log.log("emerg", f'invalid socket number "{value[start:]}" in {VARIABLE} environment variable, ignoring')
    return found


def _inherit(fd: int, log: ErrorLog) -> Listener | None:
    try:
        sock = socket.socket(fileno=fd)
    except OSError as error:
        log.log("crit", f"getsockname() of the inherited socket #{fd} failed", error)
        return None
    try:
        os.set_inheritable(fd, False)
        sock.setblocking(False)
        name = sock.getsockname()
        reuseport = bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT))
    except OSError as error:
        log.log("crit", f"getsockname() of the inherited socket #{fd} failed", error)
        return None
    finally:
        family = sock.family
        sock.detach()
    if family == socket.AF_UNIX:
        path = os.fsdecode(name)
        described = Listener(key=f"unix:{path}", family="unix", address=path, port=0)
    elif family == socket.AF_INET6:
        described = Listener(key=f"[{name[0]}]:{name[1]}", family="inet6", address=name[0], port=name[1])
    elif family == socket.AF_INET:
        described = Listener(key=f"{name[0]}:{name[1]}", family="inet", address=name[0], port=name[1])
    else:
        log.log("crit", f"the inherited socket #{fd} has an unsupported protocol family")
        return None
    described.fd, described.inherited, described.options = fd, True, {"reuseport": reuseport}
    return described


def variable(listeners: Iterable[Listener]) -> str:
    """The ``NGINX`` variable for a new binary."""
    return "".join(f"{listener.fd};" for listener in listeners if listener.fd >= 0)


__all__ = [
    "Listener", "ProcessError", "adopt", "close_all", "close_unused", "configure", "inherited", "listeners_of",
    "open_all", "rollback", "variable",
]  # fmt: skip
