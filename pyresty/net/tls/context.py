"""SSL_CTX objects: what every one of ours has, and those of servers (ngx_ssl_create and its kin)."""

from __future__ import annotations

import ctypes
import hashlib
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyresty.net.tls import pem
from pyresty.net.tls.errors import error
from pyresty.net.tls.library import library

OP_NO_TICKET, OP_SERVER_PREFERENCE = 1 << 14, 1 << 22
OP_NO_RENEGOTIATION = 1 << 30
_OP_COMMON = 1 << 7 | 1 << 11 | 1 << 17 | 1 << 24  # IGNORE_UNEXPECTED_EOF and what nginx sets
#: protocol → the option that switches it off; SSLv2 is always off
PROTOCOLS: dict[bytes, int] = {
    b"SSLv2": 0, b"SSLv3": 1 << 25, b"TLSv1": 1 << 26, b"TLSv1.1": 1 << 28, b"TLSv1.2": 1 << 27, b"TLSv1.3": 1 << 29,
}  # fmt: skip
VERIFY_PEER = 1

_MODE = 0x01 | 0x02 | 0x08 | 0x10  # ENABLE_PARTIAL_WRITE, ACCEPT_MOVING_WRITE_BUFFER, NO_AUTO_CHAIN, RELEASE_BUFFERS
_CTRL_MODE, _CTRL_CACHE_SIZE, _CTRL_CACHE_MODE, _CTRL_FRAGMENT, _CTRL_CHAIN, _CTRL_GROUPS = 33, 42, 44, 52, 88, 92
_CTRL_MIN_PROTOCOL, _CTRL_MAX_PROTOCOL = 123, 124
_TLS1_3 = 0x304
_FILE_TYPES = frozenset({2, 3})  # SSL_CONF_TYPE_FILE, SSL_CONF_TYPE_DIR
_PEM, _CRL_FLAGS = 1, 0x4 | 0x8
_CONF_FLAGS = 0x2 | 0x4 | 0x8 | 0x10 | 0x20  # FILE, CLIENT, SERVER, SHOW_ERRORS, CERTIFICATE

CACHE_OFF, CACHE_SERVER, CACHE_NO_CLEAR, CACHE_NO_INTERNAL, CACHE_NO_STORE = 0, 2, 0x80, 0x300, 0x200

VerifyCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)

#: Goes on whatever is found: what a verification gave is asked for afterwards.
go_on = VerifyCallback(lambda ok, store: 1)


