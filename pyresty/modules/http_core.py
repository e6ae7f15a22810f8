"""Simple directives and the variables of the http core (nginx: ngx_http_core_module)."""

from __future__ import annotations

from typing import Any

from pyresty.conf.contexts import HTTP, LOCATION, LOCATION_IF, SERVER
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.registry import Module, Plan, Scope
from pyresty.conf.values import (
    bitmask,
    buffers,
    compile_text,
    enum,
    flag,
    has_variables,
    msec,
    number,
    offset,
    parse_msec,
    parse_number,
    parse_offset,
    parse_size,
    sec,
    size,
    string,
)

MODULE = Module("ngx_http_core_module")

_SERVERS = HTTP | SERVER
_ALL = HTTP | SERVER | LOCATION
_ALL_IF = _ALL | LOCATION_IF

for _name, _default in {
    "variables_hash_max_size": 1024,
    "variables_hash_bucket_size": 64,
    "server_names_hash_max_size": 512,
    "server_names_hash_bucket_size": 64,
}.items():
    MODULE.value(_name, HTTP, number, default=_default, export=False)
MODULE.value("types_hash_max_size", _ALL, number, default=1024, export=False)
MODULE.value("types_hash_bucket_size", _ALL, number, default=64, export=False)


def _pool_size(d: Directive) -> int:
    value = size(d)
    if value < 112:
        raise ConfError("the pool size must be no less than 112", d)
    if value % 16:
        raise ConfError("the pool size must be a multiple of 16", d)
    return value


MODULE.value("connection_pool_size", _SERVERS, _pool_size, default=512, export=False)
MODULE.value("request_pool_size", _SERVERS, _pool_size, default=4096, export=False)


@MODULE.server
def check_buffers(scope: Scope, server: dict[str, Any], plan: Plan) -> None:
    """A header buffer holds at least a connection's first allocation."""
    if scope.get("large_client_header_buffers")["size"] < scope.get("connection_pool_size"):
        raise ConfError(
            'the "large_client_header_buffers" size must be equal to or greater than "connection_pool_size"',
            scope.http.directive,
            end=True,
        )


MODULE.value("client_header_timeout", _SERVERS, msec, default=60.0)
MODULE.value("client_header_buffer_size", _SERVERS, size, default=1024)
MODULE.value("large_client_header_buffers", _SERVERS, buffers, args=2, default={"count": 4, "size": 8192})
MODULE.value("ignore_invalid_headers", _SERVERS, flag, default=True)
MODULE.value("merge_slashes", _SERVERS, flag, default=True)
MODULE.value("underscores_in_headers", _SERVERS, flag, default=False)

