"""ngx_http_stub_status_module: counters of connections and requests. Serving half: lua/modules/stub_status.lua.

The workers' counters are in the zone "stub_status:" of ``plan.module_zones``, made when something reads them.
"""

from __future__ import annotations

from pyresty.conf.registry import LOCATION, SERVER, Directive, Module, Plan, Scope

MODULE = Module("ngx_http_stub_status_module")

ZONE = b"stub_status:"
ZONE_SIZE = 65536
_VARIABLES = ("connections_active", "connections_reading", "connections_writing", "connections_waiting")

for _name in _VARIABLES:
    MODULE.variable(_name)


@MODULE.directive("stub_status", SERVER | LOCATION, args=(0, 1))
def stub_status(scope: Scope, d: Directive) -> None:
    """Answer with the counters; the argument of old configurations means nothing."""
    scope.set("content", {"kind": b"stub_status", "direct": True})
    scope.root.values["stub_status"] = True


@MODULE.main
def export(scope: Scope, plan: Plan) -> None:
    """A zone where the configuration reads the counters; without it a worker knows its own alone."""
    used = scope.config.variables.used
    if scope.own("stub_status") or any(name.encode() in used for name in _VARIABLES):
        plan.setdefault("module_zones", {})[ZONE] = {"size": ZONE_SIZE}
        plan["stub_status"] = True
