"""A Kafka broker for tests, as far as producers need one: Metadata v0 and Produce v0 to v2.

It checks every message's CRC and keeps what it was sent. A connection that says ``DUMP\\n`` gets all of it, a line
each: ``topic/partition key value``. Topics: those named when it was made, with two partitions each; ``full`` refuses
every message (10, MessageSizeTooLarge), others are unknown.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import zlib

_NONE, _INVALID_MESSAGE, _UNKNOWN_TOPIC, _TOO_LARGE = 0, 2, 3, 10
_PRODUCE, _METADATA = 0, 3
_PARTITIONS = 2
_NODE = 1


class Reader:
    """Takes Kafka's basic types from a request."""

    def __init__(self, data: bytes) -> None:
        self.data, self.pos = data, 0

    def take(self, size: int) -> bytes:
        if self.pos + size > len(self.data):
            raise EOFError
        self.pos += size
        return self.data[self.pos - size : self.pos]

    def number(self, code: str) -> int:
        value: int = struct.unpack("!" + code, self.take(struct.calcsize("!" + code)))[0]
        return value

    def string(self) -> bytes:
        return self.take(self.number("h"))

    def bytes(self) -> bytes:
        size = self.number("i")
        return b"" if size < 0 else self.take(size)

    @property
    def left(self) -> int:
        return len(self.data) - self.pos


def string(text: bytes) -> bytes:
    return struct.pack("!h", len(text)) + text


def message_set(data: bytes) -> list[tuple[bytes, bytes]]:
    """Keys and values of a message set, version 0 or 1. Raises ValueError for a bad CRC, EOFError for a bad size."""
    reader, found = Reader(data), []
    while reader.left:
        reader.number("q")
        message = Reader(reader.bytes())
        crc, body = message.number("I"), message.data[4:]
        if zlib.crc32(body) != crc:
            raise ValueError("CRC")
        version = message.number("b")
        message.number("b")
        if version == 1:
            message.number("q")
        found.append((message.bytes(), message.bytes()))
    return found


class KafkaBroker:
    """Serves ``127.0.0.1:port`` until ``close``."""

    def __init__(self, port: int, topics: list[str]) -> None:
        self.topics = [topic.encode() for topic in topics]
        self.log: dict[tuple[bytes, int], list[tuple[bytes, bytes]]] = {}
        self.port = port
        self._open: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        self._ended = False

    def _accept(self) -> None:
        while True:
            sock, _ = self._server.accept()
            if self._ended:
                sock.close()
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        self._open.add(sock)
        with sock, sock.makefile("rb") as file, contextlib.suppress(OSError, EOFError):
            while head := file.read(4):
                if head == b"DUMP":
                    file.readline()
                    sock.sendall(self._dump())
                    return
                reply = self._reply(Reader(file.read(struct.unpack("!i", head)[0])))
                sock.sendall(struct.pack("!i", len(reply)) + reply)
        self._open.discard(sock)

    def _dump(self) -> bytes:
        return b"".join(
            b"%s/%d %s %s\n" % (topic, partition, key, value)
            for (topic, partition), messages in sorted(self.log.items())
            for key, value in messages
        )

    def _reply(self, request: Reader) -> bytes:
        kind, version, correlation = request.number("h"), request.number("h"), request.number("i")
        request.string()
        body = self._produce(request, version) if kind == _PRODUCE else self._metadata(request)
        return struct.pack("!i", correlation) + body

    def _metadata(self, request: Reader) -> bytes:
        names = [request.string() for _ in range(request.number("i"))]
        out = struct.pack("!ii", 1, _NODE) + string(b"127.0.0.1") + struct.pack("!ii", self.port, len(names))
        for name in names:
            known = name in self.topics or name == b"full"
            out += struct.pack("!h", _NONE if known else _UNKNOWN_TOPIC) + string(name)
            count = _PARTITIONS if known else 0
            out += struct.pack("!i", count)
            for partition in range(count):
                out += struct.pack("!hiiiiii", _NONE, partition, _NODE, 1, _NODE, 1, _NODE)
        return out

    def _produce(self, request: Reader, version: int) -> bytes:
        request.number("h")
        request.number("i")
        count = request.number("i")
        out = struct.pack("!i", count)
        for _ in range(count):
            topic, partitions = request.string(), request.number("i")
            out += string(topic) + struct.pack("!i", partitions)
            for _ in range(partitions):
                partition = request.number("i")
                code, offset = self._store(topic, partition, request.bytes())
                out += struct.pack("!ihq", partition, code, offset) + (struct.pack("!q", -1) if version == 2 else b"")
        return out + (struct.pack("!i", 0) if version else b"")

    def _store(self, topic: bytes, partition: int, data: bytes) -> tuple[int, int]:
        """→ error code, offset of the first message."""
        if topic == b"full":
            return _TOO_LARGE, -1
        if topic not in self.topics:
            return _UNKNOWN_TOPIC, -1
        try:
            messages = message_set(data)
        except (ValueError, EOFError):
            return _INVALID_MESSAGE, -1
        log = self.log.setdefault((topic, partition), [])
        log += messages
        return _NONE, len(log) - len(messages)

    def close(self) -> None:
        """End the threads and give the port back."""
        self._ended = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._server.close()
        for sock in list(self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
