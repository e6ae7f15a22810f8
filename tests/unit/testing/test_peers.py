"""Peers: the section's lines, the DNS and Kafka stubs' answers, programs that do not start."""

from __future__ import annotations

import socket
import struct
import sys
import zlib

import dns.message
import pytest

from pyresty.testing.blocks import FormatError
from pyresty.testing.peers import start_peers
from pyresty.testing.programs import Program, ProgramError
from pyresty.testing.stub_dns import answer
from pyresty.testing.stub_kafka import message_set


def ask(name: str, kind: str) -> dns.message.Message:
    return answer(dns.message.make_query(name, kind).to_wire())


def test_lines() -> None:
    assert start_peers("\n\n") == []
    with pytest.raises(FormatError, match="'tcp 1 echo' does not begin with one of udp, dns, kafka"):
        start_peers("tcp 1 echo")
    with pytest.raises(FormatError, match=r"peers: '1 loud' is not 'ADDRESS echo\|empty\|silent'"):
        start_peers("udp 1 loud")


def test_dns_answers() -> None:
    assert [item.to_text() for item in ask("a.test", "A").answer[0]] == ["10.0.0.1", "10.0.0.2"]
    alias = ask("ALIAS.test", "A").answer
    assert [(rrset.name.to_text(), len(rrset)) for rrset in alias] == [("alias.test.", 1), ("a.test.", 2)]
    assert (ask("a.test", "MX").rcode(), ask("no.test", "A").rcode(), ask("broken.test", "A").rcode()) == (0, 3, 2)


def message(key: bytes, value: bytes, version: int, crc: int | None = None) -> bytes:
    stamp = struct.pack("!q", 1) if version else b""
    body = struct.pack("!bb", version, 0) + stamp
    body += struct.pack("!i", len(key)) + key + struct.pack("!i", len(value)) + value
    crc = zlib.crc32(body) if crc is None else crc
    return struct.pack("!qiI", 0, len(body) + 4, crc) + body


@pytest.mark.parametrize("version", [0, 1])
def test_kafka_messages(version: int) -> None:
    data = message(b"k", b"v", version) + message(b"", b"\0", version)
    assert message_set(data) == [(b"k", b"v"), (b"", b"\0")]
    with pytest.raises(EOFError):
        message_set(data[:-1])
    with pytest.raises(ValueError, match="CRC"):
        message_set(message(b"k", b"v", version, 1))


def test_programs_that_do_not_come_up() -> None:
    with pytest.raises(ProgramError, match="No such file"):
        Program(1, ["/nowhere/program"])
    with pytest.raises(ProgramError, match="does not listen on port 1:\nsorry"):
        Program(1, [sys.executable, "-c", "print('sorry', flush=True)"])


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="Address already in use"):
        start_peers(f"dns {taken.getsockname()[1]}")
