"""The resolver against a name server of its own on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import dns.message
import dns.rrset
import pytest

from pyresty.net import resolver

ANSWERS = {"one.test.": "127.0.0.1", "two.test.": "127.0.0.2"}


class NameServer:
    """Answers A queries from ANSWERS, follows one CNAME, knows nothing else; counts the queries."""

    def __init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.queries = 0
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while True:
            data, peer = self.sock.recvfrom(4096)
            if data == b"stop":
                return
            self.queries += 1
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            question = query.question[0]
            name = str(question.name)
            if name == "alias.test.":
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", "one.test."))
                name = "one.test."
            if name in ANSWERS and question.rdtype == 1:
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "A", ANSWERS[name]))
            elif name not in ANSWERS:
                answer.set_rcode(3)
            self.sock.sendto(answer.to_wire(), peer)

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"stop", ("127.0.0.1", self.port))
        self.thread.join(5)
        self.sock.close()


@pytest.fixture
def server() -> Iterator[NameServer]:
    name_server = NameServer()
    yield name_server
    name_server.close()


def ask(server: NameServer, name: bytes, limits: bytes = b"5 off ") -> tuple[bytes | None, bytes | None]:
    """One look-up in a greenlet of a thread of its own, as the name server's thread has to go on meanwhile."""
    results: list[tuple[bytes | None, bytes | None]] = []
    servers = b"127.0.0.1 %d" % server.port
    thread = threading.Thread(target=lambda: results.append(resolver.resolve(name, servers, limits)))
    thread.start()
    thread.join(20)
    return results[0]


def test_an_address(server: NameServer) -> None:
    assert ask(server, b"two.test") == (b"127.0.0.2", None)


def test_names_in_any_case_and_both_kinds_of_address(server: NameServer) -> None:
    assert ask(server, b"ONE.test.", b"5 on ") == (b"127.0.0.1", None)
    assert server.queries == 2


def test_an_alias_is_followed(server: NameServer) -> None:
    assert ask(server, b"alias.test") == (b"127.0.0.1", None)


def test_what_is_known_is_not_asked_again(server: NameServer) -> None:
    ask(server, b"one.test")
    ask(server, b"one.test")
    assert server.queries == 1


def test_valid_overrides_the_ttl(server: NameServer) -> None:
    ask(server, b"one.test", b"5 off 0")
    ask(server, b"one.test", b"5 off 0")
    assert server.queries == 2


def test_no_such_name(server: NameServer) -> None:
    assert ask(server, b"nosuch.test") == (None, b"nosuch.test could not be resolved (3: Host not found)")


def test_nobody_answers() -> None:
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    servers = b"127.0.0.1 %d" % silent.getsockname()[1]
    result = resolver.resolve(b"late.test", servers, b"0.2 off ")
    silent.close()
    assert result == (None, b"late.test could not be resolved (110: Operation timed out)")


def test_a_name_that_is_none(server: NameServer) -> None:
    assert ask(server, b"a..b") == (None, b"a..b could not be resolved (3: Host not found)")
