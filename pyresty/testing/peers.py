"""Peers of the server under test: datagram sockets that answer, or don't, stub servers, and server programs."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from pyresty.testing import programs
from pyresty.testing.blocks import FormatError
from pyresty.testing.stub_dns import DnsServer
from pyresty.testing.stub_kafka import KafkaBroker

_END = b"\0end of the peer"
_ANSWERS: dict[str, Callable[[bytes], bytes | None]] = {
    "echo": lambda data: data,
    "empty": lambda _: b"",
    "silent": lambda _: None,
}


class Peer:
    """``udp ADDRESS ANSWER``, an address being a port of 127.0.0.1 or unix:PATH.

    Answers: ``echo`` (what came), ``empty`` (a datagram without bytes), ``silent`` (none).
    """

    def __init__(self, words: list[str]) -> None:
        if len(words) != 2 or words[1] not in _ANSWERS:
            raise FormatError(f"peers: {' '.join(words)!r} is not 'ADDRESS {'|'.join(_ANSWERS)}'")
        self._answer = _ANSWERS[words[1]]
        self._path = words[0].removeprefix("unix:") if words[0].startswith("unix:") else None
        self._socket = socket.socket(socket.AF_UNIX if self._path else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(self._path or ("127.0.0.1", int(words[0])))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            data, sender = self._socket.recvfrom(65536)
            if data == _END:
                return
            reply = self._answer(data)
            if reply is not None:
                with contextlib.suppress(OSError):  # who asked has gone
                    self._socket.sendto(reply, sender)

    def close(self) -> None:
        """End the thread and give the address back."""
        with socket.socket(self._socket.family, socket.SOCK_DGRAM) as sock:
            sock.sendto(_END, self._socket.getsockname())
        self._thread.join()
        self._socket.close()
        if self._path:
            Path(self._path).unlink()


def _kafka(words: list[str]) -> KafkaBroker:
    return KafkaBroker(int(words[0]), words[1:])


def _dns(words: list[str]) -> DnsServer:
    return DnsServer(int(words[0]))


class Running(Protocol):
    """What stands for one line of the section ``peers``."""

    def close(self) -> None: ...


#: first word of a line → what makes the peer from the other words
_KINDS: dict[str, Callable[[list[str]], Running]] = {
    "udp": Peer,
    "dns": _dns,
    "kafka": _kafka,
    "redis": programs.redis,
    "sentinel": programs.sentinel,
    "memcached": programs.memcached,
}


def start_peers(text: str) -> list[Running]:
    """The peers of a section, variables already expanded."""
    peers: list[Running] = []
    try:
        for line in text.split("\n"):
            kind, *words = line.split() or [""]
            if kind in _KINDS:
                peers.append(_KINDS[kind](words))
            elif kind:
                raise FormatError(f"peers: {line!r} does not begin with one of {', '.join(_KINDS)}")
    except BaseException:
        for peer in peers:
            peer.close()
        raise
    return peers
