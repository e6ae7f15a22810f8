"""ngx_http_geo_module. Serving half: lua/modules/geo.lua.

``plan.geo`` = {variable → {source, default, inet, inet6, ranges}}: ``source`` is the name of the variable that holds
the address, nil for the client's own; ``inet`` and ``inet6`` are [{bits, networks = {address bytes → value}}…], longest
first; ``ranges`` = [{first, last, value}…] of IPv4 addresses as numbers, in order, nil without ``ranges``; ``proxies``
= [{kind, address, bits}…], whose X-Forwarded-For is believed.
"""

from __future__ import annotations

import ipaddress
from abc import ABC, abstractmethod
from typing import Any

from pyresty.conf.registry import HTTP, ConfError, Directive, Module, Plan, Scope
from pyresty.modules.access import parse_cidr
from pyresty.modules.map import define_target

MODULE = Module("ngx_http_geo_module")


@MODULE.directive("geo", HTTP, args=(1, 2), block=True)
def geo(scope: Scope, d: Directive) -> None:
    """[$ADDRESS] $VARIABLE { NETWORK VALUE; … }"""
    source = None
    if len(d.args) == 2:
        if not d.args[0].startswith(b"$"):
            raise ConfError(f'invalid variable name "{d.arg(0)}"', d)
        source = d.args[0][1:].lower()
        scope.use_variable(source)
    name = define_target(scope, d, len(d.args) - 1)
    table: _Table = _Ranges() if _uses_ranges(d) else _Networks()
    assert d.block is not None
    for entry in d.block.pairs():
        _entry(scope, table, entry)
    common = {"source": source, "default": table.default, "proxies": table.proxies, "recursive": table.recursive}
    scope.values.setdefault("geo", {})[name] = {**common, **table.compiled()}


def _uses_ranges(d: Directive) -> bool:
    assert d.block is not None
    for entry in d.block.pairs():
        return entry.name == b"ranges" and not entry.args
    return False


def parse_network(scope: Scope, text: bytes, entry: Directive) -> tuple[str, int, bytes]:
    """A network of the block → kind (inet, inet6), bits, address bytes."""
    parsed = parse_cidr(text)
    if parsed is None:
        raise ConfError(b'invalid network "%s"' % text, entry)
    kind, network, bits, stray = parsed
    if stray:
        scope.warn(f"low address bits of {text.decode('utf-8', 'replace')} are meaningless", entry)
    return kind, bits, network


class _Table(ABC):
    """What both forms of the block share."""

    def __init__(self) -> None:
        self.default: bytes | None = None
        self.proxies: list[dict[str, Any]] = []
        self.recursive = False

    @abstractmethod
    def add(self, scope: Scope, text: bytes, value: bytes, entry: Directive) -> None:
        """One line of the block."""

    @abstractmethod
    def delete(self, scope: Scope, text: bytes, entry: Directive) -> None:
        """A ``delete`` line."""

    @abstractmethod
    def compiled(self) -> dict[str, Any]:
        """The table's part of the plan."""


def _entry(scope: Scope, table: _Table, entry: Directive) -> None:
    word = entry.name
    if not entry.args:
        if word == b"ranges":
            if not isinstance(table, _Ranges) or table.started:
                message = 'the "ranges" directive must be the first directive inside "geo" block'
                raise ConfError(message, entry)
            table.started = True
            return
        if word == b"proxy_recursive":
            table.recursive = True
            return
    if len(entry.args) != 1:
        raise ConfError("invalid number of the geo parameters", entry)
    value = entry.args[0]
    if word == b"delete":
        table.delete(scope, value, entry)
    elif word == b"proxy":
        kind, bits, network = parse_network(scope, value, entry)
        table.proxies.append({"kind": kind.encode(), "address": network, "bits": bits})
    elif word == b"default" and isinstance(table, _Ranges):
        if table.default is not None:
            new, old = entry.arg(0), table.default.decode("utf-8", "replace")
            scope.warn(f'duplicate default geo range value: "{new}", old value: "{old}"', entry)
        table.default = value
    else:
        table.add(scope, word, value, entry)


