"""ngx_http_lua_module: the ``lua_ssl_*`` directives, which TLS cosockets follow. Serving half: lua/socket/tls.lua."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pyresty.conf.contexts import HTTP, LOCATION, LOCATION_IF, SERVER
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.registry import Context, Module, Plan, Scope
from pyresty.conf.values import bitmask, flag, number, string
from pyresty.modules.lua import from_file, inline
from pyresty.modules.ssl import full_name

if TYPE_CHECKING:
    from pyresty.net.tls.client import ClientOptions

MODULE = Module("ngx_http_lua_module")

_ALL = HTTP | SERVER | LOCATION
_PROTOCOLS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")

MODULE.value("lua_ssl_protocols", _ALL, bitmask(*_PROTOCOLS), args=(1, None), export=False)
MODULE.value("lua_ssl_ciphers", _ALL, string, default=b"DEFAULT", export=False)
MODULE.value("lua_ssl_verify_depth", _ALL, number, default=1, export=False)
for _name in ("lua_ssl_trusted_certificate", "lua_ssl_crl", "lua_ssl_key_log"):
    MODULE.value(_name, _ALL, string, default=b"", export=False)


def _list(name: str) -> None:
    @MODULE.directive(name, _ALL, args=1)
    def add(scope: Scope, d: Directive) -> None:
        scope.add(name, d.args[0])


_list("lua_ssl_certificate")
_list("lua_ssl_certificate_key")


@MODULE.directive("lua_ssl_conf_command", _ALL, args=2)
def lua_ssl_conf_command(scope: Scope, d: Directive) -> None:
    """A command of OpenSSL's own configuration."""
    scope.add("lua_ssl_conf_command", (d.args[0], d.args[1]))


_NAMES = (
    "lua_ssl_protocols", "lua_ssl_ciphers", "lua_ssl_verify_depth", "lua_ssl_trusted_certificate", "lua_ssl_crl",
    "lua_ssl_key_log", "lua_ssl_certificate", "lua_ssl_certificate_key", "lua_ssl_conf_command",
)  # fmt: skip


def _says_something(scope: Scope) -> bool:
    level: Scope | None = scope
    while level is not None:
        if any(level.has(name) for name in _NAMES):
            return True
        level = level.parent
    return False


def client_context(plan: Plan, options: ClientOptions) -> int:
    """The number of the context with these options. Raises ConfError for what OpenSSL or a file refuses."""
    from pyresty.net.tls import connection
    from pyresty.net.tls.client import ClientContext
    from pyresty.net.tls.errors import TLSError
    from pyresty.net.tls.library import TLSUnavailableError

    known: dict[Any, int] | None = next((item for item in plan.resources if isinstance(item, dict)), None)
    if known is None:
        known = {}
        plan.resources.append(known)
    if options not in known:
        try:
            context = ClientContext(options)
        except (TLSError, TLSUnavailableError) as error:
            raise ConfError(str(error)) from None
        except OSError as error:
            shown = os.fsdecode(error.filename)
            raise ConfError(f'open() "{shown}" failed ({error.errno}: {error.strerror})') from None
        plan.resources.append(context)
        known[options] = connection.know(context)
    return known[options]


# ------------------------------------------------------------------------------------------------ Lua in a handshake


def _declare(kind: str, contexts: Context) -> None:
    def assign(scope: Scope, d: Directive, chunk: dict[str, Any]) -> None:
        if scope.has(kind):
            raise d.error("is duplicate")
        scope.values[kind] = chunk

    @MODULE.directive(f"{kind}_block", contexts, args=0)
    def by_block(scope: Scope, d: Directive) -> None:
        if not d.args[-1]:
            return
        chunk = inline(kind, scope, d, d.args[-1])
        if kind == "ssl_client_hello_by_lua":
            chunk["name"] = b"=" + kind.encode()  # ngx_lua does not say where it stands
        assign(scope, d, chunk)

    @MODULE.directive(f"{kind}_file", contexts, args=1)
    def by_file(scope: Scope, d: Directive) -> None:
        assign(scope, d, from_file(kind, scope, d, d.args[0]))


_OF_SERVERS = ("ssl_certificate_by_lua", "ssl_client_hello_by_lua")
_OF_ALL = ("ssl_session_fetch_by_lua", "ssl_session_store_by_lua")

for _kind in _OF_SERVERS:
    _declare(_kind, HTTP | SERVER)
for _kind in _OF_ALL:
    _declare(_kind, HTTP)
for _kind in ("proxy_ssl_certificate_by_lua", "proxy_ssl_verify_by_lua"):
    _declare(_kind, LOCATION | LOCATION_IF)
MODULE.value("lua_upstream_skip_openssl_default_verify", LOCATION | LOCATION_IF, flag, default=False, export=False)


@MODULE.server
def check_server(scope: Scope, server: dict[str, Any], plan: Plan) -> None:
    """A handler of handshakes needs a server that makes some."""
    if "tls" not in server and any(scope.get(kind) for kind in _OF_SERVERS):
        raise ConfError("no ssl configured for the server")


@MODULE.http
def compile_http(scope: Scope, plan: Plan) -> None:
    """``lua.ssl_session_fetch``, ``lua.ssl_session_store``: chunks, for all servers."""
    for kind in _OF_ALL:
        if scope.get(kind):
            plan.setdefault("lua", {})[kind.removesuffix("_by_lua")] = scope.get(kind)


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """``loc.lua_ssl``: the number of the location's SSL_CTX; nil where no directive says anything."""
    if not _says_something(scope):
        return
    from pyresty.net.tls.client import DEFAULT_PROTOCOLS, ClientOptions

    def file(name: str) -> bytes:
        value: bytes = scope.get(name)
        return scope.config.full_name(value, conf=True) if value else b""

    certificates: list[bytes] = scope.get("lua_ssl_certificate") or []
    keys: list[bytes] = scope.get("lua_ssl_certificate_key") or []
    if len(keys) < len(certificates):
        last = certificates[-1].decode("utf-8", "surrogateescape")
        raise ConfError(f'no "lua_ssl_certificate_key" is defined for certificate "{last}"')
    pairs = zip(certificates, keys, strict=False)
    given = scope.get("lua_ssl_protocols")
    loc["lua_ssl"] = client_context(
        plan,
        ClientOptions(
            protocols=tuple(given) if given else DEFAULT_PROTOCOLS,
            ciphers=scope.get("lua_ssl_ciphers"),
            trusted_certificate=file("lua_ssl_trusted_certificate"),
            verify_depth=scope.get("lua_ssl_verify_depth"),
            crl=file("lua_ssl_crl"),
            commands=tuple(scope.get("lua_ssl_conf_command") or ()),
            directory=scope.config.conf_prefix,
            certificates=tuple((full_name(scope, a), full_name(scope, b)) for a, b in pairs),
            key_log=file("lua_ssl_key_log"),
        ),
    )
