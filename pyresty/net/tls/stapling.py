"""OCSP responses that a server fetches for its own certificates and staples (ngx_event_openssl_stapling.c).

A certificate's responder is asked when a client wants a response and there is none, or an old one; that client does
without. Each worker asks for itself.
"""

from __future__ import annotations

import ctypes
import hashlib
import re
import time
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import quote

from pyresty.conf.address import AddressError, parse_server
from pyresty.conf.upstream_url import UpstreamUrl, parse_url
from pyresty.net import resolver
from pyresty.net.tls import ocsp, pem
from pyresty.net.tls.context import ServerContext
from pyresty.net.tls.library import library
from pyresty.vm.stderr import tell

_TIMEOUT = 60
_SOONEST, _LATEST = 300, 3600  # seconds until the responder is asked again
_MOST = 65536  # bytes of an answer
_PREFIX = b"http://"
_TRUST_OTHER, _NO_VERIFY = 0x200, 0x10


class _Failed(Exception):
    """What is wrong with a responder or its answer."""


@dataclass(slots=True)
class Settings:
    """``ssl_stapling_responder``, ``ssl_stapling_verify``; ``resolver`` as resolver.resolve_all takes it, or None."""

    responder: bytes = b""
    verify: bool = False
    resolver: tuple[bytes, bytes] | None = None


@dataclass(slots=True)
class Stapler:
    """One certificate: ``file`` is its name, ``chain`` it and its issuer in DER; ``own``: the issuer is in the file."""

    file: str
    chain: bytes
    own: bool
    url: UpstreamUrl
    addresses: list[tuple[str, int]]
    settings: Settings
    store: int
    response: bytes = b""
    valid: float = 0
    refresh: float = 0
    loading: bool = False

    def current(self) -> bytes | None:
        """The response, when there is a good one; asks for the next one where it is time to."""
        now = time.time()
        if not self.loading and self.refresh < now:
            from gevent import spawn

            self.loading = True
            spawn(self._renew)
        return self.response if self.response and self.valid >= now else None

    def _renew(self) -> None:
        peer = ""
        self.refresh = time.time() + _SOONEST
        try:
            for peer, port in self._addresses():
                self._take(self._fetch(peer, port))
                break
        except (_Failed, OSError, ocsp.Failed) as failure:
            self._report(failure, peer)
        finally:
            self.loading = False

    def _report(self, failure: Exception, peer: str) -> None:
        if isinstance(failure, OSError):
            failure = _Failed(f"connect() failed ({failure.errno}: {failure.strerror})")
        shown = f", peer: {peer}:{self.url.port}" if peer else ""
        responder = self.url.host.decode("utf-8", "surrogateescape")
        where = f', responder: {responder}{shown}, certificate: "{self.file}"'
        tell("error", f"{failure} while requesting certificate status{where}")

    def _addresses(self) -> list[tuple[str, int]]:
        if self.settings.resolver is None:
            return self.addresses
        found, message = resolver.resolve_all(self.url.host, *self.settings.resolver)
        if found is None:
            raise _Failed((message or b"").decode())
        return [(address.strip("[]"), self.url.port) for address in found.decode().split(",")]

    def _fetch(self, address: str, port: int) -> bytes:
        from gevent import Timeout, socket

        asked, message = ocsp.request(self.chain)
        if asked is None:
            raise _Failed((message or b"").decode())
        path = (self.url.uri or b"/").removesuffix(b"/") + b"/" + quote(b64encode(asked), safe="").encode()
        data = b""
        with Timeout(_TIMEOUT, _Failed("OCSP responder timed out")), socket.create_connection((address, port)) as sock:
            sock.sendall(b"GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" % (path, self.url.host))
            while len(data) <= _MOST and (piece := sock.recv(_MOST)):
                data += piece
        return data

    def _take(self, answer: bytes) -> None:
        response = _body(answer)
        flags = _TRUST_OTHER if self.settings.verify else _NO_VERIFY
        until = ocsp.valid_until(response, self.chain, self.store, flags, own=self.own)
        now = time.time()
        self.response, self.valid = response, until
        self.refresh = max(min(until - _SOONEST, now + _LATEST), now + _SOONEST)


