"""ngx.re.* and the module ngx.re."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

PRELUDE = """
local re = require "pyresty.ngx.re"
local split = require "pyresty.ngx.re_split"
local function dump(t)
    if type(t) ~= "table" then return tostring(t) end
    local out = {}
    for k, v in pairs(t) do
        if type(v) == "table" then v = "{" .. table.concat(v, ",") .. "}" end
        out[#out + 1] = tostring(k) .. "=" .. tostring(v)
    end
    table.sort(out)
    return table.concat(out, " ")
end
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("re.match('hello, 1234', '([a-z]+), ([0-9]+)')", b"0=hello, 1234 1=hello 2=1234"),
        ("re.match('hello', '(a)|(b)?llo', 'jo')", b"0=llo 1=false 2=false"),
        ("re.match('hello', 'x')", b"nil"),
        ("re.match(1234, '2', 'o')", b"0=2"),
        ("re.match('a-b', '(?<x>a)-(?<y>b)(?<z>c)?')", b"0=a-b 1=a 2=b 3=false x=a y=b z=false"),
        ("re.match('ab', '(?<x>a)(?<x>b)(?<x>c)?', 'D')", b"0=ab 1=a 2=b 3=false x={a,b}"),
        ("re.match('hello', 'l', 'o', nil, {[0]='old', k='v'})", b"0=l k=v"),
    ],
)
def test_match(run: Run, call: str, expected: bytes) -> None:
    assert run(PRELUDE + f"return dump(({call}))") == expected


def test_match_position(run: Run) -> None:
    code = """
        local ctx = {pos = 3}
        local m = re.match("12 34 56", "[0-9]+", "jo", ctx)
        local first, at = m[0], ctx.pos
        m = re.match("12 34 56", "[0-9]+", "ajo", ctx)
        local ctx0 = {}
        re.match("ab", "a", "", ctx0)
        return first, at, m, ctx.pos, ctx0.pos
    """
    assert run(PRELUDE + code) == (b"34", 6, None, 6, 2)


def test_errors(run: Run) -> None:
    text = b'pcre2_compile() failed: missing closing parenthesis in "(abc"'
    assert run(PRELUDE + "return re.match('a', '(abc')") == (None, text)
    assert run(PRELUDE + "return re.find('a', '(abc')") == (None, None, text)
    assert run(PRELUDE + "return re.gmatch('a', '(abc')") == (None, text)
    assert run(PRELUDE + "return re.sub('a', '(abc', '')") == (None, None, text)
    assert run(PRELUDE + "return re.gsub('a', '(abc', '', 'jo')") == (None, None, text)
    assert run(PRELUDE + "return re.match('a\\255', '.', 'u', {pos = 2})") == (
        None,
        b"pcre_exec() failed: -23",
    )
    assert run(PRELUDE + "return re.match('a', 'b', '', {pos = 3})") == (None, b"pcre_exec() failed: -33")
    ok, message = run(PRELUDE + "return pcall(re.match, 'a', 'a', 'ijw')")
    assert not ok
    assert message.endswith(b'unknown flag "w" (flags "ijw")')


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("re.find('hello, 1234', '([0-9])([0-9]+)', 'jo')", (8, 11)),
        ("re.find('hello, 1234', '([0-9])([0-9]+)', 'jo', nil, 2)", (9, 11)),
        ("re.find('hello', '(x)?l', '', nil, 1)", (None, None)),
        ("re.find('hello', 'l', '', nil, 1)", (None, None, b"nth out of bound")),
        ("re.find('hello', '')", (1, 0)),
        ("re.find('hello', 'z')", None),
    ],
)
def test_find(run: Run, call: str, expected: Any) -> None:
    assert run(PRELUDE + f"return {call}") == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'hello, world!', '[a-z]+', 'i'", b"hello;world"),
        ("'abc', ''", b";;;"),
        ("'ab', 'x*|b'", b";;"),
        ("'äb', '', 'u'", b";;"),
        ("'', 'x'", b""),
    ],
)
def test_gmatch(run: Run, arguments: str, expected: bytes) -> None:
    code = f"""
        local out = {{}}
        for m in re.gmatch({arguments}) do out[#out + 1] = m[0] end
        return table.concat(out, ";")
    """
    assert run(PRELUDE + code) == expected


def test_gmatch_outlives_the_cache(run: Run) -> None:
    code = """
        local iterator = re.gmatch("a1b2c3", "[a-z]")
        local out = { iterator()[0] }
        for i = 1, 200 do re.match("x", "never" .. i) end
        out[2], out[3], out[4] = iterator()[0], iterator()[0], tostring(iterator())
        return table.concat(out, ","), iterator()
    """
    assert run(PRELUDE + code) == (b"a,b,c,nil", None)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("re.sub('hello, 1234', '([0-9])[0-9]', '[$0][$1]')", (b"hello, [12][1]34", 1)),
        ("re.sub('hello, 1234', '[0-9]', '${0}00')", (b"hello, 100234", 1)),
        ("re.sub('hello', 'x', 'y')", (b"hello", 0)),
        ("re.gsub('hello', 'l', '$$', 'jo')", (b"he$$o", 2)),
        ("re.gsub('a,b', '(x)?,', '$1$7-')", (b"a-b", 1)),
        ("re.gsub('hello', '', '-')", (b"-h-e-l-l-o-", 6)),
        ("re.gsub('äö', '', '-', 'u')", ("-ä-ö-".encode(), 3)),
        ("re.gsub('ab', '(?<n>.)', function(m) return m.n:upper() .. '$0' end)", (b"A$0B$0", 2)),
        ("re.gsub('ab', '.', function(m) return 1 end)", (b"11", 2)),
        ("re.gsub('ab', '.', function(m) return (re.gsub(m[0], '.', 'z')) end)", (b"zz", 2)),
        ("re.sub('a', 'a', 5)", (b"5", 1)),
        ("re.sub('', '^', 'x')", (b"x", 1)),
    ],
)
def test_sub(run: Run, call: str, expected: tuple[bytes, int]) -> None:
    assert run(PRELUDE + f"return {call}") == expected


