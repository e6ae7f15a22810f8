"""ngx_http_limit_req_module: requests per time and key. Serving half: lua/modules/limit_req.lua.

``loc.limit_req`` = [{zone, burst, delay}…], in thousandths of a request; ``plan.limit_req_zones`` =
{zone → {index, key, source (its text), rate}}, the rate in thousandths of a request a second.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module, Plan, Scope
from pyresty.conf.values import bounded, enum, flag, parse_number
from pyresty.conf.zones import add_zone, parse_zone

MODULE = Module("ngx_http_limit_req_module")

_ALL = HTTP | SERVER | LOCATION
_NEVER = (1 << 53) - 1

LEVELS = enum(info=7, notice=6, warn=5, error=4)


def _rate(text: bytes) -> int | None:
    scale = 1
    for unit, seconds in ((b"r/s", 1), (b"r/m", 60)):
        if text.endswith(unit):
            text, scale = text.removesuffix(unit), seconds
            break
    number = parse_number(text)
    return number * 1000 // scale if number else None


@MODULE.directive("limit_req_zone", HTTP, args=3)
def limit_req_zone(scope: Scope, d: Directive) -> None:
    """KEY zone=NAME:SIZE rate=N[r/s|r/m]."""
    key = scope.complex_value(d.args[0], d)
    name, size, rate = b"", 0, 1000
    for index, word in enumerate(d.args[1:], 1):
        if word.startswith(b"zone="):
            name, size = parse_zone(word[5:], d.arg(index), d)
        elif word.startswith(b"rate="):
            parsed = _rate(word[5:])
            if parsed is None:
                raise ConfError(f'invalid rate "{d.arg(index)}"', d)
            rate = parsed
        else:
            raise ConfError(f'invalid parameter "{d.arg(index)}"', d)
    bind_key(scope, d, name, size, key)["rate"] = rate


def bind_key(scope: Scope, d: Directive, name: bytes, size: int, key: Any) -> dict[str, Any]:
    """Declare the zone of a ``limit_*_zone`` with its key → the zone."""
    if not name:
        raise ConfError(f'"{d.text}" must have "zone" parameter', d)
    zone = add_zone(scope, name, size, d.text, d)
    if "key" in zone:
        shown = zone["shown"].decode("utf-8", "surrogateescape")
        raise ConfError(f'{d.text} "{name.decode()}" is already bound to key "{shown}"', d)
    zone.update(key=key, shown=d.args[0])
    return zone


@MODULE.directive("limit_req", _ALL, args=(1, 3))
def limit_req(scope: Scope, d: Directive) -> None:
    """zone=NAME [burst=N] [delay=N | nodelay]."""
    zone, burst, delay = None, 0, 0
    for index, word in enumerate(d.args):
        name, _, value = word.partition(b"=")
        number = parse_number(value)
        if word.startswith(b"zone="):
            zone = add_zone(scope, value, 0, "limit_req_zone", d)
        elif word == b"nodelay":
            delay = _NEVER
        elif word.startswith((b"burst=", b"delay=")):
            if not number:
                raise ConfError(f'invalid {name.decode()} value "{d.arg(index)}"', d)
            burst, delay = (number * 1000, delay) if name == b"burst" else (burst, number * 1000)
        else:
            raise ConfError(f'invalid parameter "{d.arg(index)}"', d)
    if zone is None:
        raise ConfError('"limit_req" must have "zone" parameter', d)
    if any(limit["zone"] == zone["name"] for limit in scope.own("limit_req", [])):
        raise d.error("is duplicate")
    scope.add("limit_req", {"zone": zone["name"], "burst": burst, "delay": delay})


MODULE.export("limit_req", _ALL)
MODULE.value("limit_req_log_level", _ALL, LEVELS, default=4)
MODULE.value("limit_req_status", _ALL, bounded(400, 599), default=503)
MODULE.value("limit_req_dry_run", _ALL, flag, default=False)
MODULE.variable("limit_req_status")


@MODULE.http
def export(scope: Scope, plan: Plan) -> None:
    """The zones, by name."""
    plan["limit_req_zones"] = zones_of(scope, "limit_req_zone")


def zones_of(scope: Scope, use: str) -> dict[bytes, dict[str, Any]]:
    """The zones of one directive: name → {index, key, source, rate}."""
    zones = scope.root.values.get("module_zones", {})
    return {
        name: {"index": zone["index"], "key": zone.get("key"), "source": zone.get("shown"), "rate": zone.get("rate", 0)}
        for name, zone in zones.items()
        if zone["use"] == use
    }
