"""Our cjson on every engine: OpenResty's extras, settings, positions of errors, cjson.safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lua = Callable[..., Any]

CASES = {
    "empty table": ("return c.encode({})", b"{}"),
    "empty table as array": ("c.encode_empty_table_as_object(false) return c.encode({a = {}})", b'{"a":[]}'),
    "empty_array": ("return c.encode({c.empty_array})", b"[[]]"),
    "empty_array_mt": ("return c.encode(setmetatable({}, c.empty_array_mt))", b"[]"),
    "empty_array_mt with a key": ("return c.encode(setmetatable({a = 1}, c.empty_array_mt))", b"[]"),
    "array_mt empty": ("return c.encode(setmetatable({}, c.array_mt))", b"[]"),
    "array_mt ignores keys": ("return c.encode(setmetatable({1, 2, a = 3}, c.array_mt))", b"[1,2]"),
    "__len": (
        "return c.encode(setmetatable({}, {__len = function() return 2 end, __index = function(_, i) return i end}))",
        b"[1,2]",
    ),
    "other metatable": ("return c.encode(setmetatable({a = 1}, {__index = {b = 2}}))", b'{"a":1}'),
    "hole": ("return c.encode({1, nil, 3})", b"[1,null,3]"),
    "null": ("return c.encode({c.null})", b"[null]"),
    "slash": ('return c.encode("a/b")', b'"a\\/b"'),
    "slash unescaped": ('c.encode_escape_forward_slash(false) return c.encode({["a/b"] = "c/d"})', b'{"a/b":"c/d"}'),
    "escapes": (r'return c.encode("\0\1\8\9\10\12\13\31\34\92\127\195\169")',
                b'"\\u0000\\u0001\\b\\t\\n\\f\\r\\u001f\\"\\\\\\u007f\xc3\xa9"'),
    "escaped key": (r'return c.encode({["\10"] = 1})', b'{"\\n":1}'),
    "number keys": ("return c.encode({[1.5] = 1})", b'{"1.5":1}'),
    "precision": ("c.encode_number_precision(16) return c.encode({0.1, 1/3, 100})",
                  b"[0.1,0.3333333333333333,100]"),
    "skipped values": (
        "c.encode_skip_unsupported_value_types(true) return c.encode({print, 1, print, {a = print}})", b"[1,{}]",
    ),
    "indent": ('c.encode_indent("  ") return c.encode({{}, {a = {1, true}}})',
               b'[\n  {},\n  {\n    "a": [\n      1,\n      true\n    ]\n  }\n]'),
    "indent of nothing": ('c.encode_indent("  ") return c.encode({c.empty_array})', b"[\n  []\n]"),
    "invalid numbers": ('c.encode_invalid_numbers(true) return c.encode({0/0, 1/0, -1/0})',
                        b"[NaN,Infinity,-Infinity]"),
    "invalid numbers as null": ('c.encode_invalid_numbers("null") return c.encode({0/0, 1/0})', b"[null,null]"),
    "settings tell": ("return tostring(c.encode_indent()) .. tostring(c.decode_allow_comment())"
                      " .. tostring(c.encode_escape_forward_slash())", b"falsetrue"),
    "comments": ("c.decode_allow_comment(true) return c.encode(c.decode('/* a */[1,// b\\n 2/**/,3]//'))", b"[1,2,3]"),
    "array metatable": ("c.decode_array_with_array_mt(true) return c.encode(c.decode('{\"a\":[]}'))", b'{"a":[]}'),
    "no array metatable": ("return c.encode(c.decode('{\"a\":[]}'))", b'{"a":{}}'),
    "decoded null": ("local t = c.decode('[null]') return type(t[1]) .. tostring(t[1] == c.null)", b"userdatatrue"),
    "minus zero is an integer": ("return tostring(c.decode('-0'))", b"0"),
    "settings are an instance's own": (
        "local d = c.new() d.encode_escape_forward_slash(false) return c.encode('/') .. d.encode('/')", b'"\\/""/"',
    ),
    "deep": ("local function nest(n, s) return ('['):rep(n) .. s .. (']'):rep(n) end"
             " return c.encode(c.decode(nest(1000, ''))) == nest(999, '{}')", True),
}  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_case(lua: Lua, case: str) -> None:
    code, expected = CASES[case]
    assert lua(f"local c = require('pyresty.cjson').new() {code}") == expected


ERRORS = {
    "": b"Expected value but found T_END at character 1",
    "[": b"Expected value but found T_END at character 2",
    '{"a":1': b"Expected comma or object end but found T_END at character 7",
    "[1": b"Expected comma or array end but found T_END at character 3",
    "{1:2}": b"Expected object key string but found T_INTEGER at character 2",
    "{1.5:2}": b"Expected object key string but found T_NUMBER at character 2",
    '{"a" 1}': b"Expected colon but found T_INTEGER at character 6",
    "nope": b"Expected value but found invalid token at character 1",
    "[1] 2": b"Expected the end but found T_INTEGER at character 5",
    '"abc': b"Expected value but found unexpected end of string at character 5",
    '"a\\q"': b"Expected value but found invalid escape code at character 3",
    '"\\ud800"': b"Expected value but found invalid unicode escape code at character 2",
    "[" * 1001: b"Found too many nested data structures (1001) at character 1001",
    "\0\0": b"JSON parser does not support UTF-16 or UTF-32",
    "// a": b"Expected value but found invalid token at character 1",
}


@pytest.mark.parametrize("text", list(ERRORS), ids=[repr(t[:12]) for t in ERRORS])
def test_decode_error(lua: Lua, text: str) -> None:
    assert lua("return select(2, pcall(require('pyresty.cjson').decode, ...))", text) == ERRORS[text]
    assert lua("return require('pyresty.cjson.safe').decode(...)", text) == (None, ERRORS[text])


def test_unclosed_comment(lua: Lua) -> None:
    code = "local c = require('pyresty.cjson').new() c.decode_allow_comment(true) return pcall(c.decode, '1/*')"
    assert lua(code) == (False, b"Expected the end but found unclosed multi-line comment at character 4")


def test_error_has_the_callers_position(lua: Lua) -> None:
    code = """
        local c = require 'pyresty.cjson'
        local ok, decode_error = pcall(function()
            local x = c.decode('[[x')
            return x
        end)
        local ok2, encode_error = pcall(function()
            local x = c.encode({{print}})
            return x
        end)
        return decode_error, encode_error"""
    assert lua(code) == (
        b"test:4: Expected value but found invalid token at character 3",
        b"test:8: Cannot serialise function: type not supported",
    )


def test_safe_encode(lua: Lua) -> None:
    code = "return require('pyresty.cjson.safe').encode({[1] = 1, [100] = 1})"
    assert lua(code) == (None, b"Cannot serialise table: excessively sparse array")
    assert lua("return require('pyresty.cjson.safe').new().decode('[')")[0] is None
    with pytest.raises(Exception, match="expected 1 argument"):
        lua("return (require('pyresty.cjson.safe').encode())")


def test_metamethods_may_encode_and_fail(lua: Lua) -> None:
    """A failed or nested encode leaves nothing behind in the next text."""
    code = """
        local c = require 'pyresty.cjson'
        local nested = setmetatable({}, {
            __len = function() c.encode({'x', 'y', 'z'}) return 1 end,
            __index = function() return c.encode({1}) end,
        })
        local failing = setmetatable({}, {__len = function() error('stop', 0) end})
        return c.encode({nested, 2}), select(2, pcall(c.encode, {1, 2, 3, failing})), c.encode({7})"""
    assert lua(code) == (b'[["[1]"],2]', b"stop", b"[7]")


def test_many_keys_and_long_texts(lua: Lua) -> None:
    code = """
        local c = require 'pyresty.cjson'
        for round = 1, 3 do
            for i = 1, 3000 do
                local key = 'key/' .. i
                assert(c.decode(c.encode({[key] = i}))[key] == i)
            end
        end
        local long = {}
        for i = 1, 30000 do long[i] = i end
        local copy = c.decode(c.encode(long))
        return #copy, copy[30000], c.encode({('x'):rep(100000)}) == '["' .. ('x'):rep(100000) .. '"]'"""
    assert lua(code) == (30000, 30000, True)


def test_long_text_of_escapes(lua: Lua) -> None:
    """Takes minutes where each escape looks for the end of the text again."""
    code = """
        local c = require 'pyresty.cjson'
        local text = ('\\n/'):rep(200000)
        local json = c.encode({text, 'x'})
        return #json, c.decode(json)[1] == text"""
    assert lua(code) == (200000 * 4 + 8, True)


def test_installed_under_its_names(lua: Lua, engine: str) -> None:
    code = """
        package.cpath, package.path = '', ''
        local c = require 'cjson'
        return c._NAME, c._VERSION, require('cjson.safe').null == c.null, c.null == require 'pyresty.null'"""
    assert lua(code) == (b"cjson", b"2.1.0.11", True, True)


def test_a_cjson_of_the_application_wins(lua: Lua) -> None:
    code = "package.searchers[2] = function(n) return n == 'cjson' and function() return 'mine' end or nil end"
    assert lua(code + " return require 'cjson'") == b"mine"
