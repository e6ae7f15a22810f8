"""Syslog peers of ``error_log`` and ``access_log``: a connected datagram socket under a stable fd number.

A message is ``HEADER LINE`` without a line feed, where the header is ``<PRI>Nov 24 15:00:00 host tag: ``.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyresty.process.levels import syslog_time

FACILITIES = (
    "kern", "user", "mail", "daemon", "auth", "intern", "lpr", "news", "uucp", "clock", "authpriv", "ftp", "ntp",
    "audit", "alert", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
)  # fmt: skip
SEVERITIES = ("emerg", "alert", "crit", "error", "warn", "notice", "info", "debug")
DEFAULT_PORT = 514
_FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6, "unix": socket.AF_UNIX}
#: Bytes of a whole message (NGX_SYSLOG_MAX_STR).
MAX_MESSAGE = 2048 + 128


@dataclass(frozen=True, slots=True)
class Peer:
    """A parsed ``syslog:`` target. ``address`` is what connect takes: (host, port …) or a path.

    ``facility`` and ``severity`` are numbers (the severity counts for access logs; error lines have their own).
    """

    family: int
    address: Any
    facility: int = FACILITIES.index("local7")
    severity: int = SEVERITIES.index("info")
    tag: bytes = b"nginx"
    hostname: bool = True

    def header(self, severity: int) -> bytes:
        """The header of a message of this severity (0 emerg … 7 debug)."""
        host = hostname() + b" " if self.hostname else b""
        return b"<%d>%s %s%s: " % (self.facility * 8 + severity, syslog_time().encode(), host, self.tag)


def hostname() -> bytes:
    """The name of this machine, as it stands in messages."""
    return os.fsencode(socket.gethostname().lower())


def peer_of(settings: Mapping[str, Any]) -> Peer:
    """The peer of the plan's table: family, server (address or path), port, facility, severity, tag, nohostname."""
    host = os.fsdecode(settings["server"])
    family = _FAMILIES[os.fsdecode(settings["family"])]
    return Peer(
        family=family,
        address=host if family == socket.AF_UNIX else (host.strip("[]"), settings.get("port") or DEFAULT_PORT),
        facility=settings.get("facility", FACILITIES.index("local7")),
        severity=settings.get("severity", SEVERITIES.index("info")),
        tag=settings.get("tag") or b"nginx",
        hostname=not settings.get("nohostname"),
    )


def connect(peer: Peer) -> socket.socket:
    """A non-blocking datagram socket connected to the peer; raises OSError."""
    connection = socket.socket(peer.family, socket.SOCK_DGRAM)
    try:
        connection.setblocking(False)
        connection.connect(peer.address)
    except OSError:
        connection.close()
        raise
    return connection


_channels: dict[int, Channel] = {}


def reconnect(fd: int) -> int:
    """Connect the socket of that number anew, after a write to it has failed → errno, 0 when that went well."""
    channel = _channels.get(int(fd))
    if channel is None:
        return errno.EBADF
    return 0 if channel.reconnect() or channel.failed is None else channel.failed.errno or errno.EINVAL


class Channel:
    """The socket to one peer. ``fd`` stays the same number through reconnections, also while nobody listens."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        try:
            connection = connect(peer)
            self.failed: OSError | None = None
        except OSError as error:
            connection = socket.socket(peer.family, socket.SOCK_DGRAM)
            connection.setblocking(False)
            self.failed = error
        self.fd = connection.detach()
        _channels[self.fd] = self

    def reconnect(self) -> bool:
        """Connect anew under the same number; whether that went well."""
        try:
            connection = connect(self.peer)
        except OSError as error:
            self.failed = error
            return False
        os.dup2(connection.fileno(), self.fd, inheritable=False)
        connection.close()
        self.failed = None
        return True

    def send(self, severity: int, line: bytes) -> bool:
        """Send one message; whether the kernel took it. Never raises, never waits."""
        if self.failed and not self.reconnect():
            return False
        message = (self.peer.header(severity) + line.rstrip(b"\n"))[:MAX_MESSAGE]
        try:
            os.write(self.fd, message)
        except BlockingIOError:
            return False
        except OSError as error:
            self.failed = error
            return False
        return True

    def close(self) -> None:
        """Close the socket."""
        _channels.pop(self.fd, None)
        os.close(self.fd)
