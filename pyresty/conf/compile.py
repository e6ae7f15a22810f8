"""Merged scopes → the plan (docs/internals.md).

Details of the plan that the other parts rely on:

- Every exported value is in ``plan.http``, each server and each location table under its directive's name, merged;
  ``plan.main`` has those of the main and events contexts. A server's ``root`` is the index of its root location.
- ``loc.root`` is an absolute path or a complex value, without a slash at its end; ``loc.alias`` is false for ``root``,
  else the number of bytes of the URI that ``alias`` replaces, -1 for the whole URI (regex locations).
- ``loc.error_page`` = {{status, overwrite (code to answer with; 0 = that of the page; nil = keep), value, args}…},
  ``loc.types`` = {extension → type}, ``loc.error_log`` = {{file | stderr | syslog, level}…}, absolute paths,
  ``loc.keepalive_header`` = seconds or nil, ``loc.limit_except`` = {methods = {name → true}, loc = index} or nil.
- A location's ``exact``, ``prefixes``, ``regexes`` are what is nested directly in it; ``conf.locations`` has the form.
- ``plan.listens``: per address:port, with ``names`` {exact → server}, ``wildcard_head`` {".suffix" → server},
  ``wildcard_tail`` {"prefix." → server}, ``regexes`` {{pattern, caseless, server}…}; longest wildcard first.
  ``plan.sockets``: what to bind, each with its options and the ``listens`` that share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyresty.conf.contexts import EVENTS, HTTP, LOCATIONS, MAIN, Context
from pyresty.conf.listens import compile_listens
from pyresty.conf.locations import compile_trees
from pyresty.conf.zones import export_zones

if TYPE_CHECKING:
    from pyresty.conf.configuration import Configuration
    from pyresty.conf.scope import Scope

_HTTP_CONTEXTS = HTTP | LOCATIONS


def finish_http(configuration: Configuration, http: Scope) -> None:
    """Compile everything within ``http``, when its block has been read."""
    exports = _exports(configuration, _HTTP_CONTEXTS)
    defaults = {name: configuration.registry.default(name) for name in exports}
    merged: dict[int, dict[str, Any]] = {id(http): {**defaults, **_own(http, exports)}}
    configuration.plan["http"] = dict(merged[id(http)])
    for scope in configuration.servers:
        _export(scope, scope.server, merged, exports)
    for scope in configuration.locations:
        _export(scope, scope.loc, merged, exports)
    _run_hooks(configuration, http)
    compile_trees(configuration)
    configuration.variables.use_in(configuration.plan["locations"])
    configuration.variables.check()
    compile_listens(configuration, http)


def finish(configuration: Configuration, events: Scope) -> None:
    """Compile the main context, when the whole configuration has been read."""
    root, plan = configuration.root, configuration.plan
    plan["main"] = {name: root.get(name) for name in _exports(configuration, MAIN)}
    plan["main"].update({name: events.get(name) for name in _exports(configuration, EVENTS)})
    plan.setdefault("http", {})
    logs = list(root.own("error_log") or ())
    if all("syslog" in log for log in logs):  # one is always a file (nginx: ngx_log_open_default)
        logs.append(configuration.default_error_log)
    plan["main"]["error_log"] = logs
    export_zones(root, plan)
    for table in (plan["http"], *plan["servers"], *plan["locations"]):
        if table.get("error_log") is None:
            table["error_log"] = plan["main"]["error_log"]
    for module in configuration.registry.modules:
        for hook in module.main_hooks:
            hook(root, plan)


def _exports(configuration: Configuration, contexts: Context) -> set[str]:
    return {
        name
        for module in configuration.registry.modules
        for name, declared in module.exports.items()
        if declared & contexts
    }


def _own(scope: Scope, exports: set[str]) -> dict[str, Any]:
    return {name: value for name, value in scope.values.items() if name in exports}


def _export(scope: Scope, table: dict[str, Any] | None, merged: dict[int, dict[str, Any]], exports: set[str]) -> None:
    """Fill a table with the merged values; parents come before their children."""
    assert table is not None
    values = merged.get(id(scope))
    if values is None:
        values = merged[id(scope)] = {**_inherited(scope, merged), **_own(scope, exports)}
    structure = dict(table)
    table.update(values)
    table.update(structure)


def _inherited(scope: Scope, merged: dict[int, dict[str, Any]]) -> dict[str, Any]:
    parent = scope.parent
    while parent is not None and id(parent) not in merged:
        parent = parent.parent
    return merged[id(parent)] if parent is not None else {}


def _run_hooks(configuration: Configuration, http: Scope) -> None:
    plan, modules = configuration.plan, configuration.registry.modules
    for scope in configuration.locations:
        assert scope.loc is not None
        for module in modules:
            for hook in module.location_hooks:
                hook(scope, scope.loc, plan)
    for scope in configuration.servers:
        assert scope.server is not None
        for module in modules:
            for hook in module.server_hooks:
                hook(scope, scope.server, plan)
    for module in modules:
        for http_hook in module.http_hooks:
            http_hook(http, plan)
