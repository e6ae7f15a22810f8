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
    1: "Format error",
    2: "Server failure",
    3: "Host not found",
    4: "Unimplemented",
    5: "Operation refused",
    110: "Operation timed out",
}
MAX_CACHED = 1000
#: names that may stand for one another (nginx: NGX_RESOLVER_MAX_RECURSION)
MAX_ALIASES = 50


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
    """All addresses of a name and their TTL in seconds, from the first server that answers in time.

    A name that only stands for another one is asked for again under that.
    """
    deadline = time.monotonic() + timeout
    ttl = float("inf")
    for _ in range(MAX_ALIASES):
        found = _read(_answers(name, servers, ["A", "AAAA"] if ipv6 else ["A"], deadline))
        ttl = min(ttl, found.ttl)
        if found.addresses:
            return found.addresses, ttl
        name = found.alias
    raise ResolveError(3)


def _answers(name: str, servers: list[tuple[str, int]], kinds: list[str], deadline: float) -> list[Any]:
    """One answer of each kind, from the first server that gives them; raises ResolveError 110."""
    turn = random.randrange(len(servers))
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ResolveError(110)
        server = servers[turn % len(servers)]
        answers = _exchange(name, server, kinds, min(left, RESEND))
        if answers:
            return [_whole(answer, server, deadline) for answer in answers]
        turn += 1


def _whole(answer: Any, server: tuple[str, int], deadline: float) -> Any:
    """An answer that was cut off is asked for again over TCP; the short one where that fails."""
    import dns.exception
    import dns.flags
    import dns.message
    from gevent import Timeout, socket

    if not answer.flags & dns.flags.TC:
        return answer
    question = answer.question[0]
    query = dns.message.make_query(question.name, question.rdtype).to_wire()
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock, Timeout(deadline - time.monotonic(), False):
        try:
            sock.connect((server[0].strip("[]"), server[1]))
            sock.sendall(len(query).to_bytes(2, "big") + query)
            with sock.makefile("rb") as stream:
                length = int.from_bytes(stream.read(2), "big")
                return dns.message.from_wire(stream.read(length), ignore_trailing=True)
        except (OSError, dns.exception.DNSException):
            return answer
    return answer


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


@dataclass(slots=True)
class Found:
    """What answers say: addresses, or the name to ask for instead."""

    addresses: list[str]
    alias: str
    ttl: float


def _read(answers: list[Any]) -> Found:
    """Addresses out of the answers, CNAMEs followed; raises a server's failure, or that there is no such name."""
    import dns.exception
    import dns.rcode
    import dns.rdatatype

    found = Found([], "", float("inf"))
    for message in answers:
        if message.rcode() == dns.rcode.NXDOMAIN:
            continue
        if message.rcode() != dns.rcode.NOERROR:
            raise ResolveError(int(message.rcode()))
        try:
            chain = message.resolve_chaining()
        except dns.exception.DNSException:
            continue
        if chain.answer is not None and chain.answer.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
            found.addresses += [record.address for record in chain.answer]
            found.ttl = min(found.ttl, chain.minimum_ttl)
        elif chain.cnames:
            found.alias = chain.canonical_name.to_text(omit_final_dot=True)
            found.ttl = min(found.ttl, chain.minimum_ttl)
    if not found.addresses and not found.alias:
        raise ResolveError(3)
    return found
