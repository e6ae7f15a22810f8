"""HTTP/2 (nginx: ngx_http_v2_module); the serving half is lua/http/http2.lua over pyresty/net/http2.py."""

from __future__ import annotations

from pyresty.conf.contexts import HTTP, LOCATION, SERVER
from pyresty.conf.directive import Directive
from pyresty.conf.registry import Module, Scope
from pyresty.conf.values import flag, msec, number, size

MODULE = Module("ngx_http_v2_module")

_SERVER = HTTP | SERVER

MODULE.value("http2_max_concurrent_streams", _SERVER, number, default=128)
MODULE.value("http2_body_preread_size", _SERVER, size, default=64 << 10)
MODULE.value("http2_chunk_size", HTTP | SERVER | LOCATION, size, default=8 << 10)

#: Memory that nginx sets aside, and limits that newer versions take from those of HTTP/1.
for _name in ("http2_pool_size", "http2_max_field_size", "http2_max_header_size"):
    MODULE.value(_name, _SERVER, size)
MODULE.value("http2_recv_buffer_size", HTTP, size)
MODULE.value("http2_streams_index_size", _SERVER, number)
MODULE.value("http2_max_requests", _SERVER, number)
for _name in ("http2_recv_timeout", "http2_idle_timeout"):
    MODULE.value(_name, _SERVER, msec)
MODULE.value("http2_max_concurrent_pushes", _SERVER, number)
MODULE.value("http2", _SERVER, flag, default=False)


@MODULE.directive("http2_push", HTTP | SERVER | LOCATION, args=1)
@MODULE.directive("http2_push_preload", HTTP | SERVER | LOCATION, args=1)
def http2_push(scope: Scope, d: Directive) -> None:
    """Only ``off``: clients have given server push up."""
    if d.args[0] != b"off":
        raise d.error("is not supported but for the value off")


MODULE.variable("http2", changeable=False)

