"""ngx_http_access_module: ``allow`` and ``deny``. Serving half: lua/modules/access.lua.

``loc.access_rules`` = [{deny, kind = all | inet | inet6 | unix, address (4 or 16 bytes), bits}…].
"""

from __future__ import annotations

import ipaddress
from typing import Any

from pyresty.conf.registry import HTTP, LIMIT_EXCEPT, LOCATION, SERVER, ConfError, Directive, Module, Scope

MODULE = Module("ngx_http_access_module")

_EVERYWHERE = HTTP | SERVER | LOCATION | LIMIT_EXCEPT


def parse_cidr(text: bytes) -> tuple[str, bytes, int, bool] | None:
    """``ADDRESS[/BITS]`` → kind (inet, inet6), network bytes, bits, whether low bits were set; None when malformed
    (nginx: ngx_ptocidr)."""
    address, slash, length = text.decode("latin-1").partition("/")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    size = parsed.max_prefixlen
    if not slash:
        return ("inet" if size == 32 else "inet6"), parsed.packed, size, False
    if not length.isdigit() or int(length) > size:
        return None
    bits = int(length)
    network = ipaddress.ip_network((parsed.packed, bits), strict=False).network_address.packed
    return ("inet" if size == 32 else "inet6"), network, bits, network != parsed.packed


def _rule(scope: Scope, d: Directive) -> None:
    text, rule = d.args[0], {"deny": d.name == b"deny"}
    entry: dict[str, Any]
    if text == b"all":
        entry = {**rule, "kind": b"all"}
    elif text == b"unix:":
        entry = {**rule, "kind": b"unix"}
    else:
        parsed = parse_cidr(text)
        if parsed is None:
            raise ConfError(f'invalid parameter "{d.arg(0)}"', d)
        kind, network, bits, stray = parsed
        if stray:
            scope.warn(f"low address bits of {d.arg(0)} are meaningless", d)
        entry = {**rule, "kind": kind.encode(), "address": network, "bits": bits}
    scope.add("access_rules", entry)


MODULE.directive("allow", _EVERYWHERE, args=1)(_rule)
MODULE.directive("deny", _EVERYWHERE, args=1)(_rule)
MODULE.export("access_rules", _EVERYWHERE)
