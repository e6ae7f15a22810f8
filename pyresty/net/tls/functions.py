"""TLS for the VM: what ``state.host`` has under ``tls_…``. SSL objects are numbers here, failures texts."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from pyresty.net.tls import client, info, objects, ocsp, pem
from pyresty.net.tls import connection as connections
from pyresty.net.tls.errors import TLSError, describe
from pyresty.net.tls.library import library

_SERVER_NAME = 0  # extension


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def accept(fd: int, context: int) -> int:
    """Begin TLS on a client's descriptor, with the context of its address's default server → SSL object."""
    return connections.attach(int(fd), connections.context_of(context), client=False).ssl


def over(fd: int) -> tuple[int | None, int]:
    """The SSL object over a descriptor whose handshake is through (None: there is none), its server's index or 0."""
    found = connections.of_descriptor(fd)
    return (found.ssl, found.server) if found and found.handshaked else (None, 0)


def step(ssl: int, normal_level: int) -> tuple[int, int, bytes]:
    """Go on with a handshake → what it waits for, or 1; 0, log level, message when it failed."""
    want, level, message = connections.step(connections.find(ssl), int(normal_level))
    return want, level, _bytes(message)


def extension(ssl: int, kind: int) -> bytes | None:
    """The bytes of an extension of the client's hello, while the handshake is suspended in it."""
    start, size = ctypes.c_void_p(), ctypes.c_size_t()
    if not library().SSL_client_hello_get0_ext(int(ssl), int(kind), ctypes.byref(start), ctypes.byref(size)):
        return None
    return ctypes.string_at(start.value, size.value) if start.value else b""


def hello_name(ssl: int) -> bytes | None:
    """The server name of the client's hello."""
    raw = extension(ssl, _SERVER_NAME)
    if raw is None or len(raw) < 5 or raw[2] != 0:
        return None
    return raw[5 : 5 + int.from_bytes(raw[3:5], "big")]


def hello_session(ssl: int) -> bytes:
    """The session id of the client's hello."""
    start = ctypes.c_void_p()
    size = library().SSL_client_hello_get0_session_id(int(ssl), ctypes.byref(start))
    return ctypes.string_at(start.value, size) if start.value else b""


def hello_done(ssl: int, context: int, server: int, rejected: bool, http2: bool) -> None:
    """The client's hello was looked at: go on as this server (context 0: as the one it is), or reject it."""
    found = connections.find(ssl)
    if context:
        found.named = connections.context_of(context)
    found.server, found.http2 = int(server), http2
    found.hello_done, found.rejected = True, rejected


def refuse(ssl: int) -> None:
    """Lua has said no: the handshake fails when it goes on."""
    found = connections.find(ssl)
    found.refused, found.certificate = True, 0


def certificate_done(ssl: int) -> None:
    """The certificate is set: go on."""
    connections.find(ssl).certificate = 1


def load_certificate(ssl: int, name: bytes, key: bytes, passwords: bytes) -> bytes | None:
    """Use a certificate for this connection (ngx_ssl_connection_certificate) → None, or what failed."""
    lib = library()
    lib.ERR_clear_error()
    try:
        certificate, chain = pem.load("certificate", name, pem.load_chain)
        used = lib.SSL_use_certificate(int(ssl), certificate)
        lib.X509_free(certificate)
        if not used:
            pem.free_chain(chain)
            return _bytes(describe(f'SSL_use_certificate("{name.decode()}") failed'))
        lib.SSL_ctrl(int(ssl), 88, 0, chain)
        words = passwords.split(b"\0") if passwords else None
        pkey = pem.load("certificate key", key, pem.load_key, words)
        used = lib.SSL_use_PrivateKey(int(ssl), pkey)
        lib.EVP_PKEY_free(pkey)
        if not used:
            return _bytes(describe(f'SSL_use_PrivateKey("{key.decode()}") failed'))
    except TLSError as error:
        return _bytes(str(error))
    return None


def verify_result(ssl: int) -> tuple[int, bytes, bool]:
    """What the verification of the peer's certificate gave → code, text, whether there is a certificate."""
    lib = library()
    code = lib.SSL_get_verify_result(int(ssl))
    with info.peer_certificate(int(ssl)) as certificate:
        return code, lib.X509_verify_cert_error_string(code), bool(certificate)


def made_session(ssl: int) -> tuple[bytes | None, bytes]:
    """Take a session that the handshake has made, as id and DER; None when there is no more."""
    made = connections.find(ssl).made
    return made.pop(0) if made else (None, b"")


def found_session(ssl: int, der: bytes) -> None:
    """The session that a cache has for the client's id."""
    connections.find(ssl).found = der


def shutdown(ssl: int) -> None:
    """Send close_notify."""
    connections.shutdown(connections.find(ssl))


def error_text(what: bytes) -> bytes:
    """A failed read's or write's text, with what OpenSSL has to say."""
    return _bytes(describe(what.decode()))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "tls_accept": accept,
    "tls_over": over,
    "tls_step": step,
    "tls_extension": extension,
    "tls_hello_name": hello_name,
    "tls_hello_session": hello_session,
    "tls_hello_done": hello_done,
    "tls_refuse": refuse,
    "tls_certificate_done": certificate_done,
    "tls_load_certificate": load_certificate,
    "tls_verify_result": verify_result,
    "tls_made_session": made_session,
    "tls_found_session": found_session,
    "tls_shutdown": shutdown,
    "tls_error_text": error_text,
    "tls_variable": info.variable,
}

#: everything of TLS that a VM may call
ALL: dict[str, Callable[..., Any]] = {**FUNCTIONS, **client.FUNCTIONS, **objects.FUNCTIONS, **ocsp.FUNCTIONS}
