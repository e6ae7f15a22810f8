"""The ``resolver`` directive at work: names to addresses over UDP, cached as long as their TTL or ``valid=`` says.

Messages are dnspython's; sockets are our own, with a random port and id for each query. Only the servers that the
directive names are asked: neither ``/etc/hosts`` nor ``/etc/resolv.conf`` counts, as in nginx.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any

from pyresty.vm.operations import operation

#: Seconds until a query is sent again, to the next server (nginx: resend_timeout).
RESEND = 5.0
#: ngx_resolver_strerror
ERRORS = {
    1: "Format error", 2: "Server failure", 3: "Host not found", 4: "Unimplemented", 5: "Operation refused",
    110: "Operation timed out",
}
MAX_CACHED = 1000


class ResolveError(Exception):
    """A name has no address; ``code`` is the answer's rcode or 110."""

    def __init__(self, code: int) -> None:
        super().__init__(ERRORS.get(code, "Unknown error"))
        self.code = code


@dataclass(slots=True)
class Entry:
    """Addresses of a name until a time of the monotonic clock."""

    addresses: list[str]
    expires: float


_cache: dict[tuple[str, bytes, bool], Entry] = {}


@operation("resolver.resolve")
def resolve(name: bytes, servers: bytes, limits: bytes) -> tuple[bytes | None, bytes | None]:
    """→ one of the name's addresses, None; None, nginx's message.

    ``servers`` is "ADDRESS PORT,ADDRESS PORT"; ``limits`` is "TIMEOUT on|off VALID": seconds, ``ipv6=``,
    seconds or nothing for the TTL.
    """
    try:
        addresses = _look_up(name, servers, limits)
    except ResolveError as error:
        return None, b"%s could not be resolved (%d: %s)" % (name, error.code, str(error).encode())
    return random.choice(addresses).encode(), None


@operation("resolver.resolve_all")
def resolve_all(name: bytes, servers: bytes, limits: bytes) -> tuple[bytes | None, bytes | None]:
    """As `resolve`; → all addresses with "," between them, beginning with any of them."""
    try:
        addresses = _look_up(name, servers, limits)
    except ResolveError as error:
        return None, b"%s could not be resolved (%d: %s)" % (name, error.code, str(error).encode())
    first = random.randrange(len(addresses))
    return ",".join(addresses[first:] + addresses[:first]).encode(), None


def _look_up(name: bytes, servers: bytes, limits: bytes) -> list[str]:
    timeout, ipv6_word, valid = limits.decode().split(" ")
    ipv6 = ipv6_word == "on"
    key = (name.decode("ascii", "replace").lower().rstrip("."), servers, ipv6)
    entry = _cache.get(key)
    if entry is None or entry.expires <= time.monotonic():
        addresses, ttl = _ask(key[0], _parse_servers(servers), ipv6, float(timeout))
        entry = Entry(addresses, time.monotonic() + (float(valid) if valid else ttl))
        if len(_cache) >= MAX_CACHED:
            _cache.clear()
        _cache[key] = entry
    return entry.addresses


def _parse_servers(text: bytes) -> list[tuple[str, int]]:
    pairs = (server.split(" ") for server in text.decode().split(","))
    return [(address, int(port)) for address, port in pairs]


def _ask(name: str, servers: list[tuple[str, int]], ipv6: bool, timeout: float) -> tuple[list[str], float]:
    """All addresses of a name and their TTL in seconds, from the first server that answers in time."""
    deadline = time.monotonic() + timeout
    turn = random.randrange(len(servers))
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ResolveError(110)
        answers = _exchange(name, servers[turn % len(servers)], ["A", "AAAA"] if ipv6 else ["A"], min(left, RESEND))
        if answers:
            return _addresses(answers)
        turn += 1


def _exchange(name: str, server: tuple[str, int], kinds: list[str], timeout: float) -> list[Any]:
    """Send a query of each kind; the answers, or none when one is missing after ``timeout`` seconds."""
    import dns.exception
    import dns.message
    from gevent import Timeout, sleep, socket

    try:
        queries = {query.id: query for query in (dns.message.make_query(name, kind) for kind in kinds)}
    except (dns.exception.DNSException, UnicodeError):
        raise ResolveError(3) from None
    answers: dict[int, Any] = {}
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock, Timeout(timeout, False):
        try:
            sock.connect((server[0].strip("[]"), server[1]))
            for query in queries.values():
                sock.send(query.to_wire())
            while len(answers) < len(queries):
                _take(sock.recv(4096), queries, answers)
        except OSError:
            sleep(min(timeout, 1.0))  # nobody listens there
            return []
    return list(answers.values()) if len(answers) == len(queries) else []


def _take(data: bytes, queries: dict[int, Any], answers: dict[int, Any]) -> None:
    """Keep an answer that belongs to a query; others are not for us."""
    import dns.exception
    import dns.message

    try:
        message = dns.message.from_wire(data, ignore_trailing=True)
    except dns.exception.DNSException:
        return
    query = queries.get(message.id)
    if query is not None and query.is_response(message):
        answers[message.id] = message


def _addresses(answers: list[Any]) -> tuple[list[str], float]:
    """Addresses out of the answers, CNAMEs followed; the worst rcode when there are none."""
    import dns.exception
    import dns.rdatatype

    addresses: list[str] = []
    ttl = float("inf")
    for message in answers:
        try:
            chain = message.resolve_chaining()
        except dns.exception.DNSException:
            continue
        if chain.answer is not None and chain.answer.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
            addresses += [record.address for record in chain.answer]
            ttl = min(ttl, chain.minimum_ttl)
    if not addresses:
        raise ResolveError(max(int(message.rcode()) for message in answers) or 3)
    return addresses, ttl
