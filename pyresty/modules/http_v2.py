"""HTTP/2 (nginx: ngx_http_v2_module); the serving half is lua/http/http2.lua over pyresty/net/http2.py."""

from __future__ import annotations

from pyresty.conf.contexts import HTTP, LOCATION, SERVER
from pyresty.conf.directive import Directive
from pyresty.conf.registry import Module, Scope
from pyresty.conf.values import flag, number, size

MODULE = Module("ngx_http_v2_module")

_SERVER = HTTP | SERVER

MODULE.value("http2_max_concurrent_streams", _SERVER, number, default=128)
MODULE.value("http2_body_preread_size", _SERVER, size, default=64 << 10)
MODULE.value("http2_chunk_size", HTTP | SERVER | LOCATION, size, default=8 << 10)

#: Memory that nginx sets aside.
MODULE.value("http2_pool_size", _SERVER, size)
MODULE.value("http2_recv_buffer_size", HTTP, size)
MODULE.value("http2_streams_index_size", _SERVER, number)

#: What the directives of HTTP/1 say for HTTP/2 too.
_OBSOLETE = {
    "http2_recv_timeout": "client_header_timeout",
    "http2_idle_timeout": "keepalive_timeout",
    "http2_max_requests": "keepalive_requests",
    "http2_max_field_size": "large_client_header_buffers",
    "http2_max_header_size": "large_client_header_buffers",
}


def obsolete(scope: Scope, d: Directive) -> None:
    """A warning, whatever the value."""
    scope.warn(f'the "{d.text}" directive is obsolete, use the "{_OBSOLETE[d.text]}" directive instead', d)


for _name in _OBSOLETE:
    MODULE.directive(_name, _SERVER, args=1)(obsolete)

MODULE.value("http2_max_concurrent_pushes", _SERVER, number)
MODULE.value("http2", _SERVER, flag, default=False)


@MODULE.directive("http2_push", HTTP | SERVER | LOCATION, args=1)
@MODULE.directive("http2_push_preload", HTTP | SERVER | LOCATION, args=1)
def http2_push(scope: Scope, d: Directive) -> None:
    """Only ``off``: clients have given server push up."""
    if d.args[0] != b"off":
        raise d.error("is not supported but for the value off")


MODULE.variable("http2", changeable=False)

