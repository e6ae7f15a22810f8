"""Addresses as the configuration writes them: ``80``, ``*:80``, ``127.0.0.1:80-83``, ``[::1]:80``, ``unix:/path``."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from pyresty.conf.values import parse_number


class AddressError(Exception):
    """What is wrong with an address, in nginx's words (``invalid port``, ``host not found`` …)."""


@dataclass(frozen=True, slots=True)
class Address:
    """One socket address. ``family`` is "inet", "inet6" or "unix"; for "unix" ``host`` is the path and ``port`` 0."""

    family: str
    host: str
    port: int

    @property
    def text(self) -> str:
        """The address as nginx writes it."""
        if self.family == "unix":
            return f"unix:{self.host}"
        return f"[{self.host}]:{self.port}" if self.family == "inet6" else f"{self.host}:{self.port}"

    @property
    def wildcard(self) -> bool:
        """Whether it stands for every local address."""
        return self.family != "unix" and self.host in ("0.0.0.0", "::")


def parse_listen(text: bytes, default_port: int) -> list[Address]:
    """The addresses of a ``listen`` directive (ngx_parse_url with ``listen``); raises AddressError."""
    return _parse(text, default_port, listen=True)


def parse_server(text: bytes, default_port: int) -> list[Address]:
    """The addresses of a host with an optional port, the name resolved now; raises AddressError."""
    return _parse(text, default_port, listen=False)


def _parse(text: bytes, default_port: int, *, listen: bool) -> list[Address]:
    if text[:5].lower() == b"unix:":
        return [_unix(text[5:])]
    if b"/" in text or b"?" in text:
        raise AddressError("invalid host")
    if text[:1] == b"[":
        return _inet6(text, default_port, listen)
    return _inet(text, default_port, listen)


def _unix(path: bytes) -> Address:
    if not path:
        raise AddressError("no path in the unix domain socket")
    if len(path) + 1 > 108:
        raise AddressError("too long path in the unix domain socket")
    return Address("unix", path.decode("utf-8", "surrogateescape"), 0)


def _ports(text: bytes, listen: bool) -> range:
    """``80`` or, for ``listen``, ``80-90``."""
    first, dash, last = text.partition(b"-") if listen else (text, b"", b"")
    high = parse_number(last) if dash else None
    if dash and (high is None or not 1 <= high <= 65535):
        raise AddressError("invalid port")
    low = parse_number(first)
    if low is None or not 1 <= low <= 65535:
        raise AddressError("invalid port")
    if high is not None and low > high:
        raise AddressError("invalid port range")
    return range(low, (high or low) + 1)


def _inet6(text: bytes, default_port: int, listen: bool) -> list[Address]:
    host, bracket, rest = text[1:].partition(b"]")
    if not bracket or (rest and rest[:1] != b":"):
        raise AddressError("invalid host")
    ports = _ports(rest[1:], listen) if rest else range(default_port, default_port + 1)
    if not host:
        raise AddressError("no host")
    try:
        packed = socket.inet_pton(socket.AF_INET6, host.decode("ascii"))
    except (OSError, UnicodeDecodeError):
        raise AddressError("invalid IPv6 address") from None
    return [Address("inet6", socket.inet_ntop(socket.AF_INET6, packed), port) for port in ports]


def _inet(text: bytes, default_port: int, listen: bool) -> list[Address]:
    host, colon, port_text = text.partition(b":")
    ports = range(default_port, default_port + 1)
    if colon:
        ports = _ports(port_text, listen)
    elif listen and _is_port(text):
        return [Address("inet", "0.0.0.0", port) for port in _ports(text, listen)]
    if not host:
        raise AddressError("no host")
    if listen and host == b"*":
        return [Address("inet", "0.0.0.0", port) for port in ports]
    return [Address(family, name, port) for port in ports for family, name in _resolve(host)]


def _is_port(text: bytes) -> bool:
    first, dash, last = text.partition(b"-")
    return first.isdigit() and (not dash or last.isdigit())


def _resolve(host: bytes) -> list[tuple[str, str]]:
    """The addresses of a host, in the resolver's order."""
    try:
        name = host.decode("ascii")
        if name.count(".") == 3 and name.replace(".", "").isdigit():
            return [("inet", socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, name)))]
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except (OSError, UnicodeError):
        raise AddressError("host not found") from None
    families = {socket.AF_INET: "inet", socket.AF_INET6: "inet6"}
    return [(families[item[0]], str(item[4][0])) for item in found if item[0] in families]