@pytest.mark.parametrize(
    ("template", "logged"),
    [
        (b"$", b'lua script: invalid capturing variable name found in "$"'),
        (b"a$-", b'lua script: invalid capturing variable name found in "a$-"'),
        (b"${1", b'the closing bracket in "1" variable is missing'),
        (b"$name", b'attempt to use named capturing variable "name" (named captures not supported yet)'),
    ],
)
def test_bad_templates(run: Run, template: bytes, logged: bytes) -> None:
    code = "local _, _, err = re.sub('a', 'a', ...) return err, logged[1]"
    assert run(PRELUDE + code, template) == (b"failed to compile the replacement template", b"4: " + logged)


def test_cache_is_bounded(run: Run) -> None:
    code = """
        local compiled, freed = 0, 0
        local compile, free = native.pcre.compile, native.pcre.free
        native.pcre.compile = function(...) compiled = compiled + 1 return compile(...) end
        native.pcre.free = function(...) freed = freed + 1 return free(...) end
        for round = 1, 3 do
            for i = 1, 3 do re.match("a", "a" .. i, "o") end
        end
        local steady = compiled
        for i = 1, 100 do re.match("a", "b" .. i, "o") end
        return steady, compiled - freed <= 8
    """
    plan = {"lua": {"lua_regex_cache_max_entries": 8}}
    assert run(PRELUDE + code, plan=plan) == (3, True)


@pytest.mark.parametrize(
    ("pattern", "message"),
    # As newer ngx_lua on PCRE2 says.
    [
        (b"a)b", b'unmatched closing parenthesis in "a)b" at ")b"'),
        (b"[a", b'missing terminating ] for character class in "[a"'),
        (b"(?#a", b'missing ) after (?# comment in "(?#a"'),
        (b"*a", b'quantifier does not follow a repeatable item in "*a" at "*a"'),
    ],
)
def test_compile_messages(run: Run, pattern: bytes, message: bytes) -> None:
    assert run(PRELUDE + "return re.match('', ...)", pattern) == (None, b"pcre2_compile() failed: " + message)


def test_jit_is_told_once(run: Run) -> None:
    code = "for i = 1, 3 do re.match('a', 'a', 'jo') end re.match('a', 'a', 'o') return table.concat(logged, ';')"
    assert run(PRELUDE + code) == b"8: pcre JIT compiling result: 1"


def test_no_cache(run: Run) -> None:
    code = "return re.match('abc', 'b', 'o')[0], re.gsub('aa', 'a', 'b', 'o')"
    assert run(PRELUDE + code, plan={"lua": {"lua_regex_cache_max_entries": 0}}) == (b"b", b"bb", 2)


def test_match_limit_directive(run: Run) -> None:
    code = "return re.match(('a'):rep(40) .. 'b', '(a+)+$', 'o')"
    result = run(PRELUDE + code, plan={"lua": {"lua_regex_match_limit": 100}})
    assert result == (None, b"pcre_exec() failed: -47")
    run("native.pcre.set_match_limit(0)")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'a,b,c,d', ','", b"a|b|c|d"),
        ("'a,b,c,,', ','", b"a|b|c"),
        ("',a', ','", b"|a"),
        ("'a,b,c', '(,)'", b"a|,|b|,|c"),
        ("'a,b,c', ',', nil, nil, 2", b"a|b,c"),
        ("'a,b,', ',', nil, nil, 3", b"a|b|"),
        ("'abcd', ''", b"a|b|c|d"),
        ("'abcd', '', 'jo', nil, 2", b"a|bcd"),
        ("'a,b', ';'", b"a,b"),
        ("'', ','", b""),
        ("'a,b,c', ',', nil, {pos = 3}", b"b|c"),
        ("'a,b', ',', nil, nil, nil, {'x', 'y', 'z'}", b"a|b"),
    ],
)
def test_split(run: Run, arguments: str, expected: bytes) -> None:
    assert run(PRELUDE + f"return table.concat(split.split({arguments}), '|')") == expected


def test_opt(run: Run) -> None:
    assert run(PRELUDE + "return split.opt('jit_stack_size', 128 * 1024)") is None
    code = "re.match('a', 'a', 'jo') return pcall(split.opt, 'jit_stack_size', 1)"
    ok, message = run(PRELUDE + code)
    assert not ok
    assert b"changing jit stack size is not allowed" in message
    assert b"unrecognized option name" in run(PRELUDE + "return pcall(split.opt, 'x', 1)")[1]


def test_long_texts_and_long_templates(run: Run) -> None:
    code = """
    local text = ("a-"):rep(200000)
    local longer, count = re.gsub(text, "(a)-", "[$1$99]", "jo")
    assert(count == 200000 and longer == ("[a]"):rep(200000))
    local template = ("x$1${2}"):rep(120)
    assert(re.sub("_ab_", "(a)(b)", template, "jo") == "_" .. ("xab"):rep(120) .. "_")
    return re.gsub("short a-", "(a)-", "$1", "jo")
    """
    assert run(PRELUDE + code) == (b"short a", 1)
