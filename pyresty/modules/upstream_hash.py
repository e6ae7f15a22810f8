"""ngx_http_upstream_hash_module: peers by a key. Serving half: lua/http/upstream/hash.lua."""

from __future__ import annotations

from pyresty.conf.registry import UPSTREAM, ConfError, Directive, Module, Scope
from pyresty.modules.upstream import WITHOUT_BACKUP, use_method

MODULE = Module("ngx_http_upstream_hash_module")


@MODULE.directive("hash", UPSTREAM, args=(1, 2))
def hash_key(scope: Scope, d: Directive) -> None:
    """KEY [consistent]: ``method`` = {kind = "hash", key = complex value, consistent}."""
    if len(d.args) == 2 and d.args[1] != b"consistent":
        raise ConfError(f'invalid parameter "{d.arg(1)}"', d)
    method = {"kind": b"hash", "key": scope.complex_value(d.args[0], d), "consistent": len(d.args) == 2}
    use_method(scope, d, method, WITHOUT_BACKUP)