class Context:
    """An SSL_CTX; freed with the object. ``pointer`` is its address."""

    def __init__(self, protocols: Sequence[bytes]) -> None:
        lib = library()
        pointer = lib.SSL_CTX_new(lib.TLS_method())
        if not pointer:
            raise error("SSL_CTX_new() failed")
        self.pointer: int = pointer
        weakref.finalize(self, lib.SSL_CTX_free, pointer).atexit = False
        every = 0
        for option in PROTOCOLS.values():
            every |= option
        lib.SSL_CTX_clear_options(pointer, every)
        wanted = [name for name in PROTOCOLS if name not in protocols]
        options = _OP_COMMON
        for name in wanted:
            options |= PROTOCOLS[name]
        lib.SSL_CTX_set_options(pointer, options)
        lib.SSL_CTX_ctrl(pointer, _CTRL_MIN_PROTOCOL, 0, None)
        lib.SSL_CTX_ctrl(pointer, _CTRL_MAX_PROTOCOL, _TLS1_3, None)
        lib.SSL_CTX_ctrl(pointer, _CTRL_MODE, _MODE, None)

    def ciphers(self, text: bytes) -> None:
        """The cipher list of TLS 1.2 and below."""
        if not library().SSL_CTX_set_cipher_list(self.pointer, text):
            raise error(f'SSL_CTX_set_cipher_list("{_shown(text)}") failed')

    def certificate(self, name: bytes, key: bytes, passwords: Sequence[bytes] | None) -> bytes:
        """Add a certificate with its chain and key; returns the certificate's SHA-1."""
        lib = library()
        certificate, chain = pem.load("certificate", name, pem.load_chain)
        digest = hashlib.sha1(pem.certificate_der(certificate), usedforsecurity=False).digest()
        used = lib.SSL_CTX_use_certificate(self.pointer, certificate)
        lib.X509_free(certificate)
        if not used:
            pem.free_chain(chain)
            raise error(f'SSL_CTX_use_certificate("{_shown(name)}") failed')
        lib.SSL_CTX_ctrl(self.pointer, _CTRL_CHAIN, 0, chain)
        pkey = pem.load("certificate key", key, pem.load_key, passwords)
        used = lib.SSL_CTX_use_PrivateKey(self.pointer, pkey)
        lib.EVP_PKEY_free(pkey)
        if not used:
            raise error(f'SSL_CTX_use_PrivateKey("{_shown(key)}") failed')
        return digest

    def trust(self, file: bytes) -> None:
        """Certificates of authorities to verify by."""
        lib = library()
        if not lib.SSL_CTX_load_verify_locations(self.pointer, file, None):
            raise error(f'SSL_CTX_load_verify_locations("{_shown(file)}") failed')
        lib.ERR_clear_error()

    def revoked(self, file: bytes) -> None:
        """A revocation list in PEM; every certificate of a chain is then looked up."""
        lib = library()
        store = lib.SSL_CTX_get_cert_store(self.pointer)
        lookup = lib.X509_STORE_add_lookup(store, lib.X509_LOOKUP_file())
        if not lookup or not lib.X509_load_crl_file(lookup, file, _PEM):
            raise error(f'X509_LOOKUP_load_file("{_shown(file)}") failed')
        lib.X509_STORE_set_flags(store, _CRL_FLAGS)

    def curves(self, names: bytes) -> None:
        """The groups for the key exchange; ``auto`` leaves OpenSSL's own."""
        if names != b"auto" and not library().SSL_CTX_ctrl(self.pointer, _CTRL_GROUPS, 0, names):
            raise error(f'SSL_CTX_set1_curves_list("{_shown(names)}") failed')

    def command(self, name: bytes, value: bytes, directory: bytes = b"") -> None:
        """One of OpenSSL's own configuration commands (SSL_CONF_cmd); file names are relative to the directory."""
        lib = library()
        conf = lib.SSL_CONF_CTX_new()
        try:
            lib.SSL_CONF_CTX_set_flags(conf, _CONF_FLAGS)
            lib.SSL_CONF_CTX_set_ssl_ctx(conf, self.pointer)
            if lib.SSL_CONF_cmd_value_type(conf, name) in _FILE_TYPES and not value.startswith(b"/"):
                value = directory + value
            if lib.SSL_CONF_cmd(conf, name, value) <= 0:
                raise error(f'SSL_CONF_cmd("{_shown(name)}", "{_shown(value)}") failed')
            if lib.SSL_CONF_CTX_finish(conf) != 1:
                raise error("SSL_CONF_finish() failed")
        finally:
            lib.SSL_CONF_CTX_free(conf)


@dataclass(slots=True)
class ServerOptions:
    """What the ``ssl_*`` directives of a server say; file names are absolute, ``data:…`` stays as it is."""

    protocols: Sequence[bytes]
    ciphers: bytes
    prefer_server_ciphers: bool = False
    certificates: list[tuple[bytes, bytes]] = field(default_factory=list)
    variable: bool = False
    passwords: Sequence[bytes] | None = None
    verify: bytes = b"off"
    verify_depth: int = 1
    client_certificate: bytes = b""
    trusted_certificate: bytes = b""
    crl: bytes = b""
    dhparam: bytes = b""
    ecdh_curve: bytes = b"auto"
    session_timeout: int = 300
    #: "off", "none", "builtin", or a number of sessions; None with ``shared``: the zone only
    session_cache: bytes | int | None = b"none"
    shared: bytes | None = None
    session_tickets: bool = True
    ticket_keys: list[bytes] = field(default_factory=list)
    commands: list[tuple[bytes, bytes]] = field(default_factory=list)
    directory: bytes = b""  # of nginx.conf
    stapling_file: bytes = b""
    buffer_size: int = 16384