def _body(answer: bytes) -> bytes:
    head, *body = re.split(rb"\r?\n\r?\n", answer, maxsplit=1)
    if not answer.startswith(b"HTTP/1.") or not body:
        what = "sent invalid response" if answer else "prematurely closed connection"
        raise _Failed(f"OCSP responder {what}")
    for line in head.split(b"\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-type" and value.strip().lower() != b"application/ocsp-response":
            shown = value.strip().decode("latin-1")
            raise _Failed(f'OCSP responder sent invalid "Content-Type" header: "{shown}"')
    return body[0]


# ------------------------------------------------------------------------------------------------------------ settings


def prepare(context: ServerContext, settings: Settings) -> list[str]:
    """Have a server fetch responses for its certificates; → warnings about those that there can be none for."""
    warnings: list[str] = []
    staplers: dict[bytes, Stapler] = {}
    store = library().SSL_CTX_get_cert_store(context.pointer)
    for name, _ in context.options.certificates:
        shown = name.decode("utf-8", "surrogateescape")
        try:
            leaf, chain, own = _chain(name, shown, store)
            url, addresses = _responder(chain, settings.responder, shown)
        except _Failed as failure:
            warnings.append(f'"ssl_stapling" ignored, {failure}')
            continue
        staplers[_digest(leaf)] = Stapler(shown, chain, own, url, addresses, settings, store)
    if staplers:
        context.fetch = lambda ssl: _response_for(staplers, ssl)
    return warnings


def _digest(der: bytes) -> bytes:
    return hashlib.sha1(der, usedforsecurity=False).digest()


def _response_for(staplers: dict[bytes, Stapler], ssl: int) -> bytes | None:
    certificate = library().SSL_get_certificate(ssl)
    stapler = staplers.get(_digest(pem.certificate_der(certificate))) if certificate else None
    return stapler.current() if stapler else None


def _chain(name: bytes, shown: str, store: int) -> tuple[bytes, bytes, bool]:
    """A certificate, and it with its issuer behind it, in DER; whether that is in its file: else it is trusted."""
    lib = library()
    leaf, others = pem.load("certificate", name, pem.load_chain)
    try:
        der = pem.certificate_der(leaf)
        for index in range(lib.OPENSSL_sk_num(others)):
            issuer = lib.OPENSSL_sk_value(others, index)
            if lib.X509_check_issued(issuer, leaf) == 0:
                return der, der + pem.certificate_der(issuer), True
        search, found = lib.X509_STORE_CTX_new(), ctypes.c_void_p()
        lib.X509_STORE_CTX_init(search, store, None, None)
        known = lib.X509_STORE_CTX_get1_issuer(ctypes.byref(found), search, leaf)
        lib.X509_STORE_CTX_free(search)
        lib.ERR_clear_error()
        if known != 1:
            raise _Failed(f'issuer certificate not found for certificate "{shown}"')
        issuer_der = pem.certificate_der(found.value or 0)
        lib.X509_free(found.value)
        return der, der + issuer_der, False
    finally:
        lib.X509_free(leaf)
        pem.free_chain(others)


def _responder(chain: bytes, own: bytes, shown: str) -> tuple[UpstreamUrl, list[tuple[str, int]]]:
    text = own or ocsp.responder(chain)[0]
    if not text:
        raise _Failed(f'no OCSP responder URL in the certificate "{shown}"')
    where = f'in OCSP responder "{text.decode("utf-8", "surrogateescape")}" in the certificate "{shown}"'
    if not text.lower().startswith(_PREFIX):
        raise _Failed(f"invalid URL prefix {where}")
    try:
        url = parse_url(text[len(_PREFIX) :], 80)
        found = parse_server(b"%s:%d" % (url.host, url.port), url.port)
    except AddressError as error:
        raise _Failed(f"{error} {where}") from None
    return url, [(address.host.strip("[]"), address.port) for address in found]
