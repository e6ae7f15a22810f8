"""Session tickets with keys from files (``ssl_session_ticket_key``): the first one seals, all of them open."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass

from pyresty.net.tls.context import ServerContext
from pyresty.net.tls.library import library

_NAME, _IV = 16, 16
_SET_CALLBACK = 72  # SSL_CTRL_SET_TLSEXT_TICKET_KEY_CB
_TLS1_3 = 0x304

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_ubyte), ctypes.POINTER(ctypes.c_ubyte), ctypes.c_void_p,
    ctypes.c_void_p, ctypes.c_int,
)  # fmt: skip


class TicketKeyError(Exception):
    """A file that holds no key."""


@dataclass(frozen=True, slots=True)
class TicketKey:
    """Name, AES key, HMAC key: 16 bytes each, or 16 and 32 and 32."""

    name: bytes
    aes: bytes
    hmac: bytes


def read_key(file: bytes) -> TicketKey:
    """A key of 48 bytes (name, AES, HMAC) or 80 (name, HMAC, AES). Raises TicketKeyError, OSError."""
    with open(file, "rb") as source:
        data = source.read(81)
    if len(data) == 48:
        return TicketKey(data[:16], data[16:32], data[32:48])
    if len(data) == 80:
        return TicketKey(data[:16], data[48:80], data[16:48])
    raise TicketKeyError(f'"{os.fsdecode(file)}" must be 48 or 80 bytes')


def install(context: ServerContext, keys: Sequence[TicketKey]) -> None:
    """Have a server's tickets sealed and opened with these keys."""

    def callback(ssl: int, name: object, iv: object, cipher: int, mac: int, seal: int) -> int:
        return _seal(keys[0], name, iv, cipher, mac) if seal else _open(keys, ssl, name, iv, cipher, mac)

    context.ticket_callback = _Callback(callback)
    library().SSL_CTX_callback_ctrl(context.pointer, _SET_CALLBACK, context.ticket_callback)


def _begin(key: TicketKey, cipher: int, mac: int, iv: bytes, *, seal: bool) -> bool:
    lib = library()
    algorithm = lib.EVP_aes_128_cbc() if len(key.aes) == 16 else lib.EVP_aes_256_cbc()
    if lib.HMAC_Init_ex(mac, key.hmac, len(key.hmac), lib.EVP_sha256(), None) != 1:
        return False
    start = lib.EVP_EncryptInit_ex if seal else lib.EVP_DecryptInit_ex
    return bool(start(cipher, algorithm, None, key.aes, iv) == 1)


def _seal(key: TicketKey, name: object, iv: object, cipher: int, mac: int) -> int:
    fresh = os.urandom(_IV)
    ctypes.memmove(name, key.name, _NAME)  # type: ignore[arg-type]
    ctypes.memmove(iv, fresh, _IV)  # type: ignore[arg-type]
    return 1 if _begin(key, cipher, mac, fresh, seal=True) else -1


def _open(keys: Sequence[TicketKey], ssl: int, name: object, iv: object, cipher: int, mac: int) -> int:
    wanted = ctypes.string_at(name, _NAME)  # type: ignore[arg-type]
    found = next((index for index, key in enumerate(keys) if key.name == wanted), None)
    if found is None:
        return 0
    if not _begin(keys[found], cipher, mac, ctypes.string_at(iv, _IV), seal=False):  # type: ignore[arg-type]
        return -1
    return 2 if found or library().SSL_version(ssl) == _TLS1_3 else 1  # 2: and give the client a new one
