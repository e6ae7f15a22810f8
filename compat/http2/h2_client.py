"""The HTTP/2 client of the cases: the ``h2`` library on a socket, which sends bad requests too."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events

PATIENCE = 10.0


@dataclass
class Stream:
    """What has come on a stream."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    ended: bool = False
    reset: int | None = None
    trailers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def status(self) -> str:
        return dict(self.headers)[":status"]


class Client:
    """An HTTP/2 client on one connection."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        config = h2.config.H2Configuration(
            client_side=True, header_encoding="utf-8", validate_outbound_headers=False, normalize_outbound_headers=False
        )
        self.h2 = h2.connection.H2Connection(config)
        self.h2.initiate_connection()
        self.streams: dict[int, Stream] = {}
        self.order: list[int] = []
        self.goaway = False
        self.farewell: tuple[int, int] | None = None
        self.closed = self.settled = False
        self.acknowledges = True
        self.flush()

    def flush(self) -> None:
        self.sock.sendall(self.h2.data_to_send())

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, headers: tuple[str, ...] = ()) -> int:
        """Send a request → its stream."""
        fields = [(":method", method), (":path", path), (":scheme", "http"), (":authority", "localhost")]
        fields += [(pair.split(": ")[0], pair.split(": ")[1]) for pair in headers]
        return self.send(fields, body)

    def send(self, fields: list[tuple[str, str]], body: bytes | None = None) -> int:
        """Send these fields, whatever they are, and a body → the stream."""
        number: int = self.h2.get_next_available_stream_id()
        self.streams[number] = Stream()
        self.h2.send_headers(number, fields, end_stream=body is None)
        self.flush()
        if body is not None:
            self._send_body(number, body)
        return number

    def _send_body(self, number: int, body: bytes) -> None:
        while body and self.streams[number].reset is None:
            room = min(self.h2.local_flow_control_window(number), self.h2.max_outbound_frame_size)
            if room:
                self.h2.send_data(number, body[:room])
                body = body[room:]
                self.flush()
            else:
                self.step()
        if self.streams[number].reset is None:
            self.h2.end_stream(number)
            self.flush()

    def step(self) -> None:
        """Wait for bytes of the server and take them."""
        data = self.sock.recv(65536)
        self.closed = not data
        for event in self.h2.receive_data(data) if data else ():
            self._take(event)
        self.flush()

    def _take(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.RemoteSettingsChanged():
                self.settled = True
            case h2.events.ResponseReceived(stream_id=number, headers=headers):
                self.streams[number].headers = headers
            case h2.events.DataReceived(stream_id=number, data=data, flow_controlled_length=size):
                self.streams[number].body += data
                if self.acknowledges:
                    self.h2.acknowledge_received_data(size, number)
            case h2.events.StreamEnded(stream_id=number):
                self.streams[number].ended = True
                self.order.append(number)
            case h2.events.StreamReset(stream_id=number, error_code=code):
                self.streams[number].reset = int(code)
                self.order.append(number)
            case h2.events.TrailersReceived(stream_id=number, headers=headers):
                self.streams[number].trailers = headers
            case h2.events.ConnectionTerminated(error_code=code, last_stream_id=last):
                self.goaway, self.farewell = True, (int(code), last)

    def wait(self, *numbers: int) -> Stream:
        """Wait until these streams have ended → the first of them."""
        while not self.closed and not all(number in self.order for number in numbers):
            self.step()
        return self.streams[numbers[0]]

    def get(self, path: str, **options: object) -> Stream:
        """One request and its response."""
        return self.wait(self.ask(path, **options))  # type: ignore[arg-type]
