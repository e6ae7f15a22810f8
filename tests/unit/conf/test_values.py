"""Value types."""

from __future__ import annotations

from typing import Any

import pytest

from pyresty.conf import values
from pyresty.conf.directive import ConfError, Directive


def directive(*args: bytes) -> Directive:
    return Directive(b"d", list(args), "f", 7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"0", 0),
        (b"15", 15_000),
        (b"100ms", 100),
        (b"1h30m", 5_400_000),
        (b"1h 30m 5s 7ms", 5_405_007),
        (b"2d", 172_800_000),
        (b"1w", 604_800_000),
        (b"5 ", 5000),
        (b"1M", None),
        (b"1y", None),
        (b"1m1h", None),
        (b"1s1s", None),
        (b"1.5s", None),
        (b"-1", None),
        (b"", None),
        (b"s", None),
        (b"99999999999999999999", None),
    ],
)
def test_milliseconds(text: bytes, expected: int | None) -> None:
    assert values.parse_msec(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [(b"1y", 31_536_000_000), (b"1M", 2_592_000_000), (b"1y1M1w", 34_732_800_000), (b"1ms", None), (b"7", 7000)],
)
def test_whole_seconds(text: bytes, expected: int | None) -> None:
    assert values.parse_msec(text, whole_seconds=True) == expected


@pytest.mark.parametrize(
    ("text", "size", "offset"),
    [
        (b"10", 10, 10),
        (b"8k", 8192, 8192),
        (b"2M", 2 << 20, 2 << 20),
        (b"1g", None, 1 << 30),
        (b"k", None, None),
        (b"", None, None),
        (b"1kb", None, None),
        (b"9999999999999g", None, None),
    ],
)
def test_sizes(text: bytes, size: int | None, offset: int | None) -> None:
    assert (values.parse_size(text), values.parse_offset(text)) == (size, offset)


@pytest.mark.parametrize(
    ("kind", "args", "expected"),
    [
        (values.flag, [b"On"], True),
        (values.flag, [b"off"], False),
        (values.msec, [b"1500ms"], 1.5),
        (values.sec, [b"1m"], 60.0),
        (values.buffers, [b"4", b"8k"], {"count": 4, "size": 8192}),
        (values.enum("a", "b"), [b"B"], b"b"),
        (values.enum(on=1, off=0), [b"off"], 0),
        (values.bitmask("a", "b"), [b"a", b"B"], {b"a": True, b"b": True}),
        (values.strings, [b"a", b"b"], [b"a", b"b"]),
        (values.bounded(1, 9), [b"9"], 9),
    ],
)
def test_values(kind: values.ValueType, args: list[bytes], expected: Any) -> None:
    assert kind(directive(*args)) == expected


@pytest.mark.parametrize(
    ("kind", "args", "message"),
    [
        (values.flag, [b"x"], 'invalid value "x" in "d" directive, it must be "on" or "off"'),
        (values.number, [b"x"], '"d" directive invalid number'),
        (values.size, [b"x"], '"d" directive invalid value'),
        (values.msec, [b"x"], '"d" directive invalid value'),
        (values.buffers, [b"0", b"8k"], '"d" directive invalid value'),
        (values.enum("a"), [b"x"], 'invalid value "x"'),
        (values.bitmask("a"), [b"a", b"x"], 'invalid value "x"'),
        (values.bounded(1, 9), [b"10"], "value must be between 1 and 9"),
        (values.bounded(5), [b"4"], "value must be equal to or greater than 5"),
    ],
)
def test_refusals(kind: values.ValueType, args: list[bytes], message: str) -> None:
    with pytest.raises(ConfError) as caught:
        kind(directive(*args))
    assert caught.value.text == f"{message} in f:7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"plain", b"plain"),
        (b"", b""),
        (b"a$b", {"script": True, 1: b"a", 2: {"var": b"b"}}),
        (b"${a}b$1c", {"script": True, 1: {"var": b"a"}, 2: b"b", 3: {"capture": 1}, 4: b"c"}),
        (b"$a_1-$0x", {"script": True, 1: {"var": b"a_1"}, 2: b"-", 3: {"var": b"0x"}}),
        (b"$12", {"script": True, 1: {"capture": 1}, 2: b"2"}),
    ],
)
def test_complex_values(text: bytes, expected: Any) -> None:
    assert values.complex_value(directive(text)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"$", "invalid variable name"),
        (b"a$-", "invalid variable name"),
        (b"${", "invalid variable name"),
        (b"${}", "invalid variable name"),
        (b"${a", 'the closing bracket in "a" variable is missing'),
        (b"${a-b}", 'the closing bracket in "a" variable is missing'),
    ],
)
def test_bad_variables(text: bytes, message: str) -> None:
    with pytest.raises(ConfError) as caught:
        values.complex_value(directive(text))
    assert caught.value.message == message
