"""A DNS server for tests: a few fixed names below ``.test``, over UDP and TCP, and some that misbehave."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import Counter

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

#: name, type → record texts; a CNAME is followed
RECORDS: dict[tuple[str, str], list[str]] = {
    ("a.test.", "A"): ["10.0.0.1", "10.0.0.2"],
    ("a.test.", "AAAA"): ["2001:db8::1"],
    ("alias.test.", "CNAME"): ["a.test."],
    ("mail.test.", "MX"): ["10 mx1.mail.test.", "20 mx2.mail.test."],
    ("text.test.", "TXT"): ['"one string"', '"several" "strings"'],
    ("_sip._tcp.srv.test.", "SRV"): ["5 7 5060 a.test."],
    ("zone.test.", "NS"): ["ns1.zone.test."],
    ("zone.test.", "SOA"): ["ns1.zone.test. admin.zone.test. 2024 3600 600 86400 60"],
    ("1.0.0.10.in-addr.arpa.", "PTR"): ["a.test."],
    ("large.test.", "TXT"): [f'"{n:03} {"x" * 100}"' for n in range(20)],
    ("late.test.", "A"): ["10.0.0.3"],
    ("foreign.test.", "A"): ["10.0.0.4"],
}
_END = b"\0end of the server"


def answer(query: bytes) -> dns.message.Message:
    """The reply to a query: its records, SERVFAIL for ``broken.test``, NXDOMAIN for what is unknown."""
    message = dns.message.from_wire(query)
    reply = dns.message.make_response(message, recursion_available=True)
    question = message.question[0]
    name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
    if name == "broken.test.":
        reply.set_rcode(dns.rcode.SERVFAIL)
        return reply
    if kind != "CNAME" and (name, "CNAME") in RECORDS:
        reply.answer.append(dns.rrset.from_text_list(name, 60, "IN", "CNAME", RECORDS[name, "CNAME"]))
        name = RECORDS[name, "CNAME"][0]
    if (name, kind) in RECORDS:
        reply.answer.append(dns.rrset.from_text_list(name, 300, "IN", kind, RECORDS[name, kind]))
    elif all(known != name for known, _ in RECORDS):
        reply.set_rcode(dns.rcode.NXDOMAIN)
        soa = RECORDS["zone.test.", "SOA"]
        reply.authority.append(dns.rrset.from_text_list("zone.test.", 60, "IN", "SOA", soa))
    return reply


class DnsServer:
    """Serves ``127.0.0.1:port`` until ``close``.

    Over UDP ``late.test`` is answered at the second query only, ``silent.test`` never, ``foreign.test`` first with
    another id; a reply of more than 512 bytes is truncated.
    """

    def __init__(self, port: int) -> None:
        self._asked: Counter[bytes] = Counter()
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", port))
        self._tcp = socket.create_server(("127.0.0.1", port))
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()

    def _serve_udp(self) -> None:
        while True:
            query, sender = self._udp.recvfrom(4096)
            if query == _END:
                return
            with contextlib.suppress(OSError, dns.exception.DNSException):  # who asked has gone, or asked nonsense
                for reply in self._replies(query):
                    self._udp.sendto(reply, sender)

    def _replies(self, query: bytes) -> list[bytes]:
        question = query[12:]
        self._asked[question] += 1
        reply = answer(query)
        name = reply.question[0].name.to_text()
        if name == "silent.test." or (name == "late.test." and self._asked[question] % 2):
            return []
        wire = reply.to_wire(max_size=65535)
        if len(wire) > 512:
            reply.flags |= dns.flags.TC
            reply.answer.clear()
            return [reply.to_wire()]
        if name == "foreign.test.":
            return [bytes([wire[0] ^ 1]) + wire[1:], wire]
        return [wire]

    def _serve_tcp(self) -> None:
        while True:
            sock, _ = self._tcp.accept()
            with sock, contextlib.suppress(OSError, EOFError, dns.exception.DNSException):
                query = _read(sock, struct.unpack("!H", _read(sock, 2))[0])
                if query == _END:
                    return
                wire = answer(query).to_wire(max_size=65535)
                sock.sendall(struct.pack("!H", len(wire)) + wire)

    def close(self) -> None:
        """End the threads and give the port back."""
        port = self._udp.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(_END, ("127.0.0.1", port))
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(struct.pack("!H", len(_END)) + _END)
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()


def _read(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data
