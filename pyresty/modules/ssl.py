"""ngx_http_ssl_module: the ``ssl_*`` directives and variables. Serving half: lua/modules/ssl.lua, lua/tls/."""

from __future__ import annotations

import mmap
import os
from typing import Any

from pyresty.conf.contexts import HTTP, SERVER
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.registry import Module, Plan, Scope
from pyresty.conf.values import (
    bitmask,
    compile_text,
    enum,
    flag,
    has_variables,
    number,
    parse_number,
    parse_size,
    sec,
    size,
    string,
)
from pyresty.conf.zones import claim

MODULE = Module("ngx_http_ssl_module")

_SERVERS = HTTP | SERVER
_MIN_ZONE = 8 * mmap.PAGESIZE

#: name of the shared-memory zone behind a session cache; the NUL keeps it out of ``ngx.shared``
ZONE_PREFIX = b"\0ssl:"


@MODULE.directive("ssl", _SERVERS, args=1)
def ssl(scope: Scope, d: Directive) -> None:
    """Deprecated in nginx: all addresses of the server speak TLS."""
    scope.set("ssl", flag(d), d)
    scope.set("ssl_place", d)
    scope.warn('the "ssl" directive is deprecated, use the "listen ... ssl" directive instead', d)


def _list(name: str) -> None:
    @MODULE.directive(name, _SERVERS, args=1)
    def add(scope: Scope, d: Directive) -> None:
        scope.add(name, d.args[0])


_list("ssl_certificate")
_list("ssl_certificate_key")
_list("ssl_session_ticket_key")

for _name in ("ssl_client_certificate", "ssl_trusted_certificate", "ssl_crl", "ssl_dhparam", "ssl_stapling_file"):
    MODULE.value(_name, _SERVERS, string, default=b"", export=False)
MODULE.value("ssl_stapling_responder", _SERVERS, string, default=b"", export=False)
MODULE.value("ssl_ecdh_curve", _SERVERS, string, default=b"auto", export=False)
MODULE.value("ssl_ciphers", _SERVERS, string, default=b"HIGH:!aNULL:!MD5", export=False)
MODULE.value(
    "ssl_protocols", _SERVERS, bitmask("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"), args=(1, None),
    default={b"TLSv1": True, b"TLSv1.1": True, b"TLSv1.2": True}, export=False,
)  # fmt: skip
MODULE.value("ssl_buffer_size", _SERVERS, size, default=16384, export=False)
MODULE.value("ssl_prefer_server_ciphers", _SERVERS, flag, default=False, export=False)
MODULE.value("ssl_session_tickets", _SERVERS, flag, default=True, export=False)
MODULE.value("ssl_session_timeout", _SERVERS, sec, default=300.0, export=False)
MODULE.value("ssl_verify_client", _SERVERS, enum("off", "on", "optional", "optional_no_ca"), default=b"off")
MODULE.value("ssl_verify_depth", _SERVERS, number, default=1, export=False)
MODULE.value("ssl_reject_handshake", _SERVERS, flag, default=False, export=False)
MODULE.value("ssl_stapling", _SERVERS, flag, default=False, export=False)
MODULE.value("ssl_stapling_verify", _SERVERS, flag, default=False, export=False)


def _no_ocsp(d: Directive) -> bool:
    if enum("off", "on", "leaf")(d) != b"off":
        raise ConfError('"ssl_ocsp" is not supported', d)
    return False


#: 0-RTT is an offer of the server's: here it is never made, which every client takes
MODULE.value("ssl_early_data", _SERVERS, flag, default=False, export=False)
MODULE.value("ssl_ocsp", _SERVERS, _no_ocsp, default=False, export=False)


@MODULE.directive("ssl_conf_command", _SERVERS, args=2)
def ssl_conf_command(scope: Scope, d: Directive) -> None:
    """A command of OpenSSL's own configuration."""
    scope.add("ssl_conf_command", (d.args[0], d.args[1]))


def read_passwords(scope: Scope, d: Directive) -> list[bytes]:
    """The lines of a password file; one empty password when it has none (ngx_ssl_read_password_file)."""
    path = scope.config.full_name(d.args[0], conf=True)
    try:
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
    except OSError as error:
        shown = os.fsdecode(path)
        raise ConfError(f'open() "{shown}" failed ({error.errno}: {error.strerror})', d) from None
    return [word for line in lines if (word := line.removesuffix(b"\r"))] or [b""]


@MODULE.directive("ssl_password_file", _SERVERS, args=1)
def ssl_password_file(scope: Scope, d: Directive) -> None:
    """Passwords of keys, one a line, tried in turn."""
    if scope.has("ssl_password_file"):
        raise d.error("is duplicate")
    scope.set("ssl_password_file", read_passwords(scope, d))


