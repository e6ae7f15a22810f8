"""ngx_http_upstream_zone_module: accepted; each worker keeps the state of the peers for itself all the same."""

from __future__ import annotations

from pyresty.conf.registry import UPSTREAM, ConfError, Directive, Module, Scope
from pyresty.conf.values import parse_size

MODULE = Module("ngx_http_upstream_zone_module")

_SMALLEST = 8 * 4096


@MODULE.directive("zone", UPSTREAM, args=(1, 2))
def zone(scope: Scope, d: Directive) -> None:
    """NAME [SIZE]; without a size the zone must be another upstream's."""
    if scope.has("zone"):
        raise d.error("is duplicate")
    scope.values["zone"] = d.args[0]
    if not d.args[0]:
        raise ConfError(f'invalid zone name "{d.arg(0)}"', d)
    if len(d.args) == 2:
        size = parse_size(d.args[1])
        if size is None:
            raise ConfError(f'invalid zone size "{d.arg(1)}"', d)
        if size < _SMALLEST:
            raise ConfError(f'zone "{d.arg(0)}" is too small', d)
        scope.root.values.setdefault("upstream_zones", set()).add(d.args[0])
    elif d.args[0] not in scope.root.values.get("upstream_zones", ()):
        raise ConfError(f'zero size shared memory zone "{d.arg(0)}"', None)
