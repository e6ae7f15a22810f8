"""Regular expressions in the configuration (nginx: ngx_regex_compile, ngx_http_regex_compile).

They are compiled here only to find errors and named captures early; requests match them in Lua.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.scope import Scope

_CASELESS = 0x00000008
_INFO_CAPTURECOUNT, _INFO_NAMECOUNT, _INFO_NAMEENTRYSIZE, _INFO_NAMETABLE = 4, 17, 18, 19
_LIBRARIES = ("libpcre2-8.so.0", "libpcre2-8.so", "libpcre2-8.0.dylib")


@dataclass(frozen=True, slots=True)
class Regex:
    """How many captures a pattern has, and the names of those that have one."""

    captures: int
    names: tuple[bytes, ...]


@cache
def _library() -> ctypes.CDLL | None:
    for name in _LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        pointer, size, number = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
        library.pcre2_compile_8.restype = pointer
        library.pcre2_compile_8.argtypes = [
            ctypes.c_char_p, size, ctypes.c_uint32, ctypes.POINTER(number), ctypes.POINTER(size), pointer,
        ]  # fmt: skip
        library.pcre2_get_error_message_8.argtypes = [number, ctypes.c_char_p, size]
        library.pcre2_pattern_info_8.argtypes = [pointer, ctypes.c_uint32, pointer]
        library.pcre2_code_free_8.argtypes = [pointer]
        return library
    return None


def check_regex(scope: Scope, pattern: bytes, d: Directive, *, caseless: bool = False) -> Regex:
    """Check a pattern and declare its named captures as variables.

    Raises ``pcre2_compile() failed: … in "PATTERN" at "REST"``.
    """
    library = _library()
    if library is None:
        raise ConfError(b'using regex "%s" requires PCRE library' % pattern, d)
    number, offset = ctypes.c_int(), ctypes.c_size_t()
    code = library.pcre2_compile_8(
        pattern, len(pattern), _CASELESS if caseless else 0, ctypes.byref(number), ctypes.byref(offset), None
    )
    if not code:
        raise ConfError(_failure(library, pattern, number.value, offset.value), d)
    try:
        regex = _inspect(library, code)
    finally:
        library.pcre2_code_free_8(code)
    for name in regex.names:
        scope.define_variable(name, d)
        scope.use_variable(name)
    return regex


def _failure(library: ctypes.CDLL, pattern: bytes, number: int, offset: int) -> bytes:
    buffer = ctypes.create_string_buffer(128)
    library.pcre2_get_error_message_8(number, buffer, 128)
    message = b'pcre2_compile() failed: %s in "%s"' % (buffer.value, pattern)
    return message if offset == len(pattern) else message + b' at "%s"' % pattern[offset:]


def _inspect(library: ctypes.CDLL, code: int) -> Regex:
    captures, count, size = ctypes.c_uint32(), ctypes.c_uint32(), ctypes.c_uint32()
    for what, value in ((_INFO_CAPTURECOUNT, captures), (_INFO_NAMECOUNT, count), (_INFO_NAMEENTRYSIZE, size)):
        library.pcre2_pattern_info_8(code, what, ctypes.byref(value))
    table = ctypes.c_void_p()
    library.pcre2_pattern_info_8(code, _INFO_NAMETABLE, ctypes.byref(table))
    entries = ctypes.string_at(table, count.value * size.value) if table.value else b""
    width = size.value or 1
    names = [entries[start + 2 : start + width].split(b"\0")[0] for start in range(0, len(entries), width)]
    return Regex(captures.value, tuple(names))
