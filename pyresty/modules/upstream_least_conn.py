"""ngx_http_upstream_least_conn_module: the peer with the fewest connections. Serving half:
lua/http/upstream/least_conn.lua.
"""

from __future__ import annotations

from pyresty.conf.registry import UPSTREAM, Directive, Module, Scope
from pyresty.modules.upstream import PARAMETERS, use_method

MODULE = Module("ngx_http_upstream_least_conn_module")


@MODULE.directive("least_conn", UPSTREAM, args=0)
def least_conn(scope: Scope, d: Directive) -> None:
    """Connections are weighed by the peers' weights."""
    use_method(scope, d, {"kind": b"least_conn"}, PARAMETERS)
