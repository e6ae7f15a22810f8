"""ngx_http_upstream_ip_hash_module: peers by the client's address. Serving half: lua/http/upstream/ip_hash.lua."""

from __future__ import annotations

from pyresty.conf.registry import UPSTREAM, Directive, Module, Scope
from pyresty.modules.upstream import WITHOUT_BACKUP, use_method

MODULE = Module("ngx_http_upstream_ip_hash_module")


@MODULE.directive("ip_hash", UPSTREAM, args=0)
def ip_hash(scope: Scope, d: Directive) -> None:
    """A client, or its /24, keeps its peer."""
    use_method(scope, d, {"kind": b"ip_hash"}, WITHOUT_BACKUP)
