"""ngx_http_userid_filter_module: a cookie that tells clients apart. Serving half: lua/modules/userid.lua.

``loc.userid_expires`` = seconds, 0 for none, -1 for ``max``; ``loc.userid_flags`` = the text behind the cookie.
"""

from __future__ import annotations

from pyresty.conf.directive import Directive
from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module
from pyresty.conf.values import bitmask, enum, number, parse_msec, string

MODULE = Module("ngx_http_userid_filter_module")

_ALL = HTTP | SERVER | LOCATION
_FLAGS = ("off", "secure", "httponly", "samesite=strict", "samesite=lax", "samesite=none")
_bits = bitmask(*_FLAGS)


def _expires(d: Directive) -> int:
    word = d.args[0]
    if word in (b"max", b"off"):
        return -1 if word == b"max" else 0
    value = parse_msec(word, whole_seconds=True)
    if value is None:
        raise d.error("invalid value")
    return value // 1000


def _flags(d: Directive) -> bytes:
    chosen = _bits(d)
    return b"".join(b"; " + flag.encode() for flag in _FLAGS[1:] if flag.encode() in chosen)


def _mark(d: Directive) -> bytes:
    word = d.args[0]
    if word == b"off":
        return b""
    if len(word) != 1 or not (word.isalnum() or word == b"="):
        raise d.error('value must be "off" or a single letter, digit or "="')
    return word


MODULE.value("userid", _ALL, enum("off", "log", "v1", "on"), default=b"off")
MODULE.value("userid_service", _ALL, number)
MODULE.value("userid_name", _ALL, string, default=b"uid")
MODULE.value("userid_domain", _ALL, lambda d: b"" if d.args[0] == b"none" else b"; domain=" + d.args[0], default=b"")
MODULE.value("userid_path", _ALL, lambda d: b"; path=" + d.args[0], default=b"; path=/")
MODULE.value("userid_expires", _ALL, _expires, default=0)
MODULE.value("userid_flags", _ALL, _flags, args=(1, 3), default=b"")
MODULE.value("userid_p3p", _ALL, lambda d: b"" if d.args[0] == b"none" else d.args[0], default=b"")
MODULE.value("userid_mark", _ALL, _mark, default=b"")
MODULE.variable("uid_got")
MODULE.variable("uid_set")
MODULE.variable("uid_reset", changeable=True)
