"""ngx_http_index_module. Serving half: lua/modules/index.lua. ``loc.index_files`` = complex values, tried in order."""

from __future__ import annotations

from typing import Any

from pyresty.conf.registry import ANY, HTTP, LOCATION, SERVER, ConfError, Directive, Module, Plan, Scope

MODULE = Module("ngx_http_index_module")


@MODULE.directive("index", HTTP | SERVER | LOCATION, args=ANY)
def index(scope: Scope, d: Directive) -> None:
    """FILE…; only the last may be absolute."""
    for position, name in enumerate(d.args):
        if name.startswith(b"/") and position != len(d.args) - 1:
            scope.warn('only the last index in "index" directive should be absolute', d)
        if not name:
            raise ConfError(f'index "{d.arg(position)}" in "index" directive is invalid', d)
        scope.add("index", scope.complex_value(name, d))


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """index.html where nothing was said."""
    loc["index_files"] = scope.get("index") or [b"index.html"]
