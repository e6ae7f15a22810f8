"""Certificates and keys: from files, from the configuration (``data:…``), from memory.

Results are X509 and EVP_PKEY pointers that their owners have to free; failures raise TLSError.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from pyresty.net.tls.errors import TLSError, describe, error, last_error
from pyresty.net.tls.library import library

_ERR_LIB_PEM, _NO_START_LINE = 9, 108
_BIO_RESET, _BIO_PENDING = 1, 10

T = TypeVar("T")

_PASSWORD = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_char), ctypes.c_int, ctypes.c_int, ctypes.c_void_p)


@contextmanager
def source(text: bytes) -> Iterator[int]:
    """A BIO over what ``data:…`` holds, or over the file of an absolute name."""
    lib = library()
    held = text.removeprefix(b"data:")  # the BIO only points to it
    if held is not text:
        bio = lib.BIO_new_mem_buf(held, len(held))
        what = "BIO_new_mem_buf() failed"
    else:
        bio = lib.BIO_new_file(text, b"r")
        what = "BIO_new_file() failed"
    if not bio:
        raise TLSError(what)
    try:
        yield bio
    finally:
        lib.BIO_free(bio)


@contextmanager
def memory(data: bytes) -> Iterator[int]:
    """A BIO over bytes."""
    lib = library()
    bio = lib.BIO_new_mem_buf(data, len(data))
    if not bio:
        raise error("BIO_new_mem_buf() failed")
    try:
        yield bio
    finally:
        lib.BIO_free(bio)


@contextmanager
def sink() -> Iterator[int]:
    """A BIO to write to; see ``written``."""
    lib = library()
    bio = lib.BIO_new(lib.BIO_s_mem())
    try:
        yield bio
    finally:
        lib.BIO_free(bio)


def written(bio: int) -> bytes:
    """What was written to a sink."""
    lib = library()
    size = lib.BIO_ctrl(bio, _BIO_PENDING, 0, None)
    if size <= 0:
        return b""
    buffer = ctypes.create_string_buffer(size)
    lib.BIO_read(bio, buffer, size)
    return buffer.raw


def read_chain(bio: int) -> tuple[int, int]:
    """A certificate and the stack of those behind it (ngx_ssl_load_certificate)."""
    lib = library()
    first = lib.PEM_read_bio_X509_AUX(bio, None, None, None)
    if not first:
        raise TLSError("PEM_read_bio_X509_AUX() failed")
    chain = lib.OPENSSL_sk_new_null()
    while certificate := lib.PEM_read_bio_X509(bio, None, None, None):
        lib.OPENSSL_sk_push(chain, certificate)
    if last_error() == (_ERR_LIB_PEM, _NO_START_LINE):
        lib.ERR_clear_error()
        return first, chain
    lib.X509_free(first)
    free_chain(chain)
    raise TLSError("PEM_read_bio_X509() failed")


def free_chain(chain: int) -> None:
    """Free a stack of certificates and them."""
    lib = library()
    lib.OPENSSL_sk_pop_free(chain, ctypes.cast(lib.X509_free, ctypes.c_void_p))


def load_chain(text: bytes) -> tuple[int, int]:
    """``ssl_certificate``: a certificate and the stack of its chain."""
    with source(text) as bio:
        return read_chain(bio)


def load_key(text: bytes, passwords: Sequence[bytes] | None) -> int:
    """``ssl_certificate_key``: a private key, tried with each of the passwords (ngx_ssl_load_certificate_key)."""
    if text.startswith(b"engine:"):
        raise TLSError('loading "engine:..." certificate keys is not supported')
    with source(text) as bio:
        key = read_key(bio, passwords)
    if not key:
        raise TLSError("PEM_read_bio_PrivateKey() failed")
    return key


def read_key(bio: int, passwords: Sequence[bytes] | None) -> int | None:
    """A private key in PEM; None with the errors left in the queue. Never asks on a terminal."""
    lib = library()
    for index, password in enumerate(passwords or (None,)):
        if index:
            lib.ERR_clear_error()
            lib.BIO_ctrl(bio, _BIO_RESET, 0, None)

        def give(buffer: object, size: int, _writing: int, _data: object, word: bytes | None = password) -> int:
            if word is None:
                return 0
            ctypes.memmove(buffer, word, min(size, len(word)))  # type: ignore[arg-type]
            return min(size, len(word))

        callback = _PASSWORD(give)
        key: int | None = lib.PEM_read_bio_PrivateKey(bio, None, callback, None)
        if key:
            return key
    return None


def load(what: str, name: bytes, read: Callable[..., T], *args: object) -> T:
    """``read(name, …)``, its failure told as ``cannot load WHAT "NAME": …`` with OpenSSL's errors."""
    try:
        return read(name, *args)
    except TLSError as failure:
        shown = name.decode("utf-8", "surrogateescape")
        raise TLSError(describe(f'cannot load {what} "{shown}": {failure}')) from None


def certificate_der(certificate: int) -> bytes:
    """A certificate in DER."""
    return _encoded(library().i2d_X509, certificate)


def key_der(key: int) -> bytes:
    """A private key in DER."""
    return _encoded(library().i2d_PrivateKey, key)


def _encoded(encode: Callable[..., int], item: int) -> bytes:
    size = encode(item, None)
    if size <= 0:
        return b""
    buffer = ctypes.create_string_buffer(size)
    pointer = ctypes.c_void_p(ctypes.addressof(buffer))
    encode(item, ctypes.byref(pointer))
    return buffer.raw


def decode_chain(der: bytes) -> list[int]:
    """The certificates of DER bytes one behind the other, as X509 pointers."""
    lib = library()
    found: list[int] = []
    buffer = ctypes.create_string_buffer(der, len(der))
    start = ctypes.addressof(buffer)
    pointer, end = ctypes.c_void_p(start), start + len(der)
    while (pointer.value or end) < end:
        certificate = lib.d2i_X509(None, ctypes.byref(pointer), end - (pointer.value or end))
        if not certificate:
            for item in found:
                lib.X509_free(item)
            return []
        found.append(certificate)
    return found
