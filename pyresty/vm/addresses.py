"""Reading addresses that requests name: part of ``state.host``, never waiting."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any


def parse_address(text: bytes) -> tuple[bytes, int] | None:
    """``ADDRESS``, ``ADDRESS:PORT`` or ``[ADDRESS]:PORT`` → the address as nginx writes it, the port (0 when there is
    none); None when malformed (nginx: ngx_parse_addr_port)."""
    host, port = text, b""
    if text.startswith(b"["):
        host, bracket, rest = text[1:].partition(b"]")
        if not bracket or not rest.startswith(b":"):
            return None
        port = rest[1:]
    elif text.count(b":") == 1:
        host, _, port = text.partition(b":")
    if port and not (port.isdigit() and 0 < int(port) < 65536):
        return None
    try:
        address = ipaddress.ip_address(host.decode("latin-1"))
    except ValueError:
        return None
    return _written(address).encode(), int(port or b"0")


def _written(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return f"::ffff:{address.ipv4_mapped}"
    return str(address)


#: name in ``state.host`` → function
FUNCTIONS: dict[str, Callable[..., Any]] = {"parse_address": parse_address}
