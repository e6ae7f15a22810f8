"""ngx_http_upstream_keepalive_module: idle connections to upstream servers. Serving half:
lua/http/upstream/keepalive.lua.

``upstream.keepalive`` = {connections, timeout, time (seconds), requests}; nothing without ``keepalive``.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.registry import UPSTREAM, ConfError, Directive, Module, Scope
from pyresty.conf.values import ValueType, msec, number, parse_number

MODULE = Module("ngx_http_upstream_keepalive_module")

_DEFAULTS = {"connections": 0, "timeout": 60.0, "time": 3600.0, "requests": 1000}


def _settings(scope: Scope) -> dict[str, Any]:
    settings: dict[str, Any] = scope.values.setdefault("keepalive_settings", dict(_DEFAULTS))
    return settings


@MODULE.directive("keepalive", UPSTREAM, args=1)
def keepalive(scope: Scope, d: Directive) -> None:
    """How many idle connections a worker keeps."""
    settings = _settings(scope)
    if settings["connections"]:
        raise d.error("is duplicate")
    count = parse_number(d.args[0])
    if not count:
        raise ConfError(f'invalid value "{d.arg(0)}" in "keepalive" directive', d)
    settings["connections"] = count
    scope.values["table"]["keepalive"] = settings


def _declare(name: str, kind: ValueType) -> None:
    @MODULE.directive(f"keepalive_{name}", UPSTREAM, args=1)
    def setting(scope: Scope, d: Directive) -> None:
        settings = _settings(scope)
        if scope.has(f"keepalive_{name}"):
            raise d.error("is duplicate")
        scope.values[f"keepalive_{name}"] = True
        settings[name] = kind(d)


_declare("timeout", msec)
_declare("time", msec)
_declare("requests", number)