class ServerContext(Context):
    """The SSL_CTX of a server. ``staple`` is the OCSP response (DER) to send, or None."""

    def __init__(self, options: ServerOptions) -> None:
        super().__init__(options.protocols)
        self.options = options
        self.staple: bytes | None = None
        #: what else has a response for a connection (pyresty.net.tls.stapling)
        self.fetch: Callable[[int], bytes | None] | None = None
        self.ticket_callback: Any = None  # it lives as long as the context
        lib = library()
        self.ciphers(options.ciphers)
        if options.prefer_server_ciphers:
            lib.SSL_CTX_set_options(self.pointer, OP_SERVER_PREFERENCE)
        identity = hashlib.sha1(b"HTTP", usedforsecurity=False)
        for name, key in options.certificates:
            if options.variable:
                identity.update(name)
            else:
                identity.update(self.certificate(name, key, options.passwords))
        if options.verify != b"off":
            self._verify_clients(options, identity)
        if options.trusted_certificate:
            self.trust(options.trusted_certificate)
        if options.crl:
            self.revoked(options.crl)
        if options.dhparam:
            self._dhparam(options.dhparam)
        self.curves(options.ecdh_curve)
        self._sessions(options, identity.digest())
        if options.stapling_file:
            self._stapling(options.stapling_file)
        lib.SSL_CTX_ctrl(self.pointer, _CTRL_FRAGMENT, max(512, min(options.buffer_size, 16384)), None)
        for name, value in options.commands:
            self.command(name, value, options.directory)

    def _verify_clients(self, options: ServerOptions, identity: Any) -> None:
        lib = library()
        lib.SSL_CTX_set_verify(self.pointer, VERIFY_PEER, go_on)
        lib.SSL_CTX_set_verify_depth(self.pointer, options.verify_depth)
        file = options.client_certificate
        if not file:
            return
        self.trust(file)
        names = lib.SSL_load_client_CA_file(file)
        if not names:
            raise error(f'SSL_load_client_CA_file("{_shown(file)}") failed')
        lib.SSL_CTX_set_client_CA_list(self.pointer, names)
        digest = ctypes.create_string_buffer(64)
        size = ctypes.c_uint()
        for index in range(lib.OPENSSL_sk_num(names)):
            name = lib.OPENSSL_sk_value(names, index)
            if lib.X509_NAME_digest(name, lib.EVP_sha1(), digest, ctypes.byref(size)):
                identity.update(digest.raw[: size.value])

    def _dhparam(self, file: bytes) -> None:
        lib = library()
        shown = _shown(file)
        bio = lib.BIO_new_file(file, b"r")
        if not bio:
            raise error(f'BIO_new_file("{shown}") failed')
        parameters = lib.PEM_read_bio_Parameters(bio, None)
        lib.BIO_free(bio)
        if not parameters:
            raise error(f'PEM_read_bio_Parameters("{shown}") failed')
        if lib.SSL_CTX_set0_tmp_dh_pkey(self.pointer, parameters) != 1:
            lib.EVP_PKEY_free(parameters)
            raise error(f'SSL_CTX_set0_tmp_dh_pkey("{shown}") failed')

    def _sessions(self, options: ServerOptions, identity: bytes) -> None:
        lib = library()
        lib.SSL_CTX_set_timeout(self.pointer, options.session_timeout)
        lib.SSL_CTX_set_session_id_context(self.pointer, identity, len(identity))
        cache = options.session_cache
        mode = CACHE_SERVER
        if cache == b"off":
            mode = CACHE_OFF
        elif cache == b"none" and not options.shared:
            mode = CACHE_SERVER | CACHE_NO_CLEAR | CACHE_NO_STORE
            lib.SSL_CTX_ctrl(self.pointer, _CTRL_CACHE_SIZE, 1, None)
        elif options.shared and cache is None:
            mode = CACHE_SERVER | CACHE_NO_INTERNAL
        elif isinstance(cache, int):
            lib.SSL_CTX_ctrl(self.pointer, _CTRL_CACHE_SIZE, cache, None)
        lib.SSL_CTX_ctrl(self.pointer, _CTRL_CACHE_MODE, mode, None)
        if not options.session_tickets:
            lib.SSL_CTX_set_options(self.pointer, OP_NO_TICKET)

    def _stapling(self, file: bytes) -> None:
        with open(file, "rb") as source:
            self.staple = source.read()


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
