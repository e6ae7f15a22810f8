"""ngx_http_grpc_module: not there. Its directives are known only to say so."""

from __future__ import annotations

from pyresty.conf.contexts import HTTP, LOCATION, LOCATION_IF, SERVER
from pyresty.conf.registry import ANY, ConfError, Directive, Module, Scope

MODULE = Module("ngx_http_grpc_module", absent=True)

_CONNECTION = (
    "bind", "buffer_size", "connect_timeout", "hide_header", "ignore_headers", "intercept_errors", "next_upstream",
    "next_upstream_timeout", "next_upstream_tries", "pass_header", "read_timeout", "send_timeout", "set_header",
    "socket_keepalive",
)  # fmt: skip
_TLS = (
    "certificate", "certificate_key", "ciphers", "conf_command", "crl", "name", "password_file", "protocols",
    "server_name", "session_reuse", "trusted_certificate", "verify", "verify_depth",
)  # fmt: skip


def _refuse(_scope: Scope, d: Directive) -> None:
    raise ConfError(f'"{d.text}" is not supported: there is no gRPC', d)


MODULE.directive("grpc_pass", LOCATION | LOCATION_IF, args=ANY)(_refuse)
for _name in (*_CONNECTION, *(f"ssl_{word}" for word in _TLS)):
    MODULE.directive(f"grpc_{_name}", HTTP | SERVER | LOCATION, args=ANY)(_refuse)
