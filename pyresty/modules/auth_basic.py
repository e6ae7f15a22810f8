"""ngx_http_auth_basic_module: user and password. Serving half: lua/modules/auth_basic.lua.

``auth_delay``, which slows down guessing, is the core's but means something here only.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.directive import Directive
from pyresty.conf.registry import HTTP, LIMIT_EXCEPT, LOCATION, SERVER, Module, Scope
from pyresty.conf.values import msec

MODULE = Module("ngx_http_auth_basic_module")

_EVERYWHERE = HTTP | SERVER | LOCATION | LIMIT_EXCEPT


@MODULE.directive("auth_basic", _EVERYWHERE)
def auth_basic(scope: Scope, d: Directive) -> None:
    """REALM, with variables; ``off`` for none."""
    scope.set("auth_basic", scope.complex_value(d.args[0], d), d)


@MODULE.directive("auth_basic_user_file", _EVERYWHERE)
def auth_basic_user_file(scope: Scope, d: Directive) -> None:
    """A file of NAME:PASSWORD lines; relative to the directory of nginx.conf."""
    name: Any = scope.complex_value(d.args[0], d)
    if isinstance(name, bytes) or not d.args[0].startswith(b"$"):
        name = scope.complex_value(scope.config.full_name(d.args[0], conf=True), d)
    scope.set("auth_basic_user_file", name, d)


MODULE.export("auth_basic", _EVERYWHERE)
MODULE.export("auth_basic_user_file", _EVERYWHERE)
MODULE.value("auth_delay", HTTP | SERVER | LOCATION, msec, default=0.0)
