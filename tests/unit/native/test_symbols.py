"""ffi.C as applications see it: nginx's functions beside those of libc and libcrypto."""

from __future__ import annotations

import pytest

from pyresty.vm.engine import VM

SETUP = b"""
ffi = require "ffi"
require("pyresty.native.symbols").install()
ffi.cdef [[
typedef unsigned char u_char;
typedef struct { size_t len; u_char *data; } ngx_str_t;
u_char *ngx_hex_dump(u_char *dst, const u_char *src, size_t len);
intptr_t ngx_atoi(const unsigned char *line, size_t n);
intptr_t ngx_hextoi(const unsigned char *line, size_t n);
uintptr_t ngx_escape_uri(u_char *dst, u_char *src, size_t size, uintptr_t type);
void ngx_encode_base64url(ngx_str_t *dst, ngx_str_t *src);
intptr_t ngx_decode_base64url(ngx_str_t *dst, ngx_str_t *src);
int ngx_no_such_function(int a);
size_t strlen(const char *s);
int opterr;
enum { of_an_application = 7 };
]]
C = ffi.C
function atoi(s) return tostring(C.ngx_atoi(s, #s)) end
function hextoi(s) return tostring(C.ngx_hextoi(s, #s)) end
function on_strings(name, s)
    local out, text = ffi.new("u_char[100]"), ffi.new("u_char[?]", #s + 1, s)
    local dst, src = ffi.new "ngx_str_t", ffi.new("ngx_str_t", #s, text)
    dst.data = out
    local rc = C[name](dst, src)
    return tonumber(rc), ffi.string(dst.data, dst.len)
end
"""


@pytest.fixture(scope="module")
def luajit() -> VM:
    vm = VM("luajit21")
    vm.eval(SETUP)
    return vm


def test_other_symbols(luajit: VM) -> None:
    assert luajit.eval(b"return tonumber(C.strlen 'abc'), tonumber(C.strlen 'abcd'), type(C)") == (3, 4, b"userdata")
    assert luajit.eval(b"return C.of_an_application") == 7


def test_variables_are_not_remembered(luajit: VM) -> None:
    code = b"local before = C.opterr C.opterr = 0 local after = C.opterr C.opterr = 1 return before, after"
    assert luajit.eval(code) == (1, 0)


def test_hex_dump(luajit: VM) -> None:
    dump = b"""local s = ... local b = ffi.new("u_char[?]", 2 * #s)
    local last = C.ngx_hex_dump(b, s, #s) return ffi.string(b, 2 * #s), tonumber(last - b)"""
    data = bytes(range(256))
    assert luajit.eval(dump, b"=t", data) == (data.hex().encode(), 512)
    assert luajit.eval(dump, b"=t", b"") == (b"", 0)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (b"0", b"0LL"), (b"00123", b"123LL"), (b"", b"-1LL"), (b"-1", b"-1LL"), (b"12a", b"-1LL"), (b" 1", b"-1LL"),
        (b"9223372036854775807", b"9223372036854775807LL"), (b"9223372036854775808", b"-1LL"),
        (b"92233720368547758070", b"-1LL"),
    ],
)  # fmt: skip
def test_atoi(luajit: VM, text: bytes, number: bytes) -> None:
    assert luajit.eval(b"return atoi(...)", b"=t", text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (b"0", b"0LL"), (b"fF10", b"65296LL"), (b"", b"-1LL"), (b"g", b"-1LL"), (b"@", b"-1LL"), (b"`", b"-1LL"),
        (b"7fffffffffffffff", b"9223372036854775807LL"), (b"8000000000000000", b"-1LL"),
    ],
)  # fmt: skip
def test_hextoi(luajit: VM, text: bytes, number: bytes) -> None:
    assert luajit.eval(b"return hextoi(...)", b"=t", text) == number


def test_escape_uri(luajit: VM) -> None:
    code = b"""local src = ffi.new("u_char[?]", 6, "a b/?") local out = ffi.new("u_char[20]")
    local count = tonumber(C.ngx_escape_uri(nil, src, 5, 2))
    local last = C.ngx_escape_uri(out, src, 5, 2)
    return count, ffi.string(out, tonumber(last - ffi.cast("uintptr_t", out)))"""
    assert luajit.eval(code) == (3, b"a%20b%2F%3F")


def test_base64url(luajit: VM) -> None:
    encoded = b"return select(2, on_strings('ngx_encode_base64url', ...))"
    assert luajit.eval(encoded, b"=t", b"\xff\xfe\xfdab") == b"__79YWI"
    assert luajit.eval(b"return on_strings('ngx_decode_base64url', ...)", b"=t", b"__79YWI") == (0, b"\xff\xfe\xfdab")
    assert luajit.eval(b"return (on_strings('ngx_decode_base64url', ...))", b"=t", b"*") == -1


def test_what_is_missing(luajit: VM) -> None:
    code = b"local name = ... return select(2, pcall(function() return C[name] end))"
    assert b"undefined symbol: ngx_no_such_function (of nginx's C functions only some" in luajit.eval(
        code, b"=t", b"ngx_no_such_function"
    )
    assert luajit.eval(code, b"=t", b"ngx_parse_time") == b"t:1: missing declaration for symbol 'ngx_parse_time'"
