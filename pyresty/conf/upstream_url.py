"""URLs of upstream servers as ``proxy_pass`` and its kin take them (nginx: ngx_parse_url with ``no_resolve``)."""

from __future__ import annotations

from dataclasses import dataclass

from pyresty.conf.address import AddressError
from pyresty.conf.values import parse_number


@dataclass(frozen=True, slots=True)
class UpstreamUrl:
    """A URL without its scheme.

    ``host`` as written, without port and brackets kept; for ``unix:`` the whole ``unix:PATH``. ``port`` is 0 on a
    local socket; ``no_port`` tells that the URL named none. ``uri`` begins with ``/`` or is empty.
    """

    host: bytes
    port: int
    no_port: bool
    uri: bytes

    @property
    def local(self) -> bool:
        """Whether it is a socket of the file system."""
        return self.host.startswith(b"unix:")


def parse_url(text: bytes, default_port: int, *, uri_part: bool = True) -> UpstreamUrl:
    """Split ``host:port/uri`` or ``unix:path:/uri``; raises AddressError with nginx's words."""
    if text[:5].lower() == b"unix:":
        return _local(text, uri_part)
    end = min((at for at in (text.find(b"/"), text.find(b"?")) if at >= 0), default=len(text))
    authority, uri = text[:end], text[end:]
    if uri and not uri_part:
        raise AddressError("invalid host")
    host, port_text, no_port = _split_port(authority)
    if not host:
        raise AddressError("no host")
    port = default_port if no_port else parse_number(port_text)
    if port is None or not (no_port or 1 <= port <= 65535):
        raise AddressError("invalid port")
    return UpstreamUrl(host, port, no_port, b"/" + uri if uri.startswith(b"?") else uri)


def _split_port(authority: bytes) -> tuple[bytes, bytes, bool]:
    if authority.startswith(b"["):
        host, bracket, rest = authority.partition(b"]")
        if not bracket or (rest and not rest.startswith(b":")):
            raise AddressError("invalid host")
        return host + b"]", rest[1:], not rest
    host, colon, port = authority.partition(b":")
    return host, port, not colon


def _local(text: bytes, uri_part: bool) -> UpstreamUrl:
    path, uri = text[5:], b""
    if uri_part:
        path, _, uri = path.partition(b":")
    if not path:
        raise AddressError("no path in the unix domain socket")
    if len(path) + 1 > 108:
        raise AddressError("too long path in the unix domain socket")
    return UpstreamUrl(b"unix:" + path, 0, True, uri)