@MODULE.directive("ssl_session_cache", _SERVERS, args=(1, 2))
def ssl_session_cache(scope: Scope, d: Directive) -> None:
    """Where sessions are kept → {cache: off | none | builtin | how many | None, shared: zone}."""
    cache: bytes | int | None = None
    shared: bytes | None = None
    for index, word in enumerate(d.args):
        if word in (b"off", b"none", b"builtin"):
            cache = word
        elif word.startswith(b"builtin:"):
            cache = parse_number(word[8:])
            if cache is None:
                raise ConfError(f'invalid session cache "{d.arg(index)}"', d)
        else:
            shared = _session_zone(scope, d, index)
    scope.set("ssl_session_cache", {"cache": cache, "shared": shared})


def _session_zone(scope: Scope, d: Directive, index: int) -> bytes:
    kind, _, rest = d.args[index].partition(b":")
    name, colon, length = rest.partition(b":")
    amount = parse_size(length) if colon else 0
    if kind != b"shared" or not name or amount is None:
        raise ConfError(f'invalid session cache "{d.arg(index)}"', d)
    claim(scope, name, "ssl_session_cache", d)
    zones = scope.root.values.setdefault("shared_dicts", {})
    key = ZONE_PREFIX + name
    if not colon and key in zones:
        return key
    if amount < _MIN_ZONE:
        raise ConfError(f'session cache "{d.arg(index)}" is too small', d)
    known = zones.setdefault(key, amount)
    if known != amount:
        shown = name.decode("utf-8", "surrogateescape")
        raise ConfError(
            f'the size {amount} of shared memory zone "{shown}" conflicts with already declared size {known}', d
        )
    return key


# ----------------------------------------------------------------------------------------------------------- compiling


def full_name(scope: Scope, name: bytes) -> bytes:
    """A certificate's file name made absolute; ``data:…`` and ``engine:…`` stay."""
    return name if name.startswith((b"data:", b"engine:")) else scope.config.full_name(name, conf=True)


