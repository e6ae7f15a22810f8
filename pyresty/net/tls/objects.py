"""Certificates, keys and settings of one connection, for ``ngx.ssl`` and its kin.

Functions give their result, or None and the message that ngx_lua has. X509 stacks and EVP_PKEY are numbers.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from pyresty.net.tls import connection as connections
from pyresty.net.tls import info, pem
from pyresty.net.tls.context import PROTOCOLS, VERIFY_PEER, go_on
from pyresty.net.tls.errors import TLSError
from pyresty.net.tls.library import library

Answer = tuple[Any, bytes | None]

_CTRL_CHAIN, _CTRL_CHAIN_CERT, _CTRL_VERIFY_STORE = 88, 89, 106


def _failed(message: str) -> Answer:
    library().ERR_clear_error()
    return None, message.encode()


def _read_pem(text: bytes) -> tuple[int, int] | str:
    with pem.memory(text) as bio:
        try:
            return pem.read_chain(bio)
        except TLSError as error:
            return str(error)


def _stack(certificates: list[int]) -> int:
    lib = library()
    stack: int = lib.OPENSSL_sk_new_null()
    for certificate in certificates:
        lib.OPENSSL_sk_push(stack, certificate)
    return stack


def parse_pem_certificate(text: bytes) -> Answer:
    """A chain in PEM → stack of X509, the leaf first."""
    found = _read_pem(text)
    if isinstance(found, str):
        return _failed(found)
    lib = library()
    first, rest = found
    whole = _stack([first, *(lib.OPENSSL_sk_value(rest, index) for index in range(lib.OPENSSL_sk_num(rest)))])
    lib.OPENSSL_sk_free(rest)
    return whole, None


def parse_der_certificate(der: bytes) -> Answer:
    """A chain in DER, one certificate behind the other → stack of X509."""
    certificates = pem.decode_chain(der)
    return (_stack(certificates), None) if certificates else _failed("d2i_X509_bio() failed")


def certificate_pem_to_der(text: bytes) -> Answer:
    """A chain in PEM → the same in DER."""
    chain, message = parse_pem_certificate(text)
    if message is not None:
        return None, message
    der = b"".join(pem.certificate_der(certificate) for certificate in certificates_of(chain))
    pem.free_chain(chain)
    return der, None


def certificates_of(chain: int) -> list[int]:
    """The X509 of a stack."""
    lib = library()
    return [lib.OPENSSL_sk_value(chain, index) for index in range(lib.OPENSSL_sk_num(chain))]


def free_chain(chain: int) -> None:
    """Give a stack and its certificates back."""
    pem.free_chain(int(chain))


def parse_pem_key(text: bytes, password: bytes | None = None) -> Answer:
    """A private key in PEM → EVP_PKEY."""
    with pem.memory(text) as bio:
        key = pem.read_key(bio, None if password is None else [password])
    return (key, None) if key else _failed("PEM_read_bio_PrivateKey() failed")


def _decode_key(der: bytes) -> int | None:
    buffer = ctypes.create_string_buffer(der, len(der))
    pointer = ctypes.c_void_p(ctypes.addressof(buffer))
    key: int | None = library().d2i_AutoPrivateKey(None, ctypes.byref(pointer), len(der))
    return key


def parse_der_key(der: bytes) -> Answer:
    """A private key in DER → EVP_PKEY."""
    key = _decode_key(der)
    return (key, None) if key else _failed("d2i_PrivateKey_bio() failed")


def key_pem_to_der(text: bytes, password: bytes | None = None) -> Answer:
    """A private key in PEM → the same in DER."""
    key, message = parse_pem_key(text, password)
    if message is not None:
        return None, message
    der = pem.key_der(key)
    free_key(key)
    return (der, None) if der else _failed("i2d_PrivateKey() failed")


def free_key(key: int) -> None:
    """Give a key back."""
    library().EVP_PKEY_free(int(key))


# ------------------------------------------------------------------------------------------------------ of a connection


def clear_certificates(ssl: int) -> Answer:
    """Forget the certificates and keys that the configuration gave."""
    library().SSL_certs_clear(int(ssl))
    return True, None


def _use(ssl: int, certificates: list[int], no_leaf: str) -> Answer:
    lib = library()
    if not certificates:
        return _failed(no_leaf)
    if not lib.SSL_use_certificate(ssl, certificates[0]):
        return _failed("SSL_use_certificate() failed")
    lib.SSL_ctrl(ssl, _CTRL_CHAIN, 0, None)
    for certificate in certificates[1:]:
        if not lib.SSL_ctrl(ssl, _CTRL_CHAIN_CERT, 1, certificate):
            return _failed("SSL_add1_chain_cert() failed")
    return True, None


def set_certificate(ssl: int, chain: int) -> Answer:
    """Use a chain for this connection."""
    certificates = certificates_of(int(chain))
    return _use(int(ssl), certificates, "invalid certificate chain")


def set_der_certificate(ssl: int, der: bytes) -> Answer:
    """Use a chain in DER for this connection."""
    certificates = pem.decode_chain(der)
    answer = _use(int(ssl), certificates, "d2i_X509_bio() failed")
    for certificate in certificates:
        library().X509_free(certificate)
    return answer


def set_key(ssl: int, key: int) -> Answer:
    """Use a private key for this connection."""
    if not library().SSL_use_PrivateKey(int(ssl), int(key)):
        return _failed("SSL_use_PrivateKey() failed")
    return True, None


def set_der_key(ssl: int, der: bytes) -> Answer:
    """Use a private key in DER for this connection."""
    key = _decode_key(der)
    if not key:
        return _failed("d2i_PrivateKey_bio() failed")
    answer = set_key(ssl, key)
    free_key(key)
    return answer


def verify_client(ssl: int, chain: int, depth: int, trusted: int = 0) -> Answer:
    """Ask the client for a certificate, of these authorities (0: of the configuration's).

    ``trusted`` are authorities that the client is not told of.
    """
    lib = library()
    ssl = int(ssl)
    lib.SSL_set_verify(ssl, VERIFY_PEER, go_on)
    if depth >= 0:
        lib.SSL_set_verify_depth(ssl, int(depth))
    if chain or trusted:
        store = lib.X509_STORE_new()
        for certificate in certificates_of(int(chain)) if chain else ():
            lib.SSL_add_client_CA(ssl, certificate)
            lib.X509_STORE_add_cert(store, certificate)
        for certificate in certificates_of(int(trusted)) if trusted else ():
            lib.X509_STORE_add_cert(store, certificate)
        lib.SSL_ctrl(ssl, _CTRL_VERIFY_STORE, 0, store)
    return True, None


def use_store(ssl: int, store: int) -> bytes | None:
    """Verify the peer with this store (X509_STORE), which stays the caller's → None, or what failed."""
    lib = library()
    lib.X509_STORE_up_ref(int(store))
    return None if lib.SSL_ctrl(int(ssl), _CTRL_VERIFY_STORE, 0, int(store)) else b"SSL_set1_verify_cert_store() failed"


def ssl_context(ssl: int) -> int:
    """The SSL_CTX that a connection was made with."""
    return int(library().SSL_get_SSL_CTX(int(ssl)))


def version(ssl: int) -> int:
    """The protocol's version as a number, 0x303 for TLS 1.2."""
    return int(library().SSL_version(int(ssl)))


def set_protocols(ssl: int, allowed: bytes) -> None:
    """Only these protocols, by name with spaces between."""
    lib = library()
    names = allowed.split(b" ")
    every = off = 0
    for name, option in PROTOCOLS.items():
        every |= option
        if name not in names:
            off |= option
    lib.SSL_clear_options(int(ssl), every)
    lib.SSL_set_options(int(ssl), off)


def random_bytes(ssl: int, of_server: bool, size: int) -> bytes | int:
    """The client's or the server's random of the handshake; with size 0 how long it is."""
    read = library().SSL_get_server_random if of_server else library().SSL_get_client_random
    if not size:
        return int(read(int(ssl), None, 0))
    buffer = ctypes.create_string_buffer(int(size))
    written = read(int(ssl), buffer, int(size))
    return buffer.raw[:written]


def master_key(ssl: int, size: int) -> bytes | int:
    """The session's master key; with size 0 how long it is."""
    lib = library()
    session = lib.SSL_get_session(int(ssl))
    if not session:
        return b"" if size else 0
    if not size:
        return int(lib.SSL_SESSION_get_master_key(session, None, 0))
    buffer = ctypes.create_string_buffer(int(size))
    written = lib.SSL_SESSION_get_master_key(session, buffer, int(size))
    return buffer.raw[:written]


def export_key(ssl: int, size: int, label: bytes, context: bytes | None) -> Answer:
    """Keying material (RFC 5705)."""
    buffer = ctypes.create_string_buffer(int(size))
    text = context or b""
    done = library().SSL_export_keying_material(
        int(ssl), buffer, int(size), label, len(label), text, len(text), context is not None
    )
    return (buffer.raw, None) if done == 1 else _failed("SSL_export_keying_material() failed")


def export_early_key(ssl: int, size: int, label: bytes, context: bytes | None) -> Answer:
    """Keying material of a connection's early data."""
    buffer = ctypes.create_string_buffer(int(size))
    text = context or b""
    done = library().SSL_export_keying_material_early(int(ssl), buffer, int(size), label, len(label), text, len(text))
    return (buffer.raw, None) if done == 1 else _failed("SSL_export_keying_material_early() failed")


def _protocol_ids(stack: int | None) -> list[int]:
    lib = library()
    if not stack:
        return []
    count = lib.OPENSSL_sk_num(stack)
    return [lib.SSL_CIPHER_get_protocol_id(lib.OPENSSL_sk_value(stack, index)) & 0xFFFF for index in range(count)]


def shared_ciphers(ssl: int) -> bytes:
    """The numbers of the ciphers that we and the client have, in our order, two bytes each."""
    lib = library()
    supported = lib.SSL_get1_supported_ciphers(int(ssl))
    own, offered = _protocol_ids(supported), _protocol_ids(lib.SSL_get_client_ciphers(int(ssl)))
    lib.OPENSSL_sk_free(supported)
    return b"".join(number.to_bytes(2, "big") for number in own if number in offered)


def hello_ciphers(ssl: int) -> bytes:
    """The numbers of the client's ciphers, two bytes each."""
    lib = library()
    start = ctypes.c_void_p()
    size = lib.SSL_client_hello_get0_ciphers(int(ssl), ctypes.byref(start))
    return ctypes.string_at(start.value, size) if start.value else b""


def extensions(ssl: int) -> bytes:
    """The numbers of the extensions in the client's hello, two bytes each."""
    lib = library()
    numbers, count = ctypes.c_void_p(), ctypes.c_size_t()
    if not lib.SSL_client_hello_get1_extensions_present(int(ssl), ctypes.byref(numbers), ctypes.byref(count)):
        return b""
    found = ctypes.cast(numbers, ctypes.POINTER(ctypes.c_int))[: count.value] if numbers.value else []
    lib.CRYPTO_free(numbers, b"", 0)
    return b"".join(number.to_bytes(2, "big") for number in found)


def session_of_id(ssl: int, der: bytes) -> Answer:
    """Resume this session, which a cache of Lua's has for the client's id."""
    session = connections.session_of(der)
    if not session:
        return _failed("failed to de-serialize session")
    library().SSL_SESSION_free(session)
    connections.find(ssl).found = der
    return True, None


def peer_certificate(ssl: int) -> int:
    """The peer's certificate (X509, to be freed by free_certificate), 0 when there is none."""
    lib = library()
    judged = connections.find(ssl).judged
    if judged:
        lib.X509_up_ref(judged)
    return judged or lib.SSL_get1_peer_certificate(int(ssl)) or 0


def free_certificate(certificate: int) -> None:
    """Give a certificate back."""
    library().X509_free(int(certificate))


def describe(ssl: int) -> tuple[bytes, bool]:
    """What a handshake agreed on, for the debug log (ngx_ssl_handshake_log) → text, whether a session was resumed."""
    lib = library()
    cipher = lib.SSL_get_current_cipher(int(ssl))
    if not cipher:
        return b"SSL no shared ciphers", False
    buffer = ctypes.create_string_buffer(129)
    lib.SSL_CIPHER_description(cipher, buffer, 128)
    text = b" ".join(buffer.value.split())
    return b'SSL: %s, cipher: "%s"' % (lib.SSL_get_version(int(ssl)), text), bool(lib.SSL_session_reused(int(ssl)))


def server_name(ssl: int) -> bytes | None:
    """The name the client asked for."""
    return info.server_name(int(ssl)) or None


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "tls_parse_pem_certificate": parse_pem_certificate,
    "tls_parse_der_certificate": parse_der_certificate,
    "tls_certificate_pem_to_der": certificate_pem_to_der,
    "tls_free_chain": free_chain,
    "tls_parse_pem_key": parse_pem_key,
    "tls_parse_der_key": parse_der_key,
    "tls_key_pem_to_der": key_pem_to_der,
    "tls_free_key": free_key,
    "tls_clear_certificates": clear_certificates,
    "tls_set_certificate": set_certificate,
    "tls_set_der_certificate": set_der_certificate,
    "tls_set_key": set_key,
    "tls_set_der_key": set_der_key,
    "tls_verify_client": verify_client,
    "tls_version": version,
    "tls_set_protocols": set_protocols,
    "tls_random": random_bytes,
    "tls_master_key": master_key,
    "tls_export_key": export_key,
    "tls_export_early_key": export_early_key,
    "tls_shared_ciphers": shared_ciphers,
    "tls_use_store": use_store,
    "tls_context": ssl_context,
    "tls_hello_ciphers": hello_ciphers,
    "tls_hello_extensions": extensions,
    "tls_set_session": session_of_id,
    "tls_server_name": server_name,
    "tls_describe": describe,
    "tls_peer_certificate": peer_certificate,
    "tls_free_certificate": free_certificate,
}
