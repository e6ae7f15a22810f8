"""TLS over a descriptor: the SSL object, its handshake in steps, its end.

The VM drives a handshake: it calls ``step`` when the descriptor is ready, and performs what the answer asks for. A
callback of OpenSSL never runs Lua; it only suspends the handshake (``HELLO``, ``CERTIFICATE``), which goes on when
``resume`` has said how.
"""

from __future__ import annotations

import ctypes
import errno as errnos
import os
import socket
import weakref
from dataclasses import dataclass, field

from pyresty.net.tls import errors
from pyresty.net.tls.context import CACHE_NO_INTERNAL, OP_NO_RENEGOTIATION, VERIFY_PEER, Context, ServerContext
from pyresty.net.tls.library import library
from pyresty.vm.sockets import OVER

# what a step answers: SSL_get_error's own numbers
DONE, FAILED, READ, WRITE, HELLO, CERTIFICATE, VERIFY = 1, 0, 2, 3, 11, 4, 12

_UNRECOGNIZED_NAME = 112
_CTRL_CACHE_MODE, _CTRL_RETRY_VERIFY, _CACHE_CLIENT = 44, 136, 1
_SENT = 1  # SSL_SENT_SHUTDOWN
_WANTS = frozenset({READ, WRITE, HELLO, CERTIFICATE, VERIFY})

_HelloCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int), ctypes.c_void_p)
_CertificateCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_AlpnCallback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_ubyte),
    ctypes.POINTER(ctypes.c_ubyte), ctypes.c_uint, ctypes.c_void_p,
)  # fmt: skip
_NewSessionCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_GetSessionCallback = ctypes.CFUNCTYPE(
    ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_ubyte), ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)

_PROTOCOLS = b"\x08http/1.1\x08http/1.0\x08http/0.9"
_HTTP2 = b"\x02h2" + _PROTOCOLS


@dataclass(slots=True, eq=False)
class Connection:
    """One SSL object. ``ssl`` is its address, ``server`` the index of the server that the client named, 0 for none."""

    fd: int
    ssl: int
    context: Context
    server: int = 0
    named: Context | None = None  # that of the server the client named
    http2: bool = False
    hello_done: bool = False
    refused: bool = False
    rejected: bool = False
    certificate: int = -1  # what the certificate callback answers: -1 suspends
    verified: int = -1  # what the verification callback answers: -1 suspends
    verify_result: int = 0
    judged: int = 0  # the certificate that is looked at (X509)
    handshaked: bool = False
    failed: bool = False
    stapled: bool = False
    #: DER of a session that was made, and its id: for ssl_session_store_by_lua and the shared cache
    made: list[tuple[bytes, bytes]] = field(default_factory=list)
    #: DER of the session that a cache has for the client's id
    found: bytes | None = None


_by_fd: dict[int, Connection] = {}
_by_ssl: dict[int, Connection] = {}
_contexts: weakref.WeakValueDictionary[int, Context] = weakref.WeakValueDictionary()


def know(context: Context) -> int:
    """Have a context found by the number that the plan has for it; it lives as long as its configuration."""
    _contexts[context.pointer] = context
    return context.pointer


def find(ssl: int) -> Connection:
    """The connection of an SSL object."""
    return _by_ssl[int(ssl)]


def of_descriptor(fd: int) -> Connection | None:
    """What lies over a descriptor."""
    return _by_fd.get(int(fd))


def context_of(pointer: int) -> Context:
    """A context by its number."""
    return _contexts[int(pointer)]


def attach(fd: int, context: Context, *, client: bool) -> Connection:
    """A new SSL object over a descriptor. Raises TLSError."""
    lib = library()
    lib.ERR_clear_error()
    ssl = lib.SSL_new(context.pointer)
    if not ssl:
        raise errors.error("SSL_new() failed")
    if not lib.SSL_set_fd(ssl, fd):
        lib.SSL_free(ssl)
        raise errors.error("SSL_set_fd() failed")
    if client:
        lib.SSL_set_connect_state(ssl)
    else:
        lib.SSL_set_accept_state(ssl)
        lib.SSL_set_options(ssl, OP_NO_RENEGOTIATION)
    connection = Connection(fd, ssl, context)
    _by_fd[fd] = _by_ssl[ssl] = connection
    OVER[fd] = close
    return connection