def _pairs(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Certificates and their keys, as written."""
    certificates: list[bytes] | None = scope.get("ssl_certificate")
    keys: list[bytes] = scope.get("ssl_certificate_key") or []
    place: Directive | None = scope.get("ssl_place") if scope.get("ssl") else None
    if not certificates:
        if place is not None and not scope.get("ssl_reject_handshake"):
            raise ConfError('no "ssl_certificate" is defined for the "ssl" directive', place)
        return []
    last = certificates[-1].decode("utf-8", "surrogateescape")
    if place is not None and not keys:
        raise ConfError('no "ssl_certificate_key" is defined for the "ssl" directive', place)
    if len(keys) < len(certificates):
        what = f'no "ssl_certificate_key" is defined for certificate "{last}"'
        raise ConfError(what + (' and the "ssl" directive' if place is not None else ""), place)
    return list(zip(certificates, keys, strict=False))


def _options(scope: Scope, pairs: list[tuple[bytes, bytes]], variable: bool) -> Any:
    from pyresty.net.tls.context import ServerOptions

    def file(name: str) -> bytes:
        value: bytes = scope.get(name)
        return scope.config.full_name(value, conf=True) if value else b""

    cache = scope.get("ssl_session_cache") or {"cache": b"none", "shared": None}
    return ServerOptions(
        protocols=tuple(scope.get("ssl_protocols")),
        ciphers=scope.get("ssl_ciphers"),
        prefer_server_ciphers=scope.get("ssl_prefer_server_ciphers"),
        certificates=pairs if variable else [(full_name(scope, a), full_name(scope, b)) for a, b in pairs],
        variable=variable,
        passwords=scope.get("ssl_password_file"),
        verify=scope.get("ssl_verify_client"),
        verify_depth=scope.get("ssl_verify_depth"),
        client_certificate=file("ssl_client_certificate"),
        trusted_certificate=file("ssl_trusted_certificate"),
        crl=file("ssl_crl"),
        dhparam=file("ssl_dhparam"),
        ecdh_curve=scope.get("ssl_ecdh_curve"),
        session_timeout=int(scope.get("ssl_session_timeout")),
        session_cache=cache["cache"],
        shared=cache["shared"],
        session_tickets=scope.get("ssl_session_tickets"),
        ticket_keys=[scope.config.full_name(name, conf=True) for name in scope.get("ssl_session_ticket_key") or ()],
        commands=scope.get("ssl_conf_command") or [],
        directory=scope.config.conf_prefix,
        buffer_size=scope.get("ssl_buffer_size"),
        stapling_file=file("ssl_stapling_file") if scope.get("ssl_stapling") else b"",
    )


def _stapling(scope: Scope, context: Any) -> None:
    """``ssl_stapling`` without a file: responses are fetched."""
    from pyresty.net.tls import stapling

    servers: dict[str, Any] | None = scope.get("resolver")
    settings = stapling.Settings(scope.get("ssl_stapling_responder"), scope.get("ssl_stapling_verify"))
    if servers and servers["servers"]:
        addresses = b",".join(b"%s %d" % (server["address"], server["port"]) for server in servers["servers"])
        valid = servers.get("valid")
        family = "off" if servers.get("ipv6") is False else "on"
        limits = f"{scope.get('resolver_timeout')} {family} {'' if valid is None else valid}"
        settings.resolver = addresses, limits.encode()
    for warning in stapling.prepare(context, settings):
        scope.config.log("warn", warning)


@MODULE.server
def compile_server(scope: Scope, server: dict[str, Any], plan: Plan) -> None:
    """Make the server's SSL_CTX (``server.tls.context`` is its number in the plan)."""
    pairs = _pairs(scope)
    reject = scope.get("ssl_reject_handshake")
    if not pairs and not reject:
        return
    verify: bytes = scope.get("ssl_verify_client")
    if verify not in (b"off", b"optional_no_ca") and not scope.get("ssl_client_certificate"):
        raise ConfError("no ssl_client_certificate for ssl_verify_client")
    values = [[compile_text(text, scope.directive) for text in pair] for pair in pairs] if scope.directive else []
    variable = any(has_variables(value) for pair in values for value in pair)
    scope.config.variables.use_in(values)
    server["tls"] = {
        "context": _context(scope, plan, _options(scope, pairs, variable)),
        "reject": reject,
        "values": values if variable else None,
        "cache": (scope.get("ssl_session_cache") or {}).get("shared"),
        "timeout": scope.get("ssl_session_timeout"),
        "tickets": scope.get("ssl_session_tickets"),
        "tls13": b"TLSv1.3" in scope.get("ssl_protocols"),
        "enabled": bool(scope.get("ssl")),
        "passwords": scope.get("ssl_password_file") if variable else None,
        "client_hello": scope.get("ssl_client_hello_by_lua"),
        "certificate": scope.get("ssl_certificate_by_lua"),
    }


def _context(scope: Scope, plan: Plan, options: Any) -> int:
    from pyresty.net.tls import connection, ocsp, tickets
    from pyresty.net.tls.context import ServerContext
    from pyresty.net.tls.errors import TLSError
    from pyresty.net.tls.library import TLSUnavailableError

    by_lua = scope.get("ssl_certificate_by_lua")
    sessions = bool(options.shared) or any(
        scope.http.get(name) for name in ("ssl_session_fetch_by_lua", "ssl_session_store_by_lua")
    )
    try:
        context = ServerContext(options)
        ocsp.install(context)
        if options.ticket_keys:
            tickets.install(context, [tickets.read_key(file) for file in options.ticket_keys])
        if scope.get("ssl_stapling") and not scope.get("ssl_stapling_file") and not options.variable:
            _stapling(scope, context)
        connection.prepare(context, certificate=options.variable or bool(by_lua), sessions=sessions)
    except (TLSError, TLSUnavailableError, tickets.TicketKeyError) as error:
        raise ConfError(str(error)) from None
    except OSError as error:
        shown = os.fsdecode(error.filename)
        raise ConfError(f'open() "{shown}" failed ({error.errno}: {error.strerror})') from None
    plan.resources.append(context)
    return connection.know(context)


@MODULE.main
def check_listens(scope: Scope, plan: Plan) -> None:
    """Addresses that speak TLS need a server with a certificate (ngx_http_ssl_init)."""
    for listen in plan["listens"]:
        default = plan["servers"][listen["default_server"] - 1]
        listen["ssl"] = bool(listen.get("ssl")) or default.get("tls", {}).get("enabled", False)
        if not listen["ssl"] or _has_certificate(scope, listen["default_server"]):
            continue
        rejects = default.get("tls", {}).get("reject")
        for index in listen["servers"] if rejects else [listen["default_server"]]:
            server = plan["servers"][index - 1]
            if _has_certificate(scope, index) or server.get("tls", {}).get("reject"):
                continue
            what = 'no "ssl_certificate" is defined for the "listen ... ssl" directive'
            raise ConfError(what, scope.config.servers[index - 1].directive)


def _has_certificate(scope: Scope, index: int) -> bool:
    return bool(scope.config.servers[index - 1].get("ssl_certificate"))


for _name in (
    "protocol", "cipher", "ciphers", "curve", "curves", "session_id", "session_reused", "early_data", "server_name",
    "alpn_protocol", "client_cert", "client_raw_cert", "client_escaped_cert", "client_s_dn", "client_i_dn",
    "client_s_dn_legacy", "client_i_dn_legacy", "client_serial", "client_fingerprint", "client_verify",
    "client_v_start", "client_v_end", "client_v_remain",
):  # fmt: skip
    MODULE.variable(f"ssl_{_name}", changeable=True)
