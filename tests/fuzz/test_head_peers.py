"""What the specification leaves no choice about is read as h11 and httptools read it."""

from __future__ import annotations

import random
from typing import Any

import h11
import httptools
from head_reader import Reader, rounds

TOKEN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
PATH = TOKEN + b"._~!$&'()*+,;=:@"
VALUE = bytes(range(0x21, 0x7F)) + b"  \t"
METHODS = (b"GET", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"PROPFIND", b"REPORT")
ONCE = {
    b"host", b"content-length", b"transfer-encoding", b"connection", b"upgrade", b"expect", b"authorization",
    b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since", b"if-range", b"content-range",
}  # fmt: skip

Parsed = tuple[bytes, bytes, list[tuple[bytes, bytes]]]


def text(rng: random.Random, letters: bytes, low: int, high: int) -> bytes:
    return bytes(rng.choice(letters) for _ in range(rng.randint(low, high)))


def make_request(rng: random.Random) -> bytes:
    """A request that is right by RFC 9112, in one of its spellings."""
    target = b"/" + b"/".join(text(rng, TOKEN, 1, 1) + text(rng, PATH, 0, 8) for _ in range(rng.randint(0, 4)))
    if rng.random() < 0.5:
        target += b"?" + text(rng, PATH + b"/?", 0, 20)
    headers = [(b"Host", rng.choice((b"example.com", b"example.com:8080", b"127.0.0.1", b"[::1]:80")))]
    for _ in range(rng.randint(0, 12)):
        name = text(rng, TOKEN, 1, 20)
        if name.lower() not in ONCE:
            headers.append((name, text(rng, VALUE, 0, 60).strip(b" \t")))
    rng.shuffle(headers)
    lines = [rng.choice(METHODS) + b" " + target + b" HTTP/1.1"]
    lines += [name + b":" + b" " * rng.choice((0, 1, 1, 1, 3)) + value + b" " * rng.choice((0, 0, 2))
              for name, value in headers]  # fmt: skip
    return b"\r\n".join(lines) + b"\r\n\r\n"


class Callbacks:
    """What httptools tells."""

    def __init__(self) -> None:
        self.url, self.headers, self.body, self.complete = b"", [], b"", False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value.rstrip(b" \t")))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.complete = True


def by_httptools(data: bytes) -> Parsed:
    told = Callbacks()
    parser = httptools.HttpRequestParser(told)
    parser.feed_data(data)
    return parser.get_method(), told.url, told.headers


def by_h11(data: bytes) -> Parsed:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    event = connection.next_event()
    assert isinstance(event, h11.Request)
    return event.method, event.target, list(event.headers.raw_items())


def by_us(reader: Reader, data: bytes) -> Parsed:
    outcome = reader.read(data)
    assert outcome["after"] == len(data) + 1, outcome
    return outcome["method"], outcome["unparsed_uri"], outcome["headers"]


def test_valid_requests(reader: Reader, rng: random.Random) -> None:
    for _ in range(rounds(500)):
        data = make_request(rng)
        ours = by_us(reader, data)
        assert ours == by_h11(data), data
        assert ours == by_httptools(data), data


def refused(read: Any, data: bytes) -> bool:
    try:
        read(data)
    except (h11.RemoteProtocolError, httptools.HttpParserError):
        return True
    return False


def test_what_all_must_refuse(reader: Reader) -> None:
    head = b"POST / HTTP/1.1\r\nHost: h\r\n"
    for rest in (
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 1x\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n",
        b"A b: c\r\n\r\n",
        b": c\r\n\r\n",
        b"A: b\0c\r\n\r\n",
        b"A: b\rc\r\n\r\n",
    ):
        assert refused(by_h11, head + rest), rest
        assert refused(by_httptools, head + rest), rest
        assert reader.read(head + rest)["after"] is False, rest


def chunk_up(rng: random.Random, body: bytes) -> bytes:
    """A chunked body in one of its spellings."""
    out, at = b"", 0
    while at < len(body):
        size = rng.choice((1, 2, 15, 16, 17, rng.randint(1, 300)))
        piece = body[at : at + size]
        digits = rng.choice(("%x", "%X", "%04x")) % len(piece)
        extension = rng.choice((b"", b"", b";a", b";a=b", b';a="b"'))
        out += digits.encode() + extension + b"\r\n" + piece + b"\r\n"
        at += size
    trailer = rng.choice((b"", b"", b"X: y\r\n", b"X: y\r\nZ: z\r\n"))
    return out + rng.choice((b"0", b"00", b"0;a=b")) + b"\r\n" + trailer + b"\r\n"


def test_chunked_bodies(reader: Reader, rng: random.Random) -> None:
    head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(rounds(300)):
        body = rng.randbytes(rng.randint(0, 800))
        sent = chunk_up(rng, body)
        ends = sorted({rng.randint(1, len(sent)) for _ in range(rng.randint(0, 12))} | {len(sent)})
        assert reader.body(sent + b"GET", ends=[*ends[:-1], len(sent) + 3]) == (body, len(sent) + 1, True), sent
        assert reader.body(sent, ends=range(1, len(sent) + 1)) == (body, len(sent) + 1, True), sent
        told = Callbacks()
        httptools.HttpRequestParser(told).feed_data(head + sent)
        assert (told.body, told.complete) == (body, True)


def test_broken_chunked_bodies_in_pieces(reader: Reader, rng: random.Random) -> None:
    for _ in range(rounds(500)):
        sent = bytearray(chunk_up(rng, rng.randbytes(rng.randint(0, 60))))
        for _ in range(rng.randint(1, 2)):
            sent[rng.randrange(len(sent))] = rng.choice(b"\r\n ;0fgG\0-")
        data = bytes(sent)
        assert reader.body(data, ends=range(1, len(data) + 1)) == reader.body(data), data