def step(connection: Connection, normal_level: int = errors.INFO) -> tuple[int, int, str]:
    """Go on with the handshake → (DONE, 0, "") | (what it waits for, 0, "") | (FAILED, level, message)."""
    lib = library()
    lib.ERR_clear_error()
    ctypes.set_errno(0)
    result = lib.SSL_do_handshake(connection.ssl)
    if result == 1:
        connection.handshaked = True
        return DONE, 0, ""
    kind = lib.SSL_get_error(connection.ssl, result)
    if kind in _WANTS:
        return kind, 0, ""
    connection.failed = True
    errno = os_error(connection.fd) if kind == 5 else 0
    if kind == 6 or lib.ERR_peek_error() == 0:
        return FAILED, _closed_level(errno, normal_level), _with_errno("peer closed connection in SSL handshake", errno)
    if connection.rejected:
        lib.ERR_clear_error()
        return FAILED, normal_level, "handshake rejected"
    level = errors.level(kind, errno, normal_level)
    return FAILED, level, errors.describe("SSL_do_handshake() failed")


def os_error(fd: int) -> int:
    """The errno that a connection has ended with, 0 when it was closed in order."""
    peer = socket.socket(fileno=os.dup(fd))
    try:
        return peer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or _reset(peer)
    finally:
        peer.close()


def _reset(peer: socket.socket) -> int:
    try:
        peer.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError as error:
        return 0 if error.errno == errnos.EAGAIN else error.errno or 0
    return 0


def _closed_level(errno: int, normal: int) -> int:
    return normal if errno in (0, errnos.ECONNRESET) else errors.CRIT


def _with_errno(text: str, errno: int) -> str:
    return f"{text} ({errno}: {os.strerror(errno)})" if errno else text


def shutdown(connection: Connection) -> None:
    """Tell the peer that nothing more will come (close_notify), once."""
    lib = library()
    if not connection.handshaked or connection.failed or lib.SSL_get_shutdown(connection.ssl) & _SENT:
        return
    lib.ERR_clear_error()
    lib.SSL_shutdown(connection.ssl)
    lib.ERR_clear_error()


def close(fd: int) -> None:
    """The descriptor is about to be closed."""
    connection = _by_fd.pop(fd, None)
    if connection is None:
        return
    shutdown(connection)
    del _by_ssl[connection.ssl]
    library().SSL_free(connection.ssl)
    if connection.judged:
        library().X509_free(connection.judged)


# ----------------------------------------------------------------------------------------------------------- callbacks


def _hello(ssl: int, alert: object, _data: object) -> int:
    connection = _by_ssl[ssl]
    if connection.refused:
        return 0
    return 1 if connection.hello_done else -1


def _server_name(ssl: int, alert: object, _data: object) -> int:
    """Only here, behind the choice of the version and of a session, does the server named take over, as in nginx."""
    connection = _by_ssl[ssl]
    if connection.rejected:
        alert[0] = _UNRECOGNIZED_NAME  # type: ignore[index]
        return 2
    if connection.named is not None:
        use(connection, connection.named)
        connection.named = None
    return 0


def _certificate(ssl: int, _data: object) -> int:
    return _by_ssl[ssl].certificate


def _select_protocol(ssl: int, out: object, size: object, offered: object, length: int, _data: object) -> int:
    ours = _HTTP2 if _by_ssl[ssl].http2 else _PROTOCOLS
    theirs = bytes(offered[:length])  # type: ignore[index]
    pos = 0
    while pos < len(ours):
        name = ours[pos + 1 : pos + 1 + ours[pos]]
        at = _find_protocol(theirs, name)
        if at is not None:
            out[0] = ctypes.addressof(offered.contents) + at  # type: ignore[attr-defined,index]
            size[0] = len(name)  # type: ignore[index]
            return 0
        pos += 1 + len(name)
    return 2


def _find_protocol(offered: bytes, name: bytes) -> int | None:
    pos = 0
    while pos < len(offered):
        end = pos + 1 + offered[pos]
        if offered[pos + 1 : end] == name:
            return pos + 1
        pos = end
    return None


def session_id(session: int) -> bytes:
    """The id of an SSL_SESSION."""
    size = ctypes.c_uint()
    start = library().SSL_SESSION_get_id(session, ctypes.byref(size))
    return ctypes.string_at(start, size.value)


def session_der(session: int) -> bytes:
    """An SSL_SESSION as ASN.1."""
    lib = library()
    size = lib.i2d_SSL_SESSION(session, None)
    if size <= 0:
        return b""
    buffer = ctypes.create_string_buffer(size)
    pointer = ctypes.c_void_p(ctypes.addressof(buffer))
    lib.i2d_SSL_SESSION(session, ctypes.byref(pointer))
    return buffer.raw


