"""A small HTTP/1 client on a raw socket: it sends bytes as they are and keeps the bytes that come back."""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyresty.testing.tls import Secure

_NO_BODY = frozenset({204, 304})


@dataclass(frozen=True)
class Send:
    data: bytes


@dataclass(frozen=True)
class Pause:
    """Wait ``seconds`` before the next step."""

    seconds: float


@dataclass(frozen=True)
class Await:
    """Wait until ``count`` responses in all (interim ones included) have arrived."""

    count: int


@dataclass(frozen=True)
class Shutdown:
    """Close the sending side only."""


Step = Send | Pause | Await | Shutdown


@dataclass
class Response:
    """One response. ``status`` is 9 for HTTP/0.9, which has no head; ``complete`` is False when it was cut short."""

    status: int
    head: bytes = b""
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    body: bytes = b""
    raw_body: bytes = b""
    complete: bool = True

    def values(self, name: str) -> list[bytes]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> bytes | None:
        values = self.values(name)
        return b", ".join(values) if values else None


@dataclass
class Exchange:
    """What came back on one connection. ``rest`` is what followed the last complete response."""

    responses: list[Response]
    raw: bytes
    rest: bytes
    closed: bool
    timed_out: bool


def _head(data: bytes, pos: int) -> tuple[Response, int] | None:
    end = data.find(b"\r\n\r\n", pos)
    if end < 0:
        return None
    lines = data[pos:end].split(b"\r\n")
    response = Response(int(lines[0].split(b" ", 2)[1]), data[pos : end + 4])
    response.headers += _fields(lines[1:])
    return response, end + 4


def _fields(lines: list[bytes]) -> list[tuple[str, bytes]]:
    parts = (line.partition(b":") for line in lines)
    return [(name.decode("latin-1"), value.strip(b" ")) for name, _, value in parts]


def _chunked(data: bytes, pos: int) -> tuple[bytes, int, bytes | None]:
    """Decode from pos → (body so far, next position, the lines of the trailers or None when it is not complete)."""
    pieces: list[bytes] = []
    while True:
        eol = data.find(b"\r\n", pos)
        if eol < 0:
            return b"".join(pieces), pos, None
        size = int(data[pos:eol].split(b";")[0], 16)
        start = eol + 2
        if size == 0:
            end = data.find(b"\r\n\r\n", eol)
            return b"".join(pieces), end + 4 if end >= 0 else pos, data[start:end] if end >= 0 else None
        if len(data) < start + size + 2:
            pieces.append(data[start : start + size])
            return b"".join(pieces), pos, None
        pieces.append(data[start : start + size])
        if data[start + size : start + size + 2] != b"\r\n":
            raise ValueError("chunk without CRLF at its end")
        pos = start + size + 2


def parse_response(data: bytes, pos: int, method: str, eof: bool) -> tuple[Response, int] | None:
    """Read one response at ``pos`` → (response, next position), or None when more bytes are needed.

    After ``eof`` an unfinished response is returned with ``complete`` False. Raises ValueError on bad framing.
    """
    if not data.startswith(b"HTTP/"[: len(data) - pos], pos):
        return (Response(9, body=data[pos:]), len(data)) if eof else None
    parsed = _head(data, pos)
    if parsed is None:
        return (Response(0, head=data[pos:], complete=False), len(data)) if eof and len(data) > pos else None
    response, start = parsed
    if method == "HEAD" or response.status < 200 or response.status in _NO_BODY:
        return response, start
    if (response.header("Transfer-Encoding") or b"").lower() == b"chunked":
        response.body, end, trailers = _chunked(data, start)
        done = trailers is not None
        if trailers:  # they count as headers
            response.headers += _fields(trailers.split(b"\r\n"))
    elif (length := response.header("Content-Length")) is not None:
        end = start + int(length)
        done = len(data) >= end
        response.body = data[start:end]
    else:
        response.body, end, done = data[start:], len(data), eof
    response.raw_body = data[start:end]
    if not done and not eof:
        return None
    response.complete = done
    return response, end if done else len(data)


