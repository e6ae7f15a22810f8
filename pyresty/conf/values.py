"""Value types: functions ``(Directive) -> value`` that read a directive's arguments with nginx's error texts.

Sizes are bytes, times are seconds as float, texts stay bytes. A module may add types of its own: any function of that
shape that raises ``d.error(...)`` or ``ConfError``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyresty.conf.directive import ConfError, Directive

ValueType = Callable[[Directive], Any]

MAX_INT = (1 << 63) - 1
_SIZE_UNITS = {b"k": 1 << 10, b"m": 1 << 20}
_OFFSET_UNITS = {b"k": 1 << 10, b"m": 1 << 20, b"g": 1 << 30}
#: unit → (rank, milliseconds); ranks have to rise from left to right
_TIME_UNITS = {
    b"y": (1, 365 * 86400_000),
    b"M": (2, 30 * 86400_000),
    b"w": (3, 7 * 86400_000),
    b"d": (4, 86400_000),
    b"h": (5, 3600_000),
    b"m": (6, 60_000),
    b"s": (7, 1000),
    b"ms": (8, 1),
    b" ": (9, 1000),
}
_NAME = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def parse_number(text: bytes) -> int | None:
    """A non-negative decimal number (ngx_atoi); None when it is none."""
    if not text.isdigit():
        return None
    value = int(text)
    return value if value <= MAX_INT else None


def parse_size(text: bytes) -> int | None:
    """Bytes with an optional ``k`` or ``m`` (ngx_parse_size); None when malformed."""
    return _scaled(text, _SIZE_UNITS)


def parse_offset(text: bytes) -> int | None:
    """Bytes with an optional ``k``, ``m`` or ``g`` (ngx_parse_offset); None when malformed."""
    return _scaled(text, _OFFSET_UNITS)


def _scaled(text: bytes, units: Mapping[bytes, int]) -> int | None:
    scale = units.get(text[-1:].lower(), 1)
    number = parse_number(text[:-1] if scale != 1 else text)
    if number is None or number * scale > MAX_INT:
        return None
    return number * scale


def parse_msec(text: bytes, *, whole_seconds: bool = False) -> int | None:
    """Milliseconds of a time such as ``1h 30m``, ``15``, ``100ms`` (ngx_parse_time); None when malformed.

    Years and months exist in times of whole seconds only, milliseconds only in the others.
    """
    total, rank, pos = 0, 0 if whole_seconds else 2, 0
    valid = False
    while pos < len(text):
        start = pos
        while pos < len(text) and text[pos : pos + 1].isdigit():
            pos += 1
        digits = text[start:pos]
        valid = valid or bool(digits)
        value = int(digits or b"0")
        if pos == len(text):
            total += value * 1000
            break
        unit = text[pos : pos + 1]
        if unit == b"m" and text[pos + 1 : pos + 2] == b"s":
            unit = b"ms"
        if unit not in _TIME_UNITS or (unit == b"ms" and whole_seconds):
            return None
        order, scale = _TIME_UNITS[unit]
        if rank >= (7 if unit == b" " else order):
            return None
        rank = order
        total += value * scale
        pos += len(unit)
        while text[pos : pos + 1] == b" ":
            pos += 1
    if not valid or total > MAX_INT:
        return None
    return total


def parse_seconds(text: bytes) -> float | None:
    """Seconds of a millisecond-grained time; None when malformed."""
    value = parse_msec(text)
    return None if value is None else value / 1000


def flag(d: Directive) -> bool:
    """``on`` or ``off``."""
    word = d.args[0].lower()
    if word == b"on":
        return True
    if word == b"off":
        return False
    raise ConfError(f'invalid value "{d.arg(0)}" in "{d.text}" directive, it must be "on" or "off"', d)


def string(d: Directive) -> bytes:
    """The argument as it is."""
    return d.args[0]


def strings(d: Directive) -> list[bytes]:
    """All arguments as they are."""
    return list(d.args)


def number(d: Directive) -> int:
    """A non-negative number."""
    value = parse_number(d.args[0])
    if value is None:
        raise d.error("invalid number")
    return value


def bounded(low: int, high: int | None = None) -> ValueType:
    """A number within bounds."""

    def parse(d: Directive) -> int:
        value = number(d)
        if value < low or (high is not None and value > high):
            limit = f"equal to or greater than {low}" if high is None else f"between {low} and {high}"
            raise ConfError(f"value must be {limit}", d)
        return value

    return parse


def size(d: Directive) -> int:
    """A size in bytes, ``8k``, ``1m``."""
    return _valid(parse_size(d.args[0]), d)


def offset(d: Directive) -> int:
    """A file offset in bytes, ``8k``, ``1m``, ``2g``."""
    return _valid(parse_offset(d.args[0]), d)


def msec(d: Directive) -> float:
    """A time with milliseconds, in seconds."""
    value: int = _valid(parse_msec(d.args[0]), d)
    return value / 1000


def sec(d: Directive) -> float:
    """A time of whole seconds, in seconds."""
    value: int = _valid(parse_msec(d.args[0], whole_seconds=True), d)
    return value / 1000


def _valid(value: int | None, d: Directive) -> int:
    if value is None:
        raise d.error("invalid value")
    return value


def buffers(d: Directive) -> dict[str, int]:
    """``NUMBER SIZE`` → {count, size}."""
    count, length = parse_number(d.args[0]), parse_size(d.args[1])
    if not count or not length:
        raise d.error("invalid value")
    return {"count": count, "size": length}


def enum(*words: str, **mapped: Any) -> ValueType:
    """One of some words, in any case → the word as bytes, or what a keyword argument maps it to."""
    table: dict[bytes, Any] = {word.encode(): word.encode() for word in words}
    table.update({word.encode(): value for word, value in mapped.items()})

    def parse(d: Directive) -> Any:
        try:
            return table[d.args[0].lower()]
        except KeyError:
            raise d.invalid() from None

    return parse


def bitmask(*words: str) -> ValueType:
    """Several of some words, in any case → a dict word → True."""
    known = {word.lower().encode(): word.encode() for word in words}

    def parse(d: Directive) -> dict[bytes, bool]:
        chosen: dict[bytes, bool] = {}
        for index, arg in enumerate(d.args):
            word = known.get(arg.lower())
            if word is None:
                raise ConfError(f'invalid value "{d.arg(index)}"', d)
            if word in chosen:
                d.warn(f'duplicate value "{d.arg(index)}"')
            chosen[word] = True
        return chosen

    return parse


def path(d: Directive) -> bytes:
    """A file name, kept as written; ``config.full_name`` makes it absolute."""
    return d.args[0]


def complex_value(d: Directive) -> bytes | dict[Any, Any]:
    """Text with variables; bytes when it has none (ngx_http_compile_complex_value)."""
    return compile_text(d.args[0], d)


def compile_text(text: bytes, d: Directive) -> bytes | dict[Any, Any]:
    """Compile ``"a$b"`` → bytes without variables, else {script = True, 1 = part, 2 = part …}.

    A part is bytes, {"var": name} or {"capture": n}.
    """
    parts = split_text(text, d)
    if all(isinstance(part, bytes) for part in parts):
        return text
    return {"script": True, **dict(enumerate(parts, 1))}


def split_text(text: bytes, d: Directive) -> list[bytes | dict[str, Any]]:
    """The parts of a text with variables, in order (ngx_http_script_compile)."""
    parts: list[bytes | dict[str, Any]] = []
    pos = 0
    while pos < len(text):
        dollar = text.find(b"$", pos)
        if dollar < 0:
            parts.append(text[pos:])
            break
        if dollar > pos:
            parts.append(text[pos:dollar])
        part, pos = _variable(text, dollar + 1, d)
        parts.append(part)
    return parts


def _variable(text: bytes, pos: int, d: Directive) -> tuple[dict[str, Any], int]:
    """Read what follows a ``$``: the part and the position behind it."""
    first = text[pos : pos + 1]
    if first and first in b"123456789":
        return {"capture": int(first)}, pos + 1
    braced = first == b"{"
    start = end = pos + braced
    while end < len(text) and text[end] in _NAME:
        end += 1
    name = text[start:end]
    if braced and start < len(text) and text[end : end + 1] != b"}":
        shown = name.decode()
        raise ConfError(f'the closing bracket in "{shown}" variable is missing', d)
    if not name:
        raise ConfError("invalid variable name", d)
    return {"var": name}, end + braced


def has_variables(value: Any) -> bool:
    """Whether a compiled complex value has to be evaluated for each request."""
    return isinstance(value, dict) and "script" in value
