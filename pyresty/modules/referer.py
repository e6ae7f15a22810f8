"""ngx_http_referer_module: ``$invalid_referer``. Serving half: lua/modules/referer.lua.

``loc.valid_referers`` = {none, blocked, exact = {host → URI prefix or ""}, head, tail (as in map), names = [pattern…]
of server names, regexes = [pattern…]}.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.regex import check_regex
from pyresty.conf.registry import LOCATION, SERVER, Module, Plan, Scope
from pyresty.conf.values import bounded
from pyresty.modules.map import host_slots

MODULE = Module("ngx_http_referer_module")

MODULE.value("referer_hash_max_size", SERVER | LOCATION, bounded(1), default=2048, export=False)
MODULE.value("referer_hash_bucket_size", SERVER | LOCATION, bounded(1), default=64, export=False)
MODULE.variable("invalid_referer", changeable=True)


@MODULE.directive("valid_referers", SERVER | LOCATION, args=(1, None))
def valid_referers(scope: Scope, d: Directive) -> None:
    """none | blocked | server_names | HOST[/URI] | ~REGEX …"""
    table: dict[str, Any] | None = scope.own("valid_referers")
    if table is None:
        table = {"none": False, "blocked": False, "server_names": False, "exact": {}, "head": {}, "tail": {}}
        table.update(names=[], regexes=[], directive=d)
        scope.set("valid_referers", table)
    for index, word in enumerate(d.args):
        if not word:
            raise ConfError('invalid referer ""', d)
        if word in (b"none", b"blocked", b"server_names"):
            table[word.decode()] = True
        elif word.startswith(b"~"):
            if word == b"~":
                raise ConfError(f'empty regex in "{d.arg(index)}"', d)
            check_regex(scope, word[1:], d, caseless=True)
            table["regexes"].append(word[1:])
        else:
            host, slash, uri = word.partition(b"/")
            _add(table, host, slash + uri, d)


def _add(table: dict[str, Any], host: bytes, uri: bytes, d: Directive | None) -> None:
    slots = host_slots(host.lower())
    if slots is None:
        raise ConfError(b'invalid hostname or wildcard "%s"' % host, d)
    for kind, text in slots:
        if text in table[kind]:
            raise ConfError(b'conflicting parameter "%s"' % host, d)
        table[kind][text] = uri


@MODULE.location
def export(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """Add the server's names where they are asked for, and put the table into the location."""
    table = scope.get("valid_referers")
    if table is None:
        return
    if table.pop("server_names", False):
        for name in scope.server_scope.own("server_name") or []:
            if "pattern" in name:
                table["names"].append({"pattern": name["pattern"], "caseless": name["caseless"]})
            elif name["name"]:
                _add(table, name["name"], b"", None)
    table.pop("directive", None)
    if (table["none"] or table["blocked"]) and not (table["exact"] or table["head"] or table["tail"]):
        raise ConfError(
            'the "none" or "blocked" referers are specified in the "valid_referers" directive without any valid referer'
        )
    loc["valid_referers"] = table
