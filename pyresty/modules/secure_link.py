"""ngx_http_secure_link_module: links with a digest and a time. Serving half: lua/modules/secure_link.lua."""

from __future__ import annotations

from typing import Any

from pyresty.conf.directive import ConfError
from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module, Plan, Scope
from pyresty.conf.values import complex_value, string

MODULE = Module("ngx_http_secure_link_module")

_ALL = HTTP | SERVER | LOCATION

MODULE.value("secure_link", _ALL, complex_value)
MODULE.value("secure_link_md5", _ALL, complex_value)
MODULE.value("secure_link_secret", _ALL, string)
MODULE.variable("secure_link")
MODULE.variable("secure_link_expires")


@MODULE.location
def check(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """The two ways exclude each other in a block; one that is inherited gives way to the other."""
    secret = scope.own("secure_link_secret")
    if secret and (scope.own("secure_link") is not None or scope.own("secure_link_md5") is not None):
        raise ConfError('"secure_link_secret" cannot be mixed with "secure_link" and "secure_link_md5"')
    if not secret and (loc["secure_link"] is not None or loc["secure_link_md5"] is not None):
        loc["secure_link_secret"] = None
