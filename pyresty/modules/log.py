"""ngx_http_log_module: ``log_format`` and ``access_log``. Serving half: lua/modules/log.lua.

``loc.access_log`` = [{file | syslog, format = [part…], escape, condition, buffer, flush, gzip}…]; a part is bytes or
{"var": name}. A ``file`` with variables is a complex value; a constant one is opened by the master, which sets ``fd``.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.logs import parse_syslog
from pyresty.conf.registry import (
    ANY,
    HTTP,
    LIMIT_EXCEPT,
    LOCATION,
    LOCATION_IF,
    SERVER,
    ConfError,
    Directive,
    Module,
    Plan,
    Scope,
)
from pyresty.conf.values import parse_msec, parse_number, parse_size, split_text

MODULE = Module("ngx_http_log_module")

_EVERYWHERE = HTTP | SERVER | LOCATION | LOCATION_IF | LIMIT_EXCEPT
_COMBINED = (
    b'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
)
_ESCAPES = (b"default", b"json", b"none")
_BUFFER_SIZE = 64 * 1024
_BUFFER = ("buffer", "flush", "gzip")


def _formats(scope: Scope, d: Directive) -> dict[bytes, dict[str, Any]]:
    """The formats known so far; ``combined`` always is."""
    formats: dict[bytes, dict[str, Any]] | None = scope.http.values.get("log_formats")
    if formats is None:
        formats = {b"combined": {"format": _format_parts(scope, [_COMBINED], d), "escape": b"default"}}
        scope.http.values["log_formats"] = formats
    return formats


def _format_parts(scope: Scope, texts: list[bytes], d: Directive) -> list[bytes | dict[str, Any]]:
    parts: list[bytes | dict[str, Any]] = []
    for text in texts:
        if text.endswith(b"$"):
            raise ConfError(b'invalid parameter "%s"' % text, d)
        parts.extend(split_text(text, d))
    for part in parts:
        if isinstance(part, dict) and "capture" in part:  # names that are digits, for a log
            raise ConfError(f'unknown "{part["capture"]}" variable')
    scope.config.variables.use_in(parts)
    return parts


@MODULE.directive("log_format", HTTP, args=(2, None))
def log_format(scope: Scope, d: Directive) -> None:
    """NAME [escape=default|json|none] TEXT…"""
    formats = _formats(scope, d)
    name, texts, escape = d.args[0], d.args[1:], b"default"
    if name in formats:
        raise ConfError(f'duplicate "log_format" name "{d.arg(0)}"', d)
    if texts[0].startswith(b"escape="):
        escape = texts[0][len(b"escape=") :]
        if escape not in _ESCAPES:
            raise ConfError(b'unknown log format escaping "%s"' % escape, d)
        texts = texts[1:]
    formats[name] = {"format": _format_parts(scope, texts, d), "escape": escape}


@MODULE.directive("access_log", _EVERYWHERE, args=ANY)
def access_log(scope: Scope, d: Directive) -> None:
    """PATH [FORMAT [buffer=SIZE] [flush=TIME] [if=CONDITION]], or off."""
    target = d.args[0]
    if target == b"off":
        if len(d.args) > 1:
            raise ConfError(f'invalid parameter "{d.arg(1)}"', d)
        scope.set("access_log_off", True)
        scope.values.setdefault("access_log", [])
        return
    formats = _formats(scope, d)
    name = d.args[1] if len(d.args) > 1 else b"combined"
    form = next((form for known, form in formats.items() if known.lower() == name.lower()), None)
    if form is None:
        raise ConfError(b'unknown log format "%s"' % name, d)
    entry: dict[str, Any] = {**form, **_target(scope, target, d)}
    for index in range(2, len(d.args)):
        _parameter(scope, entry, d.args[index], d, index)
    _check_buffer(scope, entry, d)
    scope.add("access_log", entry)


def _target(scope: Scope, target: bytes, d: Directive) -> dict[str, Any]:
    if target.startswith(b"syslog:"):
        return {"syslog": parse_syslog(target, d)}
    if b"$" not in target:
        return {"file": scope.config.full_name(target)}
    if not target.startswith(b"$"):
        target = scope.config.full_name(target)
    return {"file": scope.complex_value(target, d)}


def _parameter(scope: Scope, entry: dict[str, Any], word: bytes, d: Directive, index: int) -> None:
    name, equals, value = word.partition(b"=")
    if equals and name == b"buffer":
        entry["buffer"] = parse_size(value)
        if not entry["buffer"]:
            raise ConfError(b'invalid buffer size "%s"' % value, d)
    elif equals and name == b"flush":
        milliseconds = parse_msec(value)
        if not milliseconds:
            raise ConfError(b'invalid flush time "%s"' % value, d)
        entry["flush"] = milliseconds / 1000
    elif equals and name == b"if":
        entry["condition"] = scope.complex_value(value, d)
    elif name == b"gzip":
        entry.setdefault("buffer", _BUFFER_SIZE)
        level = parse_number(value) if equals else 1
        if level is None or not 1 <= level <= 9:
            raise ConfError(b'invalid compression level "%s"' % value, d)
        entry["gzip"] = level
    else:
        raise ConfError(f'invalid parameter "{d.arg(index)}"', d)


def _check_buffer(scope: Scope, entry: dict[str, Any], d: Directive) -> None:
    if "flush" in entry and "buffer" not in entry:
        raise ConfError(f'no buffer is defined for access_log "{d.arg(0)}"', d)
    if "buffer" not in entry:
        return
    if "syslog" in entry:
        raise ConfError("logs to syslog cannot be buffered", d)
    if not isinstance(entry["file"], bytes):
        raise ConfError("buffered logs cannot have variables in name", d)
    buffers = scope.http.values.setdefault("log_buffers", {})
    settings = {name: entry[name] for name in _BUFFER if name in entry}
    if buffers.setdefault(entry["file"], settings) != settings:
        raise ConfError(f'access_log "{d.arg(0)}" already defined with conflicting parameters', d)


def _open_log_file_cache(d: Directive) -> dict[str, Any] | None:
    """max=N [inactive=TIME] [min_uses=N] [valid=TIME], or off → {max, inactive, min_uses, valid}, times in seconds."""
    if d.args == [b"off"]:
        return None
    cache: dict[str, Any] = {"max": 0, "inactive": 10.0, "min_uses": 1, "valid": 60.0}
    for index, word in enumerate(d.args):
        name, _, value = word.partition(b"=")
        key = name.decode("latin-1")
        number: float | None = None
        if name in (b"max", b"min_uses"):
            number = parse_number(value) or None
        elif name in (b"inactive", b"valid"):
            milliseconds = parse_msec(value, whole_seconds=True)
            number = None if milliseconds is None else milliseconds / 1000
        if number is None:
            raise ConfError(f'invalid "open_log_file_cache" parameter "{d.arg(index)}"', d)
        cache[key] = number
    if not cache["max"]:
        raise ConfError('"open_log_file_cache" must have "max" parameter', d)
    return cache


MODULE.value("open_log_file_cache", HTTP | SERVER | LOCATION, _open_log_file_cache, args=(1, 4))


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """The logs that hold here: the nearest block's own, else logs/access.log in the combined format."""
    block: Scope | None = scope
    while block is not None:
        if block.has("access_log_off"):
            loc["access_log"] = []
            return
        if block.has("access_log"):
            loc["access_log"] = block.own("access_log")
            _share_buffers(scope, loc["access_log"])
            return
        block = block.parent
    loc["access_log"] = _default_log(scope)


def _share_buffers(scope: Scope, entries: list[dict[str, Any]]) -> None:
    """A file that is buffered in one place is so in all: its lines stay in order."""
    buffers = scope.http.values.get("log_buffers", {})
    for entry in entries:
        if isinstance(entry.get("file"), bytes):
            entry.update(buffers.get(entry["file"], {}))


def _default_log(scope: Scope) -> list[dict[str, Any]]:
    http = scope.http
    default: list[dict[str, Any]] | None = http.values.get("default_access_log")
    if default is None:
        assert http.directive is not None
        combined = _formats(http, http.directive)[b"combined"]
        default = [{**combined, "file": scope.config.full_name(b"logs/access.log")}]
        http.values["default_access_log"] = default
    return default
