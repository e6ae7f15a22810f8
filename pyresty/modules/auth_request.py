"""ngx_http_auth_request_module: a subrequest decides. Serving half: lua/modules/auth_request.lua.

``loc.auth_request`` = URI or None; ``loc.auth_request_set`` = [{name, value}…].
"""

from __future__ import annotations

from pyresty.conf.registry import HTTP, LOCATION, SERVER, Directive, Module, Scope
from pyresty.modules.rewrite import define_set_variable

MODULE = Module("ngx_http_auth_request_module")

_EVERYWHERE = HTTP | SERVER | LOCATION


def _uri(d: Directive) -> bytes | None:
    return None if d.args[0] == b"off" else d.args[0]


MODULE.value("auth_request", _EVERYWHERE, _uri)


@MODULE.directive("auth_request_set", _EVERYWHERE, args=2)
def auth_request_set(scope: Scope, d: Directive) -> None:
    """$VARIABLE VALUE, evaluated in the subrequest."""
    name = define_set_variable(scope, d)
    scope.add("auth_request_set", {"name": name, "value": scope.complex_value(d.args[1], d)})


MODULE.export("auth_request_set", _EVERYWHERE)