class _Networks(_Table):
    """CIDR blocks; the longest one that holds an address counts."""

    def __init__(self) -> None:
        super().__init__()
        self.networks: dict[tuple[str, int], dict[bytes, bytes]] = {}

    def add(self, scope: Scope, text: bytes, value: bytes, entry: Directive) -> None:
        """NETWORK VALUE, or ``default``."""
        if text == b"default":
            self._warn_duplicate(scope, text, value, self.default, entry)
            self.default = value
            return
        kind, bits, network = parse_network(scope, text, entry)
        table = self.networks.setdefault((kind, bits), {})
        self._warn_duplicate(scope, text, value, table.get(network), entry)
        table[network] = value

    @staticmethod
    def _warn_duplicate(scope: Scope, text: bytes, value: bytes, old: bytes | None, entry: Directive) -> None:
        if old is not None:
            words = [word.decode("utf-8", "replace") for word in (text, value, old)]
            scope.warn(f'duplicate network "{words[0]}", value: "{words[1]}", old value: "{words[2]}"', entry)

    def delete(self, scope: Scope, text: bytes, entry: Directive) -> None:
        """Take a network out again."""
        if text == b"default":
            self.default = None
            return
        kind, bits, network = parse_network(scope, text, entry)
        if self.networks.get((kind, bits), {}).pop(network, None) is None:
            scope.warn(f'no network "{text.decode("utf-8", "replace")}" to delete', entry)

    def compiled(self) -> dict[str, Any]:
        """Networks by family, longest prefix first."""
        result: dict[str, Any] = {"inet": [], "inet6": []}
        for (kind, bits), table in sorted(self.networks.items(), key=lambda item: -item[0][1]):
            if table:
                result[kind].append({"bits": bits, "networks": table})
        return result


class _Ranges(_Table):
    """Ranges ``FIRST-LAST`` of IPv4 addresses; a later one that overlaps takes its part."""

    def __init__(self) -> None:
        super().__init__()
        self.started = False
        self.ranges: list[tuple[int, int, bytes]] = []

    @staticmethod
    def _parse(text: bytes, entry: Directive) -> tuple[int, int]:
        first, dash, last = text.decode("latin-1").partition("-")
        try:
            low, high = int(ipaddress.IPv4Address(first)), int(ipaddress.IPv4Address(last))
        except ValueError:
            dash = ""
        if not dash or low > high:
            raise ConfError(b'invalid range "%s"' % text, entry)
        return low, high

    def add(self, scope: Scope, text: bytes, value: bytes, entry: Directive) -> None:
        """FIRST-LAST VALUE."""
        low, high = self._parse(text, entry)
        kept: list[tuple[int, int, bytes]] = []
        for first, last, old in self.ranges:
            if last < low or first > high:
                kept.append((first, last, old))
                continue
            if (first, last) == (low, high):
                words = [word.decode("utf-8", "replace") for word in (text, value, old)]
                scope.warn(f'duplicate range "{words[0]}", value: "{words[1]}", old value: "{words[2]}"', entry)
                continue
            if first < low <= last < high or low < first <= high < last:
                self._overlap(text, first, last, entry)
            if first < low:
                kept.append((first, low - 1, old))
            if last > high:
                kept.append((high + 1, last, old))
        kept.append((low, high, value))
        self.ranges = sorted(kept)

    @staticmethod
    def _overlap(text: bytes, first: int, last: int, entry: Directive) -> None:
        other = f"{ipaddress.IPv4Address(first)}-{ipaddress.IPv4Address(last)}"
        raise ConfError(b'range "%s" overlaps "%s"' % (text, other.encode()), entry)

    def delete(self, scope: Scope, text: bytes, entry: Directive) -> None:
        """Take a range out again."""
        low, high = self._parse(text, entry)
        left = [item for item in self.ranges if item[:2] != (low, high)]
        if len(left) == len(self.ranges):
            scope.warn(f'no address range "{text.decode("utf-8", "replace")}" to delete', entry)
        self.ranges = left

    def compiled(self) -> dict[str, Any]:
        """Ranges in order."""
        return {"ranges": [{"first": low, "last": high, "value": value} for low, high, value in self.ranges]}


@MODULE.http
def compile_geo(scope: Scope, plan: Plan) -> None:
    """All tables, by their variables."""
    plan["geo"] = scope.own("geo", {})
