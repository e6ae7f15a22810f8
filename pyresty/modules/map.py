"""ngx_http_map_module. Serving half: lua/modules/map.lua.

``plan.maps`` = {variable → {source, default, exact = {key → value}, head = {".suffix" → value}, tail = {"prefix." →
value}, regexes = [{pattern, caseless, value}…], hostnames, volatile}}; keys are in lower case, values complex.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.regex import check_regex
from pyresty.conf.registry import HTTP, ConfError, Directive, Module, Plan, Scope
from pyresty.conf.values import bounded

MODULE = Module("ngx_http_map_module")

MODULE.value("map_hash_max_size", HTTP, bounded(1), default=2048, export=False)
MODULE.value("map_hash_bucket_size", HTTP, bounded(1), default=64, export=False)


def define_target(scope: Scope, d: Directive, index: int) -> bytes:
    """The name of the variable a block defines, declared; lower case."""
    text = d.args[index]
    if not text.startswith(b"$"):
        raise ConfError(f'invalid variable name "{d.arg(index)}"', d)
    scope.define_variable(text[1:], d)
    return text[1:].lower()


@MODULE.directive("map", HTTP, args=2, block=True)
def map_(scope: Scope, d: Directive) -> None:
    """SOURCE $VARIABLE { KEY VALUE; … }"""
    source = scope.complex_value(d.args[0], d)
    name = define_target(scope, d, 1)
    table: dict[str, Any] = {
        "source": source,
        "default": None,
        "exact": {},
        "head": {},
        "tail": {},
        "regexes": [],
        "hostnames": False,
        "volatile": False,
    }
    assert d.block is not None
    for entry in d.block.pairs():
        _entry(scope, table, entry)
    scope.values.setdefault("maps", {})[name] = table


def _entry(scope: Scope, table: dict[str, Any], entry: Directive) -> None:
    if not entry.args and entry.name in (b"hostnames", b"volatile"):
        table[entry.name.decode()] = True
        return
    if len(entry.args) != 1:
        raise ConfError("invalid number of the map parameters", entry)
    key, value = entry.name, scope.complex_value(entry.args[0], entry)
    if key == b"default":
        if table["default"] is not None:
            raise ConfError("duplicate default map parameter", entry)
        table["default"] = value
    elif key.startswith(b"~"):
        caseless = key.startswith(b"~*")
        pattern = key[2:] if caseless else key[1:]
        check_regex(scope, pattern, entry, caseless=caseless)
        table["regexes"].append({"pattern": pattern, "caseless": caseless, "value": value})
    else:
        _add_key(table, key[1:] if key.startswith(b"\\") else key, value, entry)


def _add_key(table: dict[str, Any], key: bytes, value: Any, entry: Directive) -> None:
    shown, key = key, key.lower()
    slots = [("exact", key)]
    if table["hostnames"]:
        found = host_slots(key)
        if found is None:
            raise ConfError(b'invalid hostname or wildcard "%s"' % shown, entry)
        slots = found
    for kind, text in slots:
        if text in table[kind]:
            raise ConfError(b'conflicting parameter "%s"' % key, entry)
        table[kind][text] = value


def host_slots(key: bytes) -> list[tuple[str, bytes]] | None:
    """Where a host name or wildcard goes (nginx: ngx_hash_add_key); None when it is malformed."""
    if b".." in key or key.count(b"*") > 1 or b"\0" in key:
        return None
    if len(key) > 1 and key.startswith(b"."):
        return [("exact", key[1:]), ("head", key)]
    if len(key) > 2 and key.startswith(b"*."):
        return [("head", key[1:])]
    if len(key) > 3 and key.endswith(b".*"):
        return [("tail", key[:-1])]
    return None if b"*" in key else [("exact", key)]


@MODULE.http
def compile_maps(scope: Scope, plan: Plan) -> None:
    """All maps, by their variables."""
    plan["maps"] = scope.own("maps", {})
