"""Functions of ``state.host`` for passwords, addresses and directories."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyresty.vm.addresses import parse_address
from pyresty.vm.directories import list_directory
from pyresty.vm.passwords import apr1, password_matches


@pytest.mark.parametrize(
    ("stored", "matches"),
    [
        (b"{PLAIN}secret", True),
        (b"{PLAIN}Secret", False),
        (b"{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", True),
        (b"{SHA}5en6G6MezRroT3XKqkdPOmY/BfR=", False),
        (b"{SSHA}!!!", False),
        (b"$1$saltsalt$99vNnX3zOcs3Yd5FQuVsI/", False),
        (b"", False),
        (b"secret", False),
    ],
)
def test_passwords(stored: bytes, matches: bool) -> None:
    assert password_matches(b"secret", stored) is matches


def test_apr1_of_any_length() -> None:
    # from `openssl passwd -apr1 -salt abcd1234`
    assert apr1(b"a", b"$apr1$abcd1234$") == b"$apr1$abcd1234$0k2xcvade/h3Klo4QJveF1"
    assert apr1(b"secret", b"$apr1$abcd1234$x") == b"$apr1$abcd1234$KISB.4aBzP4pecxr2tTpg1"
    long = b"averyveryverylongpassword123"
    assert apr1(long, b"$apr1$abcd1234$") == b"$apr1$abcd1234$.RqQNkdYFWePhMOJdecy4/"


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        (b"192.0.2.1", (b"192.0.2.1", 0)),
        (b"192.0.2.1:80", (b"192.0.2.1", 80)),
        (b"2001:DB8:0:0::1", (b"2001:db8::1", 0)),
        (b"[::1]:443", (b"::1", 443)),
        (b"[::1]", None),
        (b"::ffff:192.0.2.1", (b"::ffff:192.0.2.1", 0)),
        (b"192.0.2.1:0", None),
        (b"192.0.2.1:65536", None),
        (b"192.0.2", None),
        (b"[::1", None),
        (b"[::1]x", None),
        (b"unix:", None),
        (b"", None),
    ],
)
def test_addresses(text: bytes, parsed: tuple[bytes, int] | None) -> None:
    assert parse_address(text) == parsed


def test_directory_lists_directories_first_and_hides_dots(tmp_path: Path) -> None:
    (tmp_path / "z").mkdir()
    (tmp_path / "a b").write_bytes(b"12345")
    (tmp_path / ".hidden").write_bytes(b"")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("z", "a b"):
        os.utime(tmp_path / name, (86400, 86400))
    listed = list_directory(os.fsencode(tmp_path))
    assert isinstance(listed, bytes)
    entries = listed.split(b"\0")
    size = (tmp_path / "z").stat().st_size
    assert entries[0] == b"d 86400 %d z" % size
    assert entries[1] == b"f 86400 5 a b"
    assert entries[2].startswith(b"o ") and entries[2].endswith(b" dangling")
    assert entries[3:] == [b""]


def test_directory_that_is_not_there(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / "none")
    assert list_directory(path) == (None, 2, b"No such file or directory", b'opendir() "%s"' % path)
