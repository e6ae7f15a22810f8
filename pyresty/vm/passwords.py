"""Checking passwords of ``auth_basic_user_file`` (nginx: ngx_crypt): part of ``state.host``, never waiting."""

from __future__ import annotations

import base64
import binascii
import ctypes
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

_ITOA64 = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def password_matches(password: bytes, stored: bytes) -> bool | None:
    """Whether a password is the stored one: ``$apr1$``, ``{PLAIN}``, ``{SHA}``, ``{SSHA}``, else the system's crypt().

    None when the system has no crypt().
    """
    if stored.startswith(b"$apr1$"):
        return apr1(password, stored) == stored
    if stored.startswith(b"{PLAIN}"):
        return stored[7:] == password
    if stored.startswith(b"{SSHA}"):
        return _salted_sha1(password, stored[6:])
    if stored.startswith(b"{SHA}"):
        return b"{SHA}" + base64.b64encode(hashlib.sha1(password).digest()) == stored
    crypt = _system_crypt()
    if crypt is None:
        return None
    result: bytes | None = crypt(password, stored)
    return result == stored


def _salted_sha1(password: bytes, encoded: bytes) -> bool:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return False
    return hashlib.sha1(password + decoded[20:]).digest() == decoded[:20]


@cache
def _system_crypt() -> Any:
    for name in ("libcrypt.so.1", "libcrypt.so.2", "libcrypt.so"):
        try:
            function = ctypes.CDLL(name).crypt
        except (OSError, AttributeError):
            continue
        function.argtypes, function.restype = [ctypes.c_char_p, ctypes.c_char_p], ctypes.c_char_p
        return function
    return None


def apr1(password: bytes, setting: bytes) -> bytes:
    """Apache's MD5 scheme; ``setting`` begins with ``$apr1$SALT``. → ``$apr1$SALT$HASH``"""
    salt = setting[6:].partition(b"$")[0][:8]
    alternate = hashlib.md5(password + salt + password).digest()
    text = password + b"$apr1$" + salt + (alternate * (len(password) // 16 + 1))[: len(password)]
    bits = len(password)
    while bits:
        text += b"\0" if bits & 1 else password[:1]
        bits >>= 1
    digest = hashlib.md5(text).digest()
    for turn in range(1000):
        digest = hashlib.md5(
            (password if turn & 1 else digest)
            + (salt if turn % 3 else b"")
            + (password if turn % 7 else b"")
            + (digest if turn & 1 else password)
        ).digest()
    return b"$apr1$" + salt + b"$" + _encode(digest)


def _encode(digest: bytes) -> bytes:
    order = ((0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5))
    groups = [(digest[a] << 16 | digest[b] << 8 | digest[c], 4) for a, b, c in order]
    groups.append((digest[11], 2))
    out = bytearray()
    for value, length in groups:
        for _ in range(length):
            out.append(_ITOA64[value & 63])
            value >>= 6
    return bytes(out)


#: name in ``state.host`` → function
FUNCTIONS: dict[str, Callable[..., Any]] = {"password_matches": password_matches}
