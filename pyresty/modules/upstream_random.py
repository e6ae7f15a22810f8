"""ngx_http_upstream_random_module: any peer, or the better of two. Serving half: lua/http/upstream/random.lua."""

from __future__ import annotations

from pyresty.conf.registry import UPSTREAM, ConfError, Directive, Module, Scope
from pyresty.modules.upstream import WITHOUT_BACKUP, use_method

MODULE = Module("ngx_http_upstream_random_module")


@MODULE.directive("random", UPSTREAM, args=(0, 2))
def random(scope: Scope, d: Directive) -> None:
    """[two [least_conn]]: ``method`` = {kind = "random", two}."""
    if d.args and d.args[0] != b"two":
        raise ConfError(f'invalid parameter "{d.arg(0)}"', d)
    if len(d.args) == 2 and d.args[1] != b"least_conn":
        raise ConfError(f'invalid parameter "{d.arg(1)}"', d)
    use_method(scope, d, {"kind": b"random", "two": bool(d.args)}, WITHOUT_BACKUP)
