"""ngx_http_gzip_filter_module, with the core's ``gzip_*`` that ask what a client takes. Serving half:
lua/modules/gzip.lua.

``loc.gzip_disable`` = {regexes = [bytes…], msie6 = true}.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.mime import declare_types
from pyresty.conf.regex import check_regex
from pyresty.conf.registry import HTTP, LOCATION, LOCATION_IF, SERVER, Module, Scope
from pyresty.conf.values import bitmask, bounded, buffers, enum, flag, size

MODULE = Module("ngx_http_gzip_filter_module")

_ALL = HTTP | SERVER | LOCATION


def _window(d: Directive) -> int:
    """A power of two → its exponent."""
    value = size(d)
    if value not in (1 << bits for bits in range(9, 16)):
        raise ConfError('"gzip_window" directive must be 512, 1k, 2k, 4k, 8k, 16k, or 32k', d)
    return value.bit_length() - 1


def _hash(d: Directive) -> int:
    """A power of two → zlib's memory level."""
    value = size(d)
    if value not in (1 << bits for bits in range(9, 18)):
        raise ConfError('"gzip_hash" directive must be 512, 1k, 2k, 4k, 8k, 16k, 32k, 64k, or 128k', d)
    return value.bit_length() - 1 - 8


MODULE.value("gzip", _ALL | LOCATION_IF, flag, default=False)
MODULE.value("gzip_buffers", _ALL, buffers, args=2, default={"count": 32, "size": 4096}, export=False)
declare_types(MODULE, "gzip_types", _ALL)
MODULE.value("gzip_comp_level", _ALL, bounded(1, 9), default=1)
MODULE.value("gzip_window", _ALL, _window, default=15)
MODULE.value("gzip_hash", _ALL, _hash, default=9)
MODULE.value("postpone_gzipping", _ALL, size, default=0)
MODULE.value("gzip_no_buffer", _ALL, flag, default=False, export=False)
MODULE.value("gzip_min_length", _ALL, size, default=20)

MODULE.value("gzip_vary", _ALL, flag, default=False)
MODULE.value("gzip_http_version", _ALL, enum(**{"1.0": 10, "1.1": 11}), default=11)
MODULE.value(
    "gzip_proxied",
    _ALL,
    bitmask("off", "expired", "no-cache", "no-store", "private", "no_last_modified", "no_etag", "auth", "any"),
    args=(1, None),
    default={b"off": True},
)


@MODULE.directive("gzip_disable", _ALL, args=(1, None))
def gzip_disable(scope: Scope, d: Directive) -> None:
    """REGEX… of the User-Agent; ``msie6`` is a shorthand for old Internet Explorers."""
    table: dict[str, Any] = scope.values.setdefault("gzip_disable", {"regexes": [], "msie6": False})
    for word in d.args:
        if word == b"msie6":
            table["msie6"] = True
        else:
            check_regex(scope, word, d, caseless=True)
            table["regexes"].append(word)


MODULE.export("gzip_disable", _ALL)
MODULE.variable("gzip_ratio")