MODULE.value("default_type", _ALL, string, default=b"text/plain")
MODULE.value("client_max_body_size", _ALL, offset, default=1 << 20)
MODULE.value("client_body_buffer_size", _ALL, size, default=8192)
MODULE.value("client_body_timeout", _ALL, msec, default=60.0)
MODULE.value("client_body_in_file_only", _ALL, enum("off", "on", "clean"), default=b"off")
MODULE.value("client_body_in_single_buffer", _ALL, flag, default=False)
MODULE.value("sendfile", _ALL_IF, flag, default=False)
MODULE.value("sendfile_max_chunk", _ALL, size, default=2 << 20)
MODULE.value("subrequest_output_buffer_size", _ALL, size, default=4096)
MODULE.value("aio_write", _ALL, flag, default=False)
MODULE.value("read_ahead", _ALL, size, default=0)
MODULE.value("directio_alignment", _ALL, offset, default=512)
MODULE.value("tcp_nopush", _ALL, flag, default=False)
MODULE.value("tcp_nodelay", _ALL, flag, default=True)
MODULE.value("send_timeout", _ALL, msec, default=60.0)
MODULE.value("output_buffers", _ALL, buffers, args=2, default={"count": 2, "size": 32768}, export=False)
MODULE.value("postpone_output", _ALL, size, default=1460)
MODULE.value("keepalive_time", _ALL, msec, default=3600.0)
MODULE.value("keepalive_requests", _ALL, number, default=1000)
MODULE.value("keepalive_disable", _ALL, bitmask("none", "msie6", "safari"), args=(1, 2), default={b"msie6": True})
MODULE.value("satisfy", _ALL, enum("all", "any"), default=b"all")
MODULE.value("lingering_close", _ALL, enum("off", "on", "always"), default=b"on")
MODULE.value("lingering_time", _ALL, msec, default=30.0)
MODULE.value("lingering_timeout", _ALL, msec, default=5.0)
MODULE.value("reset_timedout_connection", _ALL, flag, default=False)
MODULE.value("absolute_redirect", _ALL, flag, default=True)
MODULE.value("server_name_in_redirect", _ALL, flag, default=False)
MODULE.value("port_in_redirect", _ALL, flag, default=True)
MODULE.value("msie_padding", _ALL, flag, default=True)
MODULE.value("msie_refresh", _ALL, flag, default=False)
MODULE.value("log_not_found", _ALL, flag, default=True)
MODULE.value("log_subrequest", _ALL, flag, default=False)
MODULE.value("recursive_error_pages", _ALL, flag, default=False)
MODULE.value("server_tokens", _ALL, enum("off", "on", "build"), default=b"on")
MODULE.value("if_modified_since", _ALL, enum("off", "exact", "before"), default=b"exact")
MODULE.value("max_ranges", _ALL, number, default=0x7FFFFFFF)
MODULE.value("chunked_transfer_encoding", _ALL, flag, default=True)
MODULE.value("etag", _ALL, flag, default=True)
MODULE.value("open_file_cache_valid", _ALL, sec, default=60.0)
MODULE.value("open_file_cache_min_uses", _ALL, number, default=1)
MODULE.value("open_file_cache_errors", _ALL, flag, default=False)
MODULE.value("open_file_cache_events", _ALL, flag, default=False)
MODULE.value("resolver_timeout", _ALL, msec, default=30.0)


def _rate(d: Directive) -> Any:
    """A size, or text with variables that yields one at run time (ngx_http_set_complex_value_size_slot)."""
    value = compile_text(d.args[0], d)
    if has_variables(value):
        return value
    parsed = parse_size(d.args[0])
    if parsed is None:
        raise d.error("invalid value")
    return parsed


MODULE.value("limit_rate", _ALL_IF, _rate, default=0)
MODULE.value("limit_rate_after", _ALL_IF, _rate, default=0)


def _directio(d: Directive) -> int | None:
    if d.args[0] == b"off":
        return None
    value = parse_offset(d.args[0])
    if value is None:
        raise d.error("invalid value")
    return value


MODULE.value("directio", _ALL, _directio)


@MODULE.directive("aio", _ALL, args=1)
def aio(scope: Scope, d: Directive) -> None:
    """Files are read by the loop's own means, whatever is named here; a thread pool has to exist."""
    if scope.has("aio"):
        raise d.error("is duplicate")
    word, equals, pool = d.args[0].partition(b"=")
    if d.args[0] == b"on":
        raise ConfError('"aio on" is unsupported on this platform', d)
    if word != b"threads" and d.args[0] != b"off":
        raise d.error("invalid value")
    if equals and isinstance(scope.complex_value(pool, d), bytes):
        scope.root.add("aio_pool", d)
    scope.set("aio", d.args[0])


MODULE.export("aio", _ALL, default=b"off")


@MODULE.main
def check_pools(scope: Scope, plan: Plan) -> None:
    """Thread pools that are used have to be declared, before or after."""
    declared = {pool["name"] for pool in scope.own("thread_pool", ())} | {b"default"}
    for d in scope.own("aio_pool", ()):
        pool = d.args[0].partition(b"=")[2]
        if pool not in declared:
            raise ConfError(b'unknown thread pool "%s"' % pool, d)


