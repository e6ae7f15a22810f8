"""ngx_http_sub_filter_module: replaces texts in responses. Serving half: lua/modules/sub.lua.

``loc.sub_filter`` = [{pattern, value}…], both complex; constant patterns are in lower case.
"""

from __future__ import annotations

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.mime import declare_types
from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module, Scope
from pyresty.conf.values import flag

MODULE = Module("ngx_http_sub_filter_module")

_ALL = HTTP | SERVER | LOCATION


@MODULE.directive("sub_filter", _ALL, args=2)
def sub_filter(scope: Scope, d: Directive) -> None:
    """TEXT REPLACEMENT."""
    if not d.args[0]:
        raise ConfError("empty search pattern", d)
    pattern = scope.complex_value(d.args[0], d)
    if isinstance(pattern, bytes):
        pattern = pattern.lower()
    scope.add("sub_filter", {"pattern": pattern, "value": scope.complex_value(d.args[1], d)})


MODULE.export("sub_filter", _ALL)
MODULE.value("sub_filter_once", _ALL, flag, default=True)
MODULE.value("sub_filter_last_modified", _ALL, flag, default=False)
declare_types(MODULE, "sub_filter_types", _ALL)
