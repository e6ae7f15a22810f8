"""OCSP: what ``ngx.ocsp`` does, and responses stapled to a handshake."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pyresty.net.tls import connection as connections
from pyresty.net.tls import info, pem
from pyresty.net.tls.context import ServerContext
from pyresty.net.tls.errors import describe
from pyresty.net.tls.library import library

_GET_STATUS_TYPE, _SET_STATUS_RESPONSE, _SET_STATUS_CALLBACK = 127, 71, 63
_NO_VERIFY = 0x10
_GOOD = 0
_TOLERANCE = 300  # seconds that clocks may differ

_StatusCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class Failed(Exception):
    """What failed, as nginx and ngx_lua word it."""


@contextmanager
def _leaf_and_issuer(chain: bytes) -> Iterator[tuple[int, int]]:
    certificates = pem.decode_chain(chain)
    try:
        if not certificates:
            raise Failed("d2i_X509_bio() failed")
        if len(certificates) < 2:
            raise Failed("no issuer certificate in chain")
        yield certificates[0], certificates[1]
    finally:
        for certificate in certificates:
            library().X509_free(certificate)


def _answer(make: Callable[[], Any]) -> tuple[Any, bytes | None]:
    try:
        return make(), None
    except Failed as failure:
        return None, str(failure).encode()
    finally:
        library().ERR_clear_error()


def responder(chain: bytes) -> tuple[bytes | None, bytes | None]:
    """The address of the leaf's OCSP responder; None, None when it names none."""

    def make() -> bytes | None:
        lib = library()
        certificates = pem.decode_chain(chain)
        try:
            if not certificates:
                raise Failed("d2i_X509_bio() failed")
            urls = lib.X509_get1_ocsp(certificates[0])
            if not urls:
                return None
            url = ctypes.string_at(lib.OPENSSL_sk_value(urls, 0))
            lib.X509_email_free(urls)
            if len(certificates) < 2:
                raise Failed("no issuer certificate in chain")
            if lib.X509_check_issued(certificates[1], certificates[0]) != 0:
                raise Failed("issuer certificate not next to leaf")
            return url
        finally:
            for certificate in certificates:
                lib.X509_free(certificate)

    return _answer(make)


def request(chain: bytes) -> tuple[bytes | None, bytes | None]:
    """An OCSP request about the leaf of a chain, in DER."""

    def make() -> bytes:
        lib = library()
        with _leaf_and_issuer(chain) as (leaf, issuer):
            about = lib.OCSP_cert_to_id(None, leaf, issuer)
            if not about:
                raise Failed("OCSP_cert_to_id() failed")
            asked = lib.OCSP_REQUEST_new()
            lib.OCSP_request_add0_id(asked, about)
            size = lib.i2d_OCSP_REQUEST(asked, None)
            buffer = ctypes.create_string_buffer(max(size, 1))
            pointer = ctypes.c_void_p(ctypes.addressof(buffer))
            lib.i2d_OCSP_REQUEST(asked, ctypes.byref(pointer))
            lib.OCSP_REQUEST_free(asked)
            if size <= 0:
                raise Failed("i2d_OCSP_REQUEST() failed")
            return buffer.raw

    return _answer(make)


@contextmanager
def _basic(response: bytes) -> Iterator[int]:
    lib = library()
    buffer = ctypes.create_string_buffer(response, max(1, len(response)))
    pointer = ctypes.c_void_p(ctypes.addressof(buffer))
    answer = lib.d2i_OCSP_RESPONSE(None, ctypes.byref(pointer), len(response))
    if not answer:
        raise Failed("d2i_OCSP_RESPONSE() failed")
    basic = None
    try:
        status = lib.OCSP_response_status(answer)
        if status != 0:
            text = lib.OCSP_response_status_str(status).decode()
            raise Failed(f"OCSP response not successful ({status}: {text})")
        basic = lib.OCSP_response_get1_basic(answer)
        if not basic:
            raise Failed("OCSP_response_get1_basic() failed")
        yield basic
    finally:
        if basic:
            lib.OCSP_BASICRESP_free(basic)
        lib.OCSP_RESPONSE_free(answer)