def parse_responses(data: bytes, methods: Sequence[str], eof: bool) -> tuple[list[Response], int]:
    """Read as many responses as there are → (responses, position after the last one)."""
    responses: list[Response] = []
    pos = final = 0
    while pos < len(data):
        method = methods[min(final, len(methods) - 1)] if methods else "GET"
        parsed = parse_response(data, pos, method, eof)
        if parsed is None:
            break
        response, pos = parsed
        responses.append(response)
        final += not 100 <= response.status < 200
    return responses, pos


class Connection:
    """One client connection with a deadline in seconds for the whole exchange."""

    def __init__(
        self, address: tuple[str, int] | str, methods: Sequence[str], timeout: float,
        secure: Secure | None = None,
    ) -> None:  # fmt: skip
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.methods = methods
        self.deadline = time.monotonic() + timeout
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        self.sock.connect(address)
        if family == socket.AF_INET:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = bytearray()
        self.eof = False
        if secure is not None:
            try:
                self.sock = secure(self.sock)
            except (ssl.SSLError, ConnectionResetError):
                self.eof = True

    def close(self) -> None:
        self.sock.close()

    def _left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def _receive(self) -> None:
        try:
            data = self.sock.recv(262144)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
            data = b""
        if data:
            self.data += data
        else:
            self.eof = True

    def send(self, data: bytes) -> None:
        """Send all of it, reading meanwhile; stops silently when the peer no longer reads."""
        view = memoryview(data)
        while view and not self.eof:
            readable, writable, _ = select.select([self.sock], [self.sock], [], self._left())
            if not readable and not writable:
                raise TimeoutError("the server does not read the request")
            if readable:
                self._receive()
            if writable:
                try:
                    view = view[self.sock.send(view[:65536]) :]
                except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    continue
                except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
                    return

    def wait(self, count: int) -> bool:
        """Read until ``count`` responses are there or the peer closed; False at the deadline."""
        while not self.eof:
            responses, _ = parse_responses(bytes(self.data), self.methods, False)
            if len(responses) >= count:
                return True
            if not self._buffered():
                readable, _, _ = select.select([self.sock], [], [], self._left())
                if not readable:
                    return False
            self._receive()
        return True

    def _buffered(self) -> bool:
        """Whether bytes were deciphered already that nobody has read."""
        return isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0

    def run(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if isinstance(step, Send):
                self.send(step.data)
            elif isinstance(step, Pause):
                time.sleep(step.seconds)
            elif isinstance(step, Await):
                self.wait(step.count)
            else:
                self.sock.shutdown(socket.SHUT_WR)

    def result(self, timed_out: bool) -> Exchange:
        data = bytes(self.data)
        responses, pos = parse_responses(data, self.methods, self.eof)
        return Exchange(responses, data, data[pos:], self.eof, timed_out)


def closes(response: Response, method: str) -> bool:
    """True when the response says that the connection ends after it."""
    framed = (
        method == "HEAD"
        or response.header("Content-Length") is not None
        or response.header("Transfer-Encoding") is not None
    )
    return (response.header("Connection") or b"").lower() == b"close" or not (framed or response.status in _NO_BODY)


def exchange(
    address: tuple[str, int] | str, steps: Sequence[Step], methods: Sequence[str], count: int, timeout: float,
    secure: Secure | None = None,
) -> Exchange:  # fmt: skip
    """Run the steps, read ``count`` responses (0: until the peer closes) and the end of the connection if announced."""
    connection = Connection(address, methods, timeout, secure)
    try:
        connection.run(steps)
        in_time = connection.wait(count or 1 << 30)
        if in_time and not connection.eof:
            last = connection.result(False).responses[-1]
            if closes(last, methods[-1] if methods else "GET"):
                in_time = connection.wait(1 << 30)
        return connection.result(not in_time)
    finally:
        connection.close()