def _open_file_cache(d: Directive) -> dict[str, Any] | None:
    maximum, inactive, off = 0, 60.0, False
    for index, word in enumerate(d.args):
        name, _, value = word.partition(b"=")
        count = parse_number(value)
        seconds = parse_msec(value, whole_seconds=True)
        if name == b"max" and count:
            maximum = count
        elif name == b"inactive" and seconds is not None:
            inactive = seconds / 1000
        elif word == b"off":
            off = True
        else:
            raise ConfError(f'invalid "open_file_cache" parameter "{d.arg(index)}"', d)
    if off:
        return None
    if not maximum:
        raise ConfError('"open_file_cache" must have the "max" parameter', d)
    return {"max": maximum, "inactive": inactive}


MODULE.value("open_file_cache", _ALL, _open_file_cache, args=(1, 2))


def _disable_symlinks(d: Directive) -> bool:
    if d.args == [b"off"]:
        return False
    for index, word in enumerate(d.args):
        if word not in (b"off", b"on", b"if_not_owner") and not word.startswith(b"from="):
            raise ConfError(f'invalid parameter "{d.arg(index)}"', d)
    raise ConfError('"disable_symlinks" supports only "off"', d)


MODULE.value("disable_symlinks", _ALL, _disable_symlinks, args=(1, 2), default=False)


@MODULE.directive("keepalive_timeout", _ALL, args=(1, 2))
def keepalive_timeout(scope: Scope, d: Directive) -> None:
    """Seconds; a second argument is what the Keep-Alive header says (``keepalive_header``)."""
    if scope.has("keepalive_timeout"):
        raise d.error("is duplicate")
    timeout = parse_msec(d.args[0])
    header = parse_msec(d.args[1], whole_seconds=True) if len(d.args) == 2 else 0
    if timeout is None or header is None:
        raise d.error("invalid value")
    scope.set("keepalive_timeout", timeout / 1000)
    if len(d.args) == 2:
        scope.set("keepalive_header", header // 1000)


MODULE.export("keepalive_timeout", _ALL, default=75.0)
MODULE.export("keepalive_header", _ALL, default=0)


@MODULE.directive("internal", LOCATION, args=0)
def internal(scope: Scope, d: Directive) -> None:
    """Only internal requests may come here."""
    scope.set("internal", True, d)


MODULE.export("internal", LOCATION, default=False)


_VARIABLES = (
    "http_host", "http_user_agent", "http_referer", "http_via", "http_x_forwarded_for", "http_cookie",
    "content_length", "content_type", "host", "binary_remote_addr", "remote_addr", "remote_port",
    "proxy_protocol_addr", "proxy_protocol_port", "proxy_protocol_server_addr", "proxy_protocol_server_port",
    "server_addr", "server_port", "server_protocol", "scheme", "https", "request_uri", "uri", "document_uri",
    "request", "document_root", "realpath_root", "query_string", "is_args", "request_filename", "server_name",
    "request_method", "remote_user", "bytes_sent", "body_bytes_sent", "pipe", "request_completion", "request_body",
    "request_body_file", "request_length", "request_time", "request_id", "status", "sent_http_content_type",
    "sent_http_content_length", "sent_http_location", "sent_http_last_modified", "sent_http_connection",
    "sent_http_keep_alive", "sent_http_transfer_encoding", "sent_http_cache_control", "sent_http_link",
    "connection", "connection_requests", "connection_time", "nginx_version", "hostname", "pid", "msec",
    "time_iso8601", "time_local", "tcpinfo_rtt", "tcpinfo_rttvar", "tcpinfo_snd_cwnd", "tcpinfo_rcv_space",
)  # fmt: skip

for _name in _VARIABLES:
    MODULE.variable(_name)
for _name in ("args", "limit_rate"):
    MODULE.variable(_name, changeable=True)
for _name in ("http_", "sent_http_", "sent_trailer_", "cookie_", "arg_"):
    MODULE.variable(_name, prefix=True)