def session_of(der: bytes) -> int | None:
    """An SSL_SESSION from ASN.1; its owner frees it."""
    buffer = ctypes.create_string_buffer(der, len(der))
    pointer = ctypes.c_void_p(ctypes.addressof(buffer))
    session: int | None = library().d2i_SSL_SESSION(None, ctypes.byref(pointer), len(der))
    return session


def _new_session(ssl: int, session: int) -> int:
    connection = _by_ssl.get(ssl)
    if connection is not None:
        connection.made.append((session_id(session), session_der(session)))
    return 0


def _get_session(ssl: int, _id: object, _size: int, copy: object) -> int | None:
    copy[0] = 0  # type: ignore[index]
    found = _by_ssl[ssl].found
    return session_of(found) if found else None


def _verify(store: int, skip: object) -> int:
    """OpenSSL's own verification first, unless it is to be skipped; then Lua has its say."""
    lib = library()
    ssl = lib.X509_STORE_CTX_get_ex_data(store, lib.SSL_get_ex_data_X509_STORE_CTX_idx())
    connection = _by_ssl[ssl]
    if connection.verified >= 0:
        lib.X509_STORE_CTX_set_error(store, connection.verify_result)
        return connection.verified
    connection.judged = lib.X509_STORE_CTX_get0_cert(store)
    lib.X509_up_ref(connection.judged)
    if not skip:
        lib.X509_verify_cert(store)
        connection.verify_result = lib.X509_STORE_CTX_get_error(store)
    return int(lib.SSL_ctrl(ssl, _CTRL_RETRY_VERIFY, 0, None))


_hello_callback = _HelloCallback(_hello)
_server_name_callback = _HelloCallback(_server_name)
_certificate_callback = _CertificateCallback(_certificate)
_alpn_callback = _AlpnCallback(_select_protocol)
_new_session_callback = _NewSessionCallback(_new_session)
_get_session_callback = _GetSessionCallback(_get_session)
_verify_callback = _CertificateCallback(_verify)


def prepare(context: ServerContext, *, certificate: bool, sessions: bool) -> None:
    """Install the callbacks of a server; ``certificate``: it is chosen in each handshake, ``sessions``: outside too."""
    lib = library()
    lib.SSL_CTX_set_client_hello_cb(context.pointer, _hello_callback, None)
    lib.SSL_CTX_callback_ctrl(context.pointer, 53, _server_name_callback)
    lib.SSL_CTX_set_alpn_select_cb(context.pointer, _alpn_callback, None)
    if certificate:
        lib.SSL_CTX_set_cert_cb(context.pointer, _certificate_callback, None)
    if sessions:
        lib.SSL_CTX_sess_set_new_cb(context.pointer, _new_session_callback)
        lib.SSL_CTX_sess_set_get_cb(context.pointer, _get_session_callback)


def keep_sessions(context: Context) -> None:
    """Have the sessions that servers make collected in ``made``."""
    lib = library()
    lib.SSL_CTX_ctrl(context.pointer, _CTRL_CACHE_MODE, _CACHE_CLIENT | CACHE_NO_INTERNAL, None)
    lib.SSL_CTX_sess_set_new_cb(context.pointer, _new_session_callback)


def ask_about_certificates(context: Context, *, skip: bool) -> None:
    """Have a client's handshakes suspended when the server's certificate was verified; ``skip``: when it is to be."""
    lib = library()
    lib.SSL_CTX_set_cert_verify_callback(context.pointer, _verify_callback, 1 if skip else None)
    lib.SSL_CTX_set_verify(context.pointer, VERIFY_PEER, lib.SSL_CTX_get_verify_callback(context.pointer))


def choose_certificates(context: Context) -> None:
    """Have a client's handshakes suspended where its certificate is wanted."""
    library().SSL_CTX_set_cert_cb(context.pointer, _certificate_callback, None)


def use(connection: Connection, context: Context) -> None:
    """Continue with another server's context (ngx_http_ssl_servername)."""
    lib = library()
    ssl, new = connection.ssl, context.pointer
    lib.SSL_set_SSL_CTX(ssl, new)
    lib.SSL_set_verify(ssl, lib.SSL_CTX_get_verify_mode(new), lib.SSL_CTX_get_verify_callback(new))
    lib.SSL_set_verify_depth(ssl, lib.SSL_CTX_get_verify_depth(new))
    options = lib.SSL_CTX_get_options(new)
    lib.SSL_clear_options(ssl, lib.SSL_get_options(ssl) & ~options)
    lib.SSL_set_options(ssl, options | OP_NO_RENEGOTIATION)
    connection.context = context
