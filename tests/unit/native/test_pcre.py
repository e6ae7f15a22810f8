"""native.pcre: compiling, matching, limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

EXEC = """
local pattern, flags, subject, start = ...
local handle, groups = native.pcre.compile(pattern, flags)
if not handle then return groups end
local res = {}
local from, to = native.pcre.exec(handle, subject, start or 1, res)
if not from then return "none", to end
local text = {}
for i = 0, groups do text[#text + 1] = tostring(res[i]) end
return from, to, table.concat(text, "|")
"""


@pytest.mark.parametrize("jit", [b"", b"j"])
@pytest.mark.parametrize(
    ("pattern", "flags", "subject", "expected"),
    [
        (b"(l+)(x)?", b"", b"hello", (3, 4, b"ll|ll|false")),
        (b"HELLO", b"i", b"say hello", (5, 9, b"hello")),
        (b"^b", b"m", b"a\nb", (3, 3, b"b")),
        (b"a.b", b"s", b"a\nb", (1, 3, b"a\nb")),
        (b"a b # c", b"x", b"ab", (1, 2, b"ab")),
        (b"l", b"a", b"hello", (b"none", None)),
        (b"^.$", b"u", "é".encode(), (1, 2, "é".encode())),
        (b"^.$", b"", "é".encode(), (b"none", None)),
        (b"^.$", b"U", "é".encode(), (1, 2, "é".encode())),
        (b"a(x)?b", b"", b"\0ab", (2, 3, b"ab|false")),
        (b"x*", b"", b"abc", (1, 0, b"")),
        (b"[]abc", b"J", b"abc", (b"none", None)),
    ],
)
def test_options(run: Run, jit: bytes, pattern: bytes, flags: bytes, subject: bytes, expected: tuple[Any, ...]) -> None:
    assert run(EXEC, pattern, flags + jit, subject) == expected


def test_start(run: Run) -> None:
    assert run(EXEC, b"l", b"", b"hello", 4) == (4, 4, b"l")
    assert run(EXEC, b"$", b"j", b"hello", 6) == (6, 5, b"")
    assert run(EXEC, b"l", b"j", b"hello", 7) == (b"none", -33)
    assert run(EXEC, b"l", b"", b"hello", 7) == (b"none", -33)


def test_dfa_takes_the_longest(run: Run) -> None:
    assert run(EXEC, b"a|ab(c)?", b"d", b"abcd") == (1, 3, b"abc")


def test_messages(run: Run) -> None:
    compile_ = "return native.pcre.compile(...)"
    assert run(compile_, b"(abc", b"") == (
        None,
        b'pcre2_compile() failed: missing closing parenthesis in "(abc"',
    )
    assert run(compile_, b"a)b", b"") == (
        None,
        b'pcre2_compile() failed: unmatched closing parenthesis in "a)b" at ")b"',
    )
    assert run(compile_, b"a", b"iz") == (None, b'unknown flag "z" (flags "iz")')


def test_names(run: Run) -> None:
    code = "local h = native.pcre.compile(...) return (table.unpack or unpack)(native.pcre.names(h))"
    assert run(code, b"(?<year>\\d+)-(?<day>\\d+)", b"") == (2, b"day", 1, b"year")
    assert run("return native.pcre.names(native.pcre.compile(...))", b"(a)", b"") is None


def test_find_of_a_group(run: Run) -> None:
    code = "local h = native.pcre.compile('(a)(x)?(b)') return native.pcre.find(h, 'zab', 1, ...)"
    assert run(code) == (2, 3, 3)
    assert run(code, 3) == (3, 3, 3)
    assert run(code, 2) == (None, None, 3)


def test_many_groups(run: Run) -> None:
    text = bytes(range(65, 91)) * 4
    pattern = b"".join(b"(%c)" % c for c in text)
    assert run(EXEC, pattern, b"", text)[1] == len(text)
    assert run(EXEC, b"(B)(C)", b"", text) == (2, 3, b"BC|B|C")


def test_a_freed_handle_is_refused_and_used_again(run: Run) -> None:
    code = """
        local p = native.pcre
        local first = p.compile "a"
        p.free(first)
        local none, code = p.exec(first, "a", 1, {})
        return none, code, p.compile "b" == first
    """
    assert run(code) == (None, -29, True)


def test_match_limit(run: Run) -> None:
    code = """
        local p = native.pcre
        p.set_match_limit(100)
        local none, code = p.find(p.compile("(a+)+$", ...), ("a"):rep(40) .. "b", 1)
        p.set_match_limit(0)
        return code
    """
    assert run(code, b"") == -47
    assert run(code, b"j") == -47
