"""ngx_http_charset_filter_module: names a response's charset and recodes it. Serving half: lua/modules/charset.lua.

``loc.charset`` and ``loc.source_charset`` = bytes, {script…} or None when off; ``loc.charset_types`` = {MIME type:
True}, ``*`` for all. ``plan.charsets`` = {name in lower case → name as first written}; ``plan.charset_tables`` =
{"from>to" → {kind = bytes | to_utf8 | from_utf8, map = {byte → bytes}, or {code point → byte} of from_utf8}}.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.mime import HTML, declare_types
from pyresty.conf.registry import (
    HTTP,
    LOCATION,
    LOCATION_IF,
    SERVER,
    ConfError,
    Directive,
    Module,
    Plan,
    Scope,
)
from pyresty.conf.values import flag

MODULE = Module("ngx_http_charset_filter_module")

_EVERYWHERE = HTTP | SERVER | LOCATION | LOCATION_IF
_DEFAULT_TYPES = (
    HTML,
    b"text/xml",
    b"text/plain",
    b"text/vnd.wap.wml",
    b"application/javascript",
    b"application/rss+xml",
)


def _declare(scope: Scope, name: bytes) -> bytes:
    """Note that a charset exists → its key."""
    scope.root.values.setdefault("charsets", {}).setdefault(name.lower(), name)
    return name.lower()


@MODULE.directive("charset", _EVERYWHERE)
def charset(scope: Scope, d: Directive) -> None:
    """NAME | $VARIABLE | off."""
    _assign(scope, d, None if d.args[0] == b"off" else d.args[0])


@MODULE.directive("source_charset", _EVERYWHERE)
def source_charset(scope: Scope, d: Directive) -> None:
    """NAME | $VARIABLE."""
    _assign(scope, d, d.args[0])


def _assign(scope: Scope, d: Directive, name: bytes | None) -> None:
    value: Any = name
    if name is not None and name.startswith(b"$"):
        value = {"script": True, 1: {"var": name[1:]}}
        scope.config.variables.use_in(value)
    elif name is not None:
        _declare(scope, name)
    scope.set(d.text, value, d)


MODULE.export("charset", _EVERYWHERE)
MODULE.export("source_charset", _EVERYWHERE)
MODULE.value("override_charset", _EVERYWHERE, flag, default=False)
declare_types(MODULE, "charset_types", HTTP | SERVER | LOCATION, _DEFAULT_TYPES)


@MODULE.directive("charset_map", HTTP, args=2, block=True)
def charset_map(scope: Scope, d: Directive) -> None:
    """FROM TO { BYTE BYTES; … }, in hexadecimal; serves both directions."""
    source, target = (_declare(scope, name) for name in d.args)
    if source == target:
        raise ConfError(f'"charset_map" between the same charsets "{d.arg(0)}" and "{d.arg(1)}"', d)
    tables = scope.root.values.setdefault("charset_tables", {})
    if source + b">" + target in tables or target + b">" + source in tables:
        raise ConfError(f'duplicate "charset_map" between "{d.arg(0)}" and "{d.arg(1)}"', d)
    utf8 = target == b"utf-8"
    forth = {bytes([code]): bytes([code]) if code < 128 else b"?" for code in range(256)}
    back: dict[Any, bytes] = {} if utf8 else dict(forth)
    assert d.block is not None
    for entry in d.block.pairs():
        byte, text = _entry(entry, utf8=utf8)
        forth[byte] = text
        back[_code_point(text, entry) if utf8 else text] = byte
    tables[source + b">" + target] = {"kind": b"to_utf8" if utf8 else b"bytes", "map": forth}
    tables[target + b">" + source] = {"kind": b"from_utf8" if utf8 else b"bytes", "map": back}


def _entry(entry: Directive, *, utf8: bool) -> tuple[bytes, bytes]:
    if len(entry.args) != 1:
        raise ConfError("invalid parameters number", entry)
    byte = _hexadecimal(entry.name, entry)
    text = b"".join(_hexadecimal(entry.args[0][at : at + 2], entry) for at in range(0, len(entry.args[0]), 2))
    return byte, text if utf8 else _hexadecimal(entry.args[0], entry)


def _hexadecimal(text: bytes, entry: Directive) -> bytes:
    try:
        return bytes([int(text, 16)])
    except ValueError:
        raise ConfError(b'invalid value "%s"' % text, entry) from None


def _code_point(text: bytes, entry: Directive) -> int:
    try:
        decoded = text.decode()
    except UnicodeDecodeError:
        decoded = ""
    if len(decoded) != 1 or ord(decoded) > 0xFFFF:
        raise ConfError(f'invalid value "{entry.arg(0)}"', entry)
    return ord(decoded)


@MODULE.location
def check(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """Two constant charsets need a map."""
    target, source = scope.get("charset"), scope.get("source_charset")
    if not isinstance(target, bytes) or not isinstance(source, bytes) or target.lower() == source.lower():
        return
    if source.lower() + b">" + target.lower() not in scope.root.own("charset_tables", {}):
        names = scope.root.own("charsets", {})
        raise ConfError(
            b'no "charset_map" between the charsets "%s" and "%s"' % (names[source.lower()], names[target.lower()])
        )


@MODULE.http
def export(scope: Scope, plan: Plan) -> None:
    """All charsets and tables."""
    plan["charsets"] = scope.root.own("charsets", {})
    plan["charset_tables"] = scope.root.own("charset_tables", {})
