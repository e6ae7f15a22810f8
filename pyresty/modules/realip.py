"""ngx_http_realip_module: the client's address as a trusted proxy names it. Serving half: lua/modules/realip.lua.

``loc.set_real_ip_from`` = [{kind = inet | inet6 | unix, address, bits}…]; ``loc.real_ip_header`` = name in lower case.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module, Scope
from pyresty.conf.values import flag
from pyresty.modules.access import parse_cidr

MODULE = Module("ngx_http_realip_module")

_ALL = HTTP | SERVER | LOCATION


@MODULE.directive("set_real_ip_from", _ALL)
def set_real_ip_from(scope: Scope, d: Directive) -> None:
    """ADDRESS | CIDR | unix: | HOST-NAME."""
    text = d.args[0]
    if text == b"unix:":
        scope.add("set_real_ip_from", {"kind": b"unix"})
        return
    parsed = parse_cidr(text)
    if parsed is None:
        for entry in _resolve(d):
            scope.add("set_real_ip_from", entry)
        return
    kind, network, bits, stray = parsed
    if stray:
        scope.warn(f"low address bits of {d.arg(0)} are meaningless", d)
    scope.add("set_real_ip_from", {"kind": kind.encode(), "address": network, "bits": bits})


def _resolve(d: Directive) -> list[dict[str, Any]]:
    try:
        found = socket.getaddrinfo(d.args[0], None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ConfError(f'host not found in set_real_ip_from "{d.arg(0)}"', d) from None
    packed = [ipaddress.ip_address(entry[4][0]).packed for entry in found]
    return [
        {"kind": b"inet" if len(address) == 4 else b"inet6", "address": address, "bits": 8 * len(address)}
        for address in packed
    ]


MODULE.export("set_real_ip_from", _ALL)
MODULE.value("real_ip_header", _ALL, lambda d: d.args[0].lower(), default=b"x-real-ip")
MODULE.value("real_ip_recursive", _ALL, flag, default=False)
MODULE.variable("realip_remote_addr")
MODULE.variable("realip_remote_port")
