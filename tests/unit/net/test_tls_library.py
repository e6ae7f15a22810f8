"""Without libssl: TLS directives are refused by name, everything else works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pyresty.conf.configuration import load
from pyresty.conf.directive import ConfError
from pyresty.net.tls import client, library


@pytest.fixture
def no_libssl(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(library, "native_libraries", dict)
    library.library.cache_clear()
    client.default_context.cache_clear()
    yield
    library.library.cache_clear()


def read(tmp_path: Path, http: str) -> None:
    text = f"events {{}} http {{ {http} }}".encode()
    load(f"{tmp_path}/nginx.conf", f"{tmp_path}/", text=text)


def test_it_says_what_is_missing(no_libssl: None) -> None:
    assert not library.available()
    with pytest.raises(library.TLSUnavailableError, match=r"TLS needs OpenSSL 3, and libssl\.so\.3 was not found"):
        library.library()


@pytest.mark.parametrize(
    "http",
    [
        "server { listen 1 ssl; ssl_certificate a; ssl_certificate_key b; }",
        "server { listen 1; location / { proxy_pass https://127.0.0.1; } }",
        "lua_ssl_ciphers DEFAULT; server { listen 1; }",
    ],
)
def test_what_needs_it_is_refused(no_libssl: None, tmp_path: Path, http: str) -> None:
    with pytest.raises(ConfError, match=r"libssl\.so\.3 was not found"):
        read(tmp_path, http)


def test_the_rest_works(no_libssl: None, tmp_path: Path) -> None:
    read(tmp_path, "server { listen 1; location / { proxy_pass http://127.0.0.1; } }")


def test_a_cosocket_is_told(no_libssl: None) -> None:
    ssl, message = client.connect(0, 0, None, 0, False)
    assert ssl is None
    assert message is not None
    assert b"libssl.so.3" in message
