"""ngx_http_mirror_module: requests go elsewhere too. Serving half: lua/modules/mirror.lua.

``loc.mirror`` = [URI…] or None.
"""

from __future__ import annotations

from pyresty.conf.registry import HTTP, LOCATION, SERVER, Directive, Module, Scope
from pyresty.conf.values import flag

MODULE = Module("ngx_http_mirror_module")

_ALL = HTTP | SERVER | LOCATION


@MODULE.directive("mirror", _ALL)
def mirror(scope: Scope, d: Directive) -> None:
    """URI, several of them; or ``off``."""
    if d.args[0] == b"off":
        scope.set("mirror", None, d)
        return
    if scope.has("mirror") and scope.own("mirror") is None:
        raise d.error("is duplicate")
    scope.add("mirror", d.args[0])


MODULE.export("mirror", _ALL)
MODULE.value("mirror_request_body", _ALL, flag, default=True)
