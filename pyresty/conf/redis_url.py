"""``redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]`` and ``redis://[[USER]:PASSWORD@]unix:/PATH[?db=N]``."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from pyresty.conf.address import AddressError, parse_server
from pyresty.conf.directive import ConfError, Directive

SCHEME = "redis://"
DEFAULT_PORT = 6379


def parse_redis_url(url: str, d: Directive) -> dict[str, Any]:
    """→ {family, server (address or path), port, db, user, password}; a host name is resolved now.

    User and password may be percent-encoded, and are None when absent. Raises ConfError.
    """
    if not url.startswith(SCHEME):
        raise ConfError(f'invalid backend "{url}", it must be a "{SCHEME}" address', d)
    credentials, at, place = url[len(SCHEME) :].rpartition("@")
    user, colon, password = credentials.partition(":")
    if at and not (colon and password):
        raise ConfError(f'no password in backend "{url}"', d)
    if place.startswith("unix:"):
        address, _, number = place.partition("?db=")
    else:
        address, _, number = place.partition("/")
    if number and not number.isdigit():
        raise ConfError(f'invalid database "{number}" in backend "{url}"', d)
    try:
        found = parse_server(address.encode("utf-8", "surrogateescape"), DEFAULT_PORT)[0]
    except AddressError as error:
        raise ConfError(f'{error} in backend "{url}"', d) from None
    return {
        "family": found.family.encode(),
        "server": found.host.encode("utf-8", "surrogateescape"),
        "port": found.port,
        "db": int(number or 0),
        "user": unquote(user).encode() if user else None,
        "password": unquote(password).encode() if password else None,
    }
