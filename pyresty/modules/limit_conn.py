"""ngx_http_limit_conn_module: requests at a time per key. Serving half: lua/modules/limit_conn.lua.

``loc.limit_conn`` = [{zone, connections}…]; ``plan.limit_conn_zones`` = {zone → {index, key}}.
"""

from __future__ import annotations

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module, Plan, Scope
from pyresty.conf.values import bounded, flag, parse_number
from pyresty.conf.zones import add_zone, parse_zone
from pyresty.modules.limit_req import LEVELS, bind_key, zones_of

MODULE = Module("ngx_http_limit_conn_module")

_ALL = HTTP | SERVER | LOCATION


@MODULE.directive("limit_conn_zone", HTTP, args=2)
def limit_conn_zone(scope: Scope, d: Directive) -> None:
    """KEY zone=NAME:SIZE."""
    key = scope.complex_value(d.args[0], d)
    if not d.args[1].startswith(b"zone="):
        raise ConfError(f'invalid parameter "{d.arg(1)}"', d)
    name, size = parse_zone(d.args[1][5:], d.arg(1), d)
    bind_key(scope, d, name, size, key)


@MODULE.directive("limit_conn", _ALL, args=2)
def limit_conn(scope: Scope, d: Directive) -> None:
    """ZONE NUMBER."""
    zone = add_zone(scope, d.args[0], 0, "limit_conn_zone", d)
    if any(limit["zone"] == zone["name"] for limit in scope.own("limit_conn", [])):
        raise d.error("is duplicate")
    number = parse_number(d.args[1])
    if not number:
        raise ConfError(f'invalid number of connections "{d.arg(1)}"', d)
    if number > 65535:
        raise ConfError("connection limit must be less 65536", d)
    scope.add("limit_conn", {"zone": zone["name"], "connections": number})


MODULE.export("limit_conn", _ALL)
MODULE.value("limit_conn_log_level", _ALL, LEVELS, default=4)
MODULE.value("limit_conn_status", _ALL, bounded(400, 599), default=503)
MODULE.value("limit_conn_dry_run", _ALL, flag, default=False)
MODULE.variable("limit_conn_status")


@MODULE.http
def export(scope: Scope, plan: Plan) -> None:
    """The zones, by name."""
    plan["limit_conn_zones"] = zones_of(scope, "limit_conn_zone")
