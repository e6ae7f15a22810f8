"""native.crypto against Python's own implementations."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SAMPLES = [b"", b"a", b"ab", b"abc", b"\0\xff\x80", bytes(range(256)), b"long " * 10_000]


@pytest.mark.parametrize("data", SAMPLES, ids=len)
def test_digests(run: Run, data: bytes) -> None:
    md5, md5_bin, sha1, mac = run(
        "local d = ... local c = native.crypto return c.md5(d), c.md5_bin(d), c.sha1_bin(d), c.hmac_sha1('key', d)",
        data,
    )
    assert md5 == hashlib.md5(data).hexdigest().encode()
    assert md5_bin == hashlib.md5(data).digest()
    assert sha1 == hashlib.sha1(data).digest()
    assert mac == hmac.new(b"key", data, hashlib.sha1).digest()


@pytest.mark.parametrize("data", SAMPLES, ids=len)
def test_checksums(run: Run, data: bytes) -> None:
    assert run("return native.crypto.crc32_short(...)", data) == binascii.crc32(data)
    assert run("return native.crypto.crc32_long(...)", data) == binascii.crc32(data)


@pytest.mark.parametrize("data", SAMPLES, ids=len)
def test_base64(run: Run, data: bytes) -> None:
    standard = base64.b64encode(data)
    url = base64.urlsafe_b64encode(data).rstrip(b"=")
    assert run("return native.crypto.encode_base64(...)", data) == standard
    assert run("return native.crypto.encode_base64(...)", data, True) == standard.rstrip(b"=")
    assert run("return native.crypto.encode_base64url(...)", data) == url
    assert run("return native.crypto.decode_base64(...)", standard) == data
    assert run("return native.crypto.decode_base64(...)", standard.rstrip(b"=")) == data
    assert run("return native.crypto.decode_base64url(...)", url) == data
    assert run("return native.crypto.to_hex(...)", data) == data.hex().encode()


@pytest.mark.parametrize("text", [b"a", b"abcde", b"ab*d", b"ab\n=", b"-_"])
def test_not_base64(run: Run, text: bytes) -> None:
    assert run("return native.crypto.decode_base64(...)", text) is None


def test_base64_ends_at_padding(run: Run) -> None:
    assert run("return native.crypto.decode_base64(...)", b"YQ==garbage") == b"a"


def test_random_bytes(run: Run) -> None:
    first, second = run("local r = native.crypto.random_bytes return r(16), r(16)")
    assert len(first) == len(second) == 16
    assert first != second
