"""``proxy_cache*`` and its kin of the other protocols: responses are kept in files. Serving half:
lua/http/upstream/cache.lua, cache_zones.lua.

``plan.cache_zones`` = {zone name → {path, levels, use_temp_path, inactive, keys_size, max_size (nil: no limit),
min_free, loader_files, loader_sleep, loader_threshold, manager_files, manager_sleep, manager_threshold}}, sizes in
bytes, times in seconds. A zone's index is each worker's own; the files are all workers'.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from functools import partial
from typing import Any

from pyresty.conf.registry import HTTP, ConfError, Directive, Module, Scope
from pyresty.conf.values import (
    bitmask,
    flag,
    msec,
    number,
    offset,
    parse_msec,
    parse_number,
    parse_offset,
    parse_size,
)
from pyresty.conf.zones import claim
from pyresty.modules.upstream_common import EVERYWHERE, declare_set

_STALE = (
    "error", "timeout", "invalid_header", "updating", "http_500", "http_502", "http_503", "http_504", "http_403",
    "http_404", "http_429", "off",
)  # fmt: skip


def _methods(d: Directive) -> dict[bytes, bool]:
    known = {b"GET", b"HEAD", b"POST"}
    chosen = {b"GET": True, b"HEAD": True}
    for index, arg in enumerate(d.args):
        if arg.upper() not in known:
            raise ConfError(f'invalid value "{d.arg(index)}"', d)
        chosen[arg.upper()] = True
    return chosen


def declare(module: Module, prefix: str) -> None:
    """Declare the cache directives of a protocol."""
    value = module.value

    @module.directive(f"{prefix}_cache_path", HTTP, args=(2, None))
    def cache_path(scope: Scope, d: Directive) -> None:
        _zone(scope, d)

    @module.directive(f"{prefix}_cache", EVERYWHERE, args=1)
    def use_cache(scope: Scope, d: Directive) -> None:
        name = scope.complex_value(d.args[0], d)
        scope.set(f"{prefix}_cache", False if name == b"off" else name, d)
        if isinstance(name, bytes) and name != b"off":
            scope.root.values.setdefault("used_cache_zones", []).append((name, d))

    module.export(f"{prefix}_cache", EVERYWHERE)

    @module.directive(f"{prefix}_cache_key", EVERYWHERE, args=1)
    def cache_key(scope: Scope, d: Directive) -> None:
        scope.set(f"{prefix}_cache_key", scope.complex_value(d.args[0], d), d)

    module.export(f"{prefix}_cache_key", EVERYWHERE)
    for name in ("cache_bypass", "no_cache"):
        _predicates(module, f"{prefix}_{name}")

    @module.directive(f"{prefix}_cache_valid", EVERYWHERE, args=(1, None))
    def cache_valid(scope: Scope, d: Directive) -> None:
        for entry in _valid(d):
            scope.add(f"{prefix}_cache_valid", entry)

    module.export(f"{prefix}_cache_valid", EVERYWHERE)
    declare_set(module, f"{prefix}_cache_methods", _methods, {b"GET": True, b"HEAD": True})
    declare_set(module, f"{prefix}_cache_use_stale", bitmask(*_STALE), {})
    value(f"{prefix}_cache_min_uses", EVERYWHERE, number, default=1)
    value(f"{prefix}_cache_lock", EVERYWHERE, flag, default=False)
    value(f"{prefix}_cache_lock_timeout", EVERYWHERE, msec, default=5.0)
    value(f"{prefix}_cache_lock_age", EVERYWHERE, msec, default=5.0)
    value(f"{prefix}_cache_background_update", EVERYWHERE, flag, default=False)
    value(f"{prefix}_cache_revalidate", EVERYWHERE, flag, default=False)
    value(f"{prefix}_cache_convert_head", EVERYWHERE, flag, default=True)
    value(f"{prefix}_cache_max_range_offset", EVERYWHERE, offset)

    @module.main
    def check(scope: Scope, plan: Any) -> None:
        zones = plan.setdefault("cache_zones", {})
        for name, d in scope.own("used_cache_zones", ()):
            if name not in zones:
                raise ConfError(b'"%s" zone "%s" is unknown' % (d.name, name), None)


def _predicates(module: Module, name: str) -> None:
    """Texts with variables; the directive holds when one is neither empty nor "0"."""

    @module.directive(name, EVERYWHERE, args=(1, None))
    def add(scope: Scope, d: Directive) -> None:
        for arg in d.args:
            scope.add(name, scope.complex_value(arg, d))

    module.export(name, EVERYWHERE)


def _valid(d: Directive) -> list[dict[str, float]]:
    milliseconds = parse_msec(d.args[-1], whole_seconds=True)
    if milliseconds is None:
        raise ConfError(f'invalid time value "{d.arg(len(d.args) - 1)}"', d)
    seconds = milliseconds / 1000
    if len(d.args) == 1:
        return [{"status": status, "valid": seconds} for status in (200, 301, 302)]
    entries: list[dict[str, float]] = []
    for index, code in enumerate(d.args[:-1]):
        status = 0 if code == b"any" else parse_number(code)
        if status is None or (status and not 100 <= status <= 599):
            raise ConfError(f'invalid status "{d.arg(index)}"', d)
        entries.append({"status": status, "valid": seconds})
    return entries


def _zone(scope: Scope, d: Directive) -> None:
    zone: dict[str, Any] = {
        "path": scope.config.full_name(d.args[0].rstrip(b"/")), "levels": [], "use_temp_path": True, "inactive": 600.0,
        "min_free": 0, "loader_files": 100, "loader_sleep": 0.05, "loader_threshold": 0.2, "manager_files": 100,
        "manager_sleep": 0.05, "manager_threshold": 0.2,
    }  # fmt: skip
    name = b""
    for index, word in enumerate(d.args[1:], 1):
        key, equals, text = word.partition(b"=")
        if key == b"keys_zone" and equals:
            name = _keys_zone(zone, text, d, index)
        elif not equals or key not in _PARAMETERS:
            raise ConfError(f'invalid parameter "{d.arg(index)}"', d)
        elif not _PARAMETERS[key](zone, key.decode(), text):
            raise ConfError(_REFUSALS.get(key, f"invalid {key.decode()} value %s") % f'"{d.arg(index)}"', d)
    if not name:
        raise ConfError(f'"{d.text}" must have "keys_zone" parameter', d)
    zones = scope.config.plan.setdefault("cache_zones", {})
    if name in zones:
        shown = name.decode("utf-8", "surrogateescape")
        raise ConfError(f'duplicate zone "{shown}"', d)
    claim(scope, name, d.text, d)
    zones[name] = zone
    scope.config.plan.setdefault("temp_paths", []).append(zone["path"])


def _keys_zone(zone: dict[str, Any], text: bytes, d: Directive, index: int) -> bytes:
    name, colon, size_text = text.partition(b":")
    size = parse_size(size_text) if colon else None
    if size is None:
        raise ConfError(f'invalid keys zone size "{d.arg(index)}"', d)
    if size < _SMALLEST_ZONE:
        raise ConfError(f'keys zone "{d.arg(index)}" is too small', d)
    zone["keys_size"] = size
    return name


def _levels(zone: dict[str, Any], key: str, text: bytes) -> bool:
    levels = [parse_number(part) for part in text.split(b":")]
    zone[key] = levels
    return len(levels) <= 3 and all(level in (1, 2) for level in levels)


def _on_off(zone: dict[str, Any], key: str, text: bytes) -> bool:
    zone[key] = text == b"on"
    return text in (b"on", b"off")


def _parameter(parse: Callable[[bytes], int | None], unit: int = 1) -> Callable[[dict[str, Any], str, bytes], bool]:
    """A parameter whose value is a number, in the plan of so many for one."""

    def take(zone: dict[str, Any], key: str, text: bytes) -> bool:
        value = parse(text)
        if value is not None:
            zone[key] = value / unit if unit != 1 else value
        return value is not None

    return take


_PARAMETERS: dict[bytes, Callable[[dict[str, Any], str, bytes], bool]] = {
    b"levels": _levels, b"use_temp_path": _on_off,
    b"inactive": _parameter(partial(parse_msec, whole_seconds=True), 1000),
    b"max_size": _parameter(parse_offset), b"min_free": _parameter(parse_offset),
    b"loader_files": _parameter(parse_number), b"manager_files": _parameter(parse_number),
    b"loader_sleep": _parameter(parse_msec, 1000), b"manager_sleep": _parameter(parse_msec, 1000),
    b"loader_threshold": _parameter(parse_msec, 1000), b"manager_threshold": _parameter(parse_msec, 1000),
}  # fmt: skip
#: where it isn't "invalid NAME value"
_REFUSALS = {
    b"levels": 'invalid "levels" %s', b"use_temp_path": 'invalid use_temp_path value %s, it must be "on" or "off"',
}  # fmt: skip
_SMALLEST_ZONE = 2 * resource.getpagesize()
