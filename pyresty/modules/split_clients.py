"""ngx_http_split_clients_module. Serving half: lua/modules/split_clients.lua.

``plan.split_clients`` = {variable → {source, parts = [{below, value}…]}}: the first part whose ``below`` is greater
than the hash (0 … 2³²-1) counts; one without ``below`` takes the rest.
"""

from __future__ import annotations

import re
from typing import Any

from pyresty.conf.registry import HTTP, ConfError, Directive, Module, Plan, Scope
from pyresty.modules.map import define_target

MODULE = Module("ngx_http_split_clients_module")

_PERCENT = re.compile(rb"(\d+)(?:\.(\d{0,2}))?%\Z")


@MODULE.directive("split_clients", HTTP, args=2, block=True)
def split_clients(scope: Scope, d: Directive) -> None:
    """SOURCE $VARIABLE { PERCENT% VALUE; … * VALUE; }"""
    source = scope.complex_value(d.args[0], d)
    name = define_target(scope, d, 1)
    parts: list[dict[str, Any]] = []
    total, last = 0, 0
    assert d.block is not None
    for entry in d.block.pairs():
        if not entry.args:
            raise ConfError('invalid number of arguments in "split_clients" block', entry)
        hundredths = _hundredths(entry)
        total = total + hundredths if hundredths else 10000
        if total > 10000:
            raise ConfError("percent total is greater than 100%", d, end=True)
        part: dict[str, Any] = {"value": entry.args[0]}
        if hundredths:
            last += hundredths * 0xFFFFFFFF // 10000
            part["below"] = last
        parts.append(part)
    scope.values.setdefault("split_clients", {})[name] = {"source": source, "parts": parts}


def _hundredths(entry: Directive) -> int:
    """Percent × 100, 0 for the rest."""
    if entry.name == b"*":
        return 0
    match = _PERCENT.match(entry.name)
    value = int(match[1]) * 100 + int((match[2] or b"").ljust(2, b"0")) if match else 0
    if value == 0:
        raise ConfError(b'invalid percent value "%s"' % entry.name, entry)
    return value


@MODULE.http
def compile_split_clients(scope: Scope, plan: Plan) -> None:
    """All splits, by their variables."""
    plan["split_clients"] = scope.own("split_clients", {})
