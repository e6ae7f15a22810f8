"""TLS as a client: contexts of ``lua_ssl_*`` and ``proxy_ssl_*``, and a connection's beginning and end."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pyresty.net.tls import connection as connections
from pyresty.net.tls import info
from pyresty.net.tls.context import PROTOCOLS, Context, go_on
from pyresty.net.tls.errors import TLSError
from pyresty.net.tls.library import TLSUnavailableError, library

_CTRL_HOST_NAME, _CTRL_STATUS_TYPE, _CTRL_STATUS_RESPONSE, _CTRL_ADD_CHAIN = 55, 65, 70, 89
_STATUS_OCSP = 1

#: lua_ssl_protocols of ngx_lua 0.10.23
DEFAULT_PROTOCOLS = tuple(name for name in PROTOCOLS if name not in (b"SSLv2", b"TLSv1.3"))

_KeylogCallback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """What the directives say; file names are absolute. Equal options share a context."""

    protocols: tuple[bytes, ...] = DEFAULT_PROTOCOLS
    ciphers: bytes = b"DEFAULT"
    trusted_certificate: bytes = b""
    verify_depth: int = 1
    crl: bytes = b""
    commands: tuple[tuple[bytes, bytes], ...] = ()
    directory: bytes = b""
    certificates: tuple[tuple[bytes, bytes], ...] = ()
    passwords: tuple[bytes, ...] | None = None
    key_log: bytes = b""
    #: have the certificate chosen in each handshake
    certificate_callback: bool = False
    #: have the server's certificate judged in each handshake, after OpenSSL ("after") or instead of it ("skip")
    verify_callback: str = ""
    #: hand out the sessions that servers make
    sessions: bool = False


class ClientContext(Context):
    """The SSL_CTX of connections that we open."""

    def __init__(self, options: ClientOptions) -> None:
        super().__init__(options.protocols)
        lib = library()
        self.ciphers(options.ciphers)
        for name, key in options.certificates:
            self.certificate(name, key, options.passwords)
        if options.trusted_certificate:
            lib.SSL_CTX_set_verify(self.pointer, 0, go_on)
            lib.SSL_CTX_set_verify_depth(self.pointer, options.verify_depth)
            self.trust(options.trusted_certificate)
        if options.crl:
            self.revoked(options.crl)
        for name, value in options.commands:
            self.command(name, value, options.directory)
        if options.key_log:
            self._log_keys(options.key_log)
        if options.sessions:
            connections.keep_sessions(self)
        if options.verify_callback:
            connections.ask_about_certificates(self, skip=options.verify_callback == "skip")
        if options.certificate_callback:
            connections.choose_certificates(self)

    def _log_keys(self, file: bytes) -> None:
        output = open(file, "ab", buffering=0)

        def write(_ssl: object, line: bytes) -> None:
            output.write(line + b"\n")

        self._keylog = _KeylogCallback(write)
        library().SSL_CTX_set_keylog_callback(self.pointer, self._keylog)


@cache
def default_context() -> ClientContext:
    """The context where no ``lua_ssl_*`` directive says anything."""
    context = ClientContext(ClientOptions())
    connections.know(context)
    return context


def connect(
    fd: int, context: int, server_name: bytes | None, session: int, status_request: bool
) -> tuple[int | None, bytes | None]:
    """Begin TLS on a connected descriptor → SSL object, None; None, what failed.

    ``context`` 0 stands for the default, ``session`` 0 for none; ``server_name`` is what is asked for (SNI).
    """
    try:
        where = connections.context_of(context) if context else default_context()
        found = connections.attach(int(fd), where, client=True)
    except TLSUnavailableError as error:
        return None, str(error).encode()
    except TLSError:
        return None, b"failed to create ssl connection"
    lib = library()
    ssl = found.ssl
    failure = None
    if session and lib.SSL_set_session(ssl, int(session)) == 0:
        failure = b"ssl set session failed"
    elif server_name is not None and lib.SSL_ctrl(ssl, _CTRL_HOST_NAME, 0, server_name) == 0:
        failure = b"SSL_set_tlsext_host_name failed"
    elif status_request:
        lib.SSL_ctrl(ssl, _CTRL_STATUS_TYPE, _STATUS_OCSP, None)
    lib.ERR_clear_error()
    return ssl, failure


def use_certificate(ssl: int, chain: int, key: int) -> bytes | None:
    """tcpsock:setclientcert's: a stack of X509 and an EVP_PKEY, by address → None, or what failed."""
    lib = library()
    ssl, chain = int(ssl), int(chain)
    count = lib.OPENSSL_sk_num(chain)
    if count < 1:
        return b"invalid client certificate chain"
    failure = None
    if lib.SSL_use_certificate(ssl, lib.OPENSSL_sk_value(chain, 0)) == 0:
        failure = b"ssl set client certificate failed"
    for index in range(1, count):
        if failure is None and lib.SSL_ctrl(ssl, _CTRL_ADD_CHAIN, 1, lib.OPENSSL_sk_value(chain, index)) == 0:
            failure = b"ssl set client intermediate certificate failed"
    if failure is None and lib.SSL_use_PrivateKey(ssl, int(key)) == 0:
        failure = b"ssl set client private key failed"
    lib.ERR_clear_error()
    return failure


def session(ssl: int) -> int:
    """The session of a connection (SSL_SESSION by address, to be freed by free_session), 0 when there is none."""
    return library().SSL_get1_session(int(ssl)) or 0


def free_session(address: int) -> None:
    """Give a session back."""
    library().SSL_SESSION_free(int(address))


def resume(ssl: int, der: bytes) -> None:
    """Offer to resume a session, which may be none any more."""
    lib = library()
    found = connections.session_of(der)
    if found:
        lib.SSL_set_session(int(ssl), found)
        lib.SSL_SESSION_free(found)
    lib.ERR_clear_error()


def verified(ssl: int, passed: bool) -> None:
    """Lua has judged the server's certificate: go on, or fail."""
    connections.find(ssl).verified = 1 if passed else 0


def get_verify_result(ssl: int) -> int:
    """What the verification of the server's certificate gave so far (X509_V_ERR_…)."""
    return connections.find(ssl).verify_result


def set_verify_result(ssl: int, code: int) -> None:
    """What it is to have given."""
    connections.find(ssl).verify_result = int(code)


def is_host(ssl: int, name: bytes) -> bool:
    """Whether the peer's certificate is for this host (ngx_ssl_check_host)."""
    lib = library()
    with info.peer_certificate(int(ssl)) as certificate:
        return bool(certificate) and lib.X509_check_host(certificate, name, len(name), 0, None) == 1


def is_reused(ssl: int) -> bool:
    """Whether an earlier session was resumed."""
    return bool(library().SSL_session_reused(int(ssl)))


def is_resumable(address: int) -> bool:
    """Whether a session (SSL_SESSION by address) can be resumed."""
    return bool(library().SSL_SESSION_is_resumable(int(address)))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "tls_connect": connect,
    "tls_use_certificate": use_certificate,
    "tls_session": session,
    "tls_free_session": free_session,
    "tls_resume": resume,
    "tls_verified": verified,
    "tls_get_verify_result": get_verify_result,
    "tls_put_verify_result": set_verify_result,
    "tls_is_host": is_host,
    "tls_is_reused": is_reused,
    "tls_is_resumable": is_resumable,
}