def validate(response: bytes, chain: bytes) -> tuple[bool | None, bytes | None]:
    """Whether a response says that the leaf of a chain is good."""

    def make() -> bool:
        lib = library()
        with _basic(response) as basic, _leaf_and_issuer(chain) as (leaf, issuer):
            trusted = lib.OPENSSL_sk_new_null()
            lib.OPENSSL_sk_push(trusted, issuer)
            verified = lib.OCSP_basic_verify(basic, trusted, None, _NO_VERIFY)
            lib.OPENSSL_sk_free(trusted)
            if verified != 1:
                raise Failed("OCSP_basic_verify() failed")
            about = lib.OCSP_cert_to_id(None, leaf, issuer)
            try:
                return bool(_check_status(basic, about))
            finally:
                lib.OCSP_CERTID_free(about)

    return _answer(make)


def valid_until(response: bytes, chain: bytes, store: int, flags: int, *, own: bool) -> float:
    """Until when a response says that the leaf of a chain is good, in seconds since the epoch.

    ``store`` has the authorities, ``flags`` are OCSP_basic_verify's; with ``own`` the issuer may have signed it,
    trusted or not. Raises Failed.
    """
    lib = library()
    try:
        with _basic(response) as basic, _leaf_and_issuer(chain) as (leaf, issuer):
            others = lib.OPENSSL_sk_new_null()
            if own:
                lib.OPENSSL_sk_push(others, issuer)
            verified = lib.OCSP_basic_verify(basic, others, store, flags)
            lib.OPENSSL_sk_free(others)
            if verified != 1:
                raise Failed(describe("OCSP_basic_verify() failed"))
            about = lib.OCSP_cert_to_id(None, leaf, issuer)
            try:
                return _check_status(basic, about)
            finally:
                lib.OCSP_CERTID_free(about)
    finally:
        lib.ERR_clear_error()


def _check_status(basic: int, about: int) -> float:
    lib = library()
    status, this, following = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_void_p()
    found = lib.OCSP_resp_find_status(
        basic, about, ctypes.byref(status), None, None, ctypes.byref(this), ctypes.byref(following)
    )
    if found != 1:
        raise Failed("certificate status not found in the OCSP response")
    if status.value != _GOOD:
        text = lib.OCSP_cert_status_str(status.value).decode()
        raise Failed(f'certificate status "{text}" in the OCSP response')
    if lib.OCSP_check_validity(this, following, _TOLERANCE, -1) != 1:
        raise Failed("OCSP_check_validity() failed")
    return info.seconds(following.value) if following.value else float("inf")


# ------------------------------------------------------------------------------------------------------------ stapling


def _staple(ssl: int, response: bytes) -> None:
    lib = library()
    memory = lib.CRYPTO_malloc(len(response), b"", 0)
    ctypes.memmove(memory, response, len(response))
    lib.SSL_ctrl(ssl, _SET_STATUS_RESPONSE, len(response), memory)


def _status(ssl: int, _data: object) -> int:
    found = connections.find(ssl)
    context = found.context
    if found.stapled:
        return 0
    if isinstance(context, ServerContext):
        response = context.staple or (context.fetch(ssl) if context.fetch else None)
        if response:
            _staple(ssl, response)
            return 0
    return 3  # SSL_TLSEXT_ERR_NOACK


_status_callback = _StatusCallback(_status)


def install(context: ServerContext) -> None:
    """Have a server staple responses."""
    library().SSL_CTX_callback_ctrl(context.pointer, _SET_STATUS_CALLBACK, _status_callback)


def set_response(ssl: int, response: bytes) -> bool:
    """Staple a response to this handshake; False when the client did not ask for one."""
    if library().SSL_ctrl(int(ssl), _GET_STATUS_TYPE, 0, None) == -1:
        return False
    _staple(int(ssl), response)
    connections.find(ssl).stapled = True
    return True


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ocsp_responder": responder,
    "ocsp_request": request,
    "ocsp_validate": validate,
    "ocsp_set_response": set_response,
}
