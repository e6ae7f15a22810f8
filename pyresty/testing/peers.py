"""Peers of the server under test: datagram sockets that answer, or don't, in threads of the test process."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from pyresty.testing.blocks import FormatError

_END = b"\0end of the peer"
_ANSWERS: dict[str, Callable[[bytes], bytes | None]] = {
    "echo": lambda data: data,
    "empty": lambda _: b"",
    "silent": lambda _: None,
}


class Peer:
    """One line of the section ``peers``: ``udp ADDRESS ANSWER``, an address being a port of 127.0.0.1 or unix:PATH.

    Answers: ``echo`` (what came), ``empty`` (a datagram without bytes), ``silent`` (none).
    """

    def __init__(self, line: str) -> None:
        words = line.split()
        if len(words) != 3 or words[0] != "udp" or words[2] not in _ANSWERS:
            raise FormatError(f"peers: {line!r} is not 'udp ADDRESS {'|'.join(_ANSWERS)}'")
        self._answer = _ANSWERS[words[2]]
        self._path = words[1].removeprefix("unix:") if words[1].startswith("unix:") else None
        self._socket = socket.socket(socket.AF_UNIX if self._path else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(self._path or ("127.0.0.1", int(words[1])))
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


def start_peers(text: str) -> list[Peer]:
    """The peers of a section, variables already expanded."""
    return [Peer(line) for line in text.split("\n") if line.strip()]
