"""OpenSSL's error queue as nginx writes it (ngx_ssl_error), and the level a failed handshake is logged at."""

from __future__ import annotations

import ctypes

from pyresty.net.tls.library import library

ERR, CRIT, INFO = 4, 3, 7  # log levels

_TEXT = 1  # ERR_TXT_STRING
_REASON_MASK = (1 << 23) - 1

#: Reasons that say more of the peer than of us (ngx_ssl_connection_error).
_HARMLESS = frozenset({
    101, 103, 118, 129, 149, 151, 152, 155, 156, 159, 182, 183, 187, 193, 213, 226, 227, 234, 235, 244, 245, 246, 252,
    253, 258, 266, 267, 281, 335, 336, 337, 338, 345, 373, 377, 396, 1000, 1010, 1020, 1021, 1022, 1030, 1040, 1041,
    1042, 1043, 1044, 1045, 1046, 1047, 1048, 1049, 1050, 1051, 1060, 1070, 1071, 1080, 1090, 1100,
})  # fmt: skip

#: errno values of a connection that broke: ECONNRESET, EPIPE, ENOTCONN, ETIMEDOUT, ECONNREFUSED, ENETDOWN …
_BROKEN = frozenset({104, 32, 107, 110, 111, 100, 101, 112, 113})


class TLSError(Exception):
    """What failed, with the errors of the queue behind it."""


def describe(what: str) -> str:
    """``WHAT (SSL: error:…)`` with all errors of the queue, which is then empty."""
    lib = library()
    texts: list[str] = []
    data, flags = ctypes.c_char_p(), ctypes.c_int()
    buffer = ctypes.create_string_buffer(256)
    while code := lib.ERR_peek_error_data(ctypes.byref(data), ctypes.byref(flags)):
        lib.ERR_error_string_n(code, buffer, len(buffer))
        text = buffer.value.decode("latin-1")
        if data.value and flags.value & _TEXT:
            text += ":" + data.value.decode("latin-1")
        texts.append(text)
        lib.ERR_get_error()
    return f"{what} (SSL: {' '.join(texts)})" if texts else what


def error(what: str) -> TLSError:
    """A TLSError with what the queue has."""
    return TLSError(describe(what))


def reason() -> int:
    """The reason code of the first error of the queue, 0 when it is empty."""
    return int(library().ERR_peek_error()) & _REASON_MASK


def last_error() -> tuple[int, int]:
    """Library and reason of the newest error."""
    code = int(library().ERR_peek_last_error())
    return code >> 23 & 0xFF, code & _REASON_MASK


def level(kind: int, errno: int, normal: int = INFO) -> int:
    """The level for a failed call: ``normal`` when the peer is to blame, else crit. ``kind`` is SSL_get_error's."""
    if kind == 5:
        return normal if errno in _BROKEN else CRIT
    return normal if kind == 1 and reason() in _HARMLESS else CRIT


def reason_text() -> bytes:
    """The text of the first error's reason (ERR_reason_error_string); empties the queue."""
    lib = library()
    text: bytes = lib.ERR_reason_error_string(lib.ERR_peek_error()) or b""
    lib.ERR_clear_error()
    return text
