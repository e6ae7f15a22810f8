"""What is known of a TLS connection: the ``$ssl_*`` variables (ngx_ssl_get_protocol and its kin)."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from pyresty.net.tls import pem
from pyresty.net.tls.connection import session_id
from pyresty.net.tls.library import library

_RFC2253 = 0x1110317  # XN_FLAG_RFC2253
_RAW_CIPHERS, _GROUPS, _NEGOTIATED = 110, 90, 134
_UNKNOWN_GROUP = 0x1000000


@contextmanager
def peer_certificate(ssl: int) -> Iterator[int | None]:
    """The peer's certificate, None when it has sent none."""
    lib = library()
    certificate = lib.SSL_get1_peer_certificate(ssl)
    try:
        yield certificate
    finally:
        if certificate:
            lib.X509_free(certificate)


def printed(write: Callable[[int], object]) -> bytes:
    """What a function writes to a BIO."""
    with pem.sink() as bio:
        write(bio)
        return pem.written(bio)


def _of_peer(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    def get(ssl: int) -> bytes:
        with peer_certificate(ssl) as certificate:
            return read(certificate) if certificate else b""

    return get


def _pem(certificate: int) -> bytes:
    return printed(lambda bio: library().PEM_write_bio_X509(bio, certificate))


def _name(which: str) -> Callable[[int], bytes]:
    def read(certificate: int) -> bytes:
        lib = library()
        name = getattr(lib, f"X509_get_{which}_name")(certificate)
        return printed(lambda bio: lib.X509_NAME_print_ex(bio, name, 0, _RFC2253))

    return read


def _legacy_name(which: str) -> Callable[[int], bytes]:
    def read(certificate: int) -> bytes:
        lib = library()
        text = lib.X509_NAME_oneline(getattr(lib, f"X509_get_{which}_name")(certificate), None, 0)
        value = ctypes.string_at(text)
        lib.CRYPTO_free(text, b"", 0)
        return value

    return read


def _serial(certificate: int) -> bytes:
    lib = library()
    return printed(lambda bio: lib.i2a_ASN1_INTEGER(bio, lib.X509_get_serialNumber(certificate)))


def _fingerprint(certificate: int) -> bytes:
    lib = library()
    digest, size = ctypes.create_string_buffer(64), ctypes.c_uint()
    lib.X509_digest(certificate, lib.EVP_sha1(), digest, ctypes.byref(size))
    return digest.raw[: size.value].hex().encode()


def _time(which: str) -> Callable[[int], bytes]:
    def read(certificate: int) -> bytes:
        lib = library()
        return printed(lambda bio: lib.ASN1_TIME_print(bio, getattr(lib, f"X509_get0_{which}")(certificate)))

    return read


class _Tm(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("sec", "min", "hour", "mday", "mon", "year", "wday", "yday", "isdst")]
    _fields_ += [("gmtoff", ctypes.c_long), ("zone", ctypes.c_char_p)]  # type: ignore[list-item]


def seconds(moment: int) -> int:
    """An ASN1_TIME in seconds since the epoch, 0 when it is none."""
    from calendar import timegm

    tm = _Tm()
    if not library().ASN1_TIME_to_tm(moment, ctypes.byref(tm)):
        return 0
    return timegm((tm.year + 1900, tm.mon + 1, tm.mday, tm.hour, tm.min, tm.sec, 0, 0, 0))


def _remain(certificate: int) -> bytes:
    """Days until a certificate ends."""
    end = seconds(library().X509_get0_notAfter(certificate))
    return str(max(0, end - int(time.time())) // 86400).encode() if end else b""


def client_verify(ssl: int) -> bytes:
    """``SUCCESS``, ``NONE`` or ``FAILED:reason``."""
    lib = library()
    with peer_certificate(ssl) as certificate:
        if not certificate:
            return b"NONE"
    code = lib.SSL_get_verify_result(ssl)
    return b"SUCCESS" if code == 0 else b"FAILED:" + lib.X509_verify_cert_error_string(code)


def _cipher(ssl: int) -> bytes:
    lib = library()
    return lib.SSL_CIPHER_get_name(lib.SSL_get_current_cipher(ssl)) or b""


def _ciphers(ssl: int) -> bytes:
    """The ciphers of the client's hello; those OpenSSL does not know as ``0xNNNN``."""
    lib = library()
    width = lib.SSL_ctrl(ssl, _RAW_CIPHERS, 0, None)
    start = ctypes.c_void_p()
    size = lib.SSL_ctrl(ssl, _RAW_CIPHERS, 0, ctypes.byref(start))
    if size <= 0:
        return b""
    raw = ctypes.string_at(start.value or 0, size)
    names = []
    for pos in range(0, size, width):
        code = raw[pos : pos + width]
        cipher = lib.SSL_CIPHER_find(ssl, code)
        names.append(lib.SSL_CIPHER_get_name(cipher) if cipher else b"0x" + code.hex().encode())
    return b":".join(names)


def _group(number: int) -> bytes:
    if number & _UNKNOWN_GROUP:
        return b"0x%04x" % (number & 0xFFFF)
    return library().OBJ_nid2sn(number) or b""


def _curve(ssl: int) -> bytes:
    number = library().SSL_ctrl(ssl, _NEGOTIATED, 0, None)
    return _group(number) if number else b""


def _curves(ssl: int) -> bytes:
    lib = library()
    count = lib.SSL_ctrl(ssl, _GROUPS, 0, None)
    if count <= 0:
        return b""
    groups = (ctypes.c_int * count)()
    lib.SSL_ctrl(ssl, _GROUPS, 0, groups)
    return b":".join(_group(number) for number in groups)


def _session_id(ssl: int) -> bytes:
    session = library().SSL_get_session(ssl)
    return session_id(session).hex().encode() if session else b""


def alpn_protocol(ssl: int) -> bytes:
    """The protocol that was agreed on, empty when none was offered."""
    start, size = ctypes.c_void_p(), ctypes.c_uint()
    library().SSL_get0_alpn_selected(ssl, ctypes.byref(start), ctypes.byref(size))
    return ctypes.string_at(start.value, size.value) if start.value else b""


def server_name(ssl: int) -> bytes:
    """The name the client asked for."""
    return library().SSL_get_servername(ssl, 0) or b""


_READERS: dict[bytes, Callable[[int], bytes]] = {
    b"protocol": lambda ssl: library().SSL_get_version(ssl),
    b"cipher": _cipher,
    b"ciphers": _ciphers,
    b"curve": _curve,
    b"curves": _curves,
    b"session_id": _session_id,
    b"session_reused": lambda ssl: b"r" if library().SSL_session_reused(ssl) else b".",
    b"early_data": lambda ssl: b"" if library().SSL_is_init_finished(ssl) else b"1",
    b"server_name": server_name,
    b"alpn_protocol": alpn_protocol,
    b"client_cert": _of_peer(lambda certificate: _pem(certificate)[:-1].replace(b"\n", b"\n\t")),
    b"client_raw_cert": _of_peer(_pem),
    b"client_escaped_cert": _of_peer(lambda certificate: quote(_pem(certificate), safe="-_.~").encode()),
    b"client_s_dn": _of_peer(_name("subject")),
    b"client_i_dn": _of_peer(_name("issuer")),
    b"client_s_dn_legacy": _of_peer(_legacy_name("subject")),
    b"client_i_dn_legacy": _of_peer(_legacy_name("issuer")),
    b"client_serial": _of_peer(_serial),
    b"client_fingerprint": _of_peer(_fingerprint),
    b"client_verify": client_verify,
    b"client_v_start": _of_peer(_time("notBefore")),
    b"client_v_end": _of_peer(_time("notAfter")),
    b"client_v_remain": _of_peer(_remain),
}


def variable(ssl: int, name: bytes) -> bytes | None:
    """The value of ``$ssl_NAME``, None where it has none."""
    return _READERS[name](int(ssl)) or None
