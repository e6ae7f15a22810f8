"""HTTP/2 for the VM, over the ``h2`` library: what ``state.host`` has under ``h2_…``. No I/O: bytes in, events out.

A session is known by its connection's number, a stream by HTTP/2's. Events are a flat row of scalars, each begins with
its kind and a stream (0: the connection).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
from hpack.exceptions import HPACKError
from hyperframe.frame import Frame, GoAwayFrame, HeadersFrame

#: kinds of events: REQUEST stream ended size count (name value)…, with the size of the block of fields; DATA stream
#: bytes size; END stream; RESET stream code; WINDOW stream; FAILED code message; ACKNOWLEDGED 0 (our settings)
REQUEST, DATA, END, RESET, WINDOW, FAILED, ACKNOWLEDGED = 1, 2, 3, 4, 5, 6, 7

_LARGEST_WINDOW = (1 << 31) - 1
_FIRST_WINDOW = 65535

Scalar = bytes | int | bool

# What nginx answers with a status is left to lua/http/http2_head.lua.
_CONFIG = h2.config.H2Configuration(
    client_side=False,
    header_encoding=None,
    validate_inbound_headers=False,
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
)


class _Session(h2.connection.H2Connection):
    """A connection that keeps the events of the frames before one that breaks it, and leaves the lengths of bodies and
    the number of streams to us."""

    def __init__(self) -> None:
        super().__init__(config=_CONFIG)
        self.seen: list[tuple[h2.events.Event, int]] = []
        self.ready = b""
        self.last = 0
        self.block = 0

    def _receive_frame(self, frame: Frame) -> list[h2.events.Event]:
        if isinstance(frame, HeadersFrame):
            self.last = max(self.last, frame.stream_id)
            self.block = len(frame.data)
        events: list[h2.events.Event] = super()._receive_frame(frame)
        self.seen.extend((event, self.block) for event in events)
        if isinstance(frame, HeadersFrame) and frame.stream_id in self.streams:
            self.streams[frame.stream_id]._expected_content_length = None
        return events


_sessions: dict[int, _Session] = {}


def start(number: int, streams: int, window: int) -> None:
    """A session: how many streams the client may have open, and the bytes of a body it may send unasked."""
    session = _Session()
    codes = h2.settings.SettingCodes
    values = {codes.MAX_CONCURRENT_STREAMS: int(streams), codes.INITIAL_WINDOW_SIZE: int(window)}
    session.local_settings = h2.settings.Settings(client=False, initial_values=values)
    session.initiate_connection()
    values[codes.MAX_CONCURRENT_STREAMS] = _LARGEST_WINDOW
    session.local_settings = h2.settings.Settings(client=False, initial_values=values)
    session.increment_flow_control_window(_LARGEST_WINDOW - _FIRST_WINDOW)
    _sessions[int(number)] = session


def end(number: int) -> None:
    """The connection is closed."""
    _sessions.pop(int(number), None)


def receive(number: int, data: bytes) -> tuple[Scalar, ...]:
    """Bytes of the client → events. After FAILED nothing more is to be received."""
    session = _sessions[int(number)]
    session.seen = []
    failure: tuple[Scalar, ...] = ()
    pending = session.data_to_send()
    try:
        session.receive_data(data)
    except h2.exceptions.ProtocolError as error:
        session.clear_outbound_data_buffer()  # a farewell that does not know what was served
        failure = FAILED, _code(error), str(error).encode() or type(error).__name__.encode()
    session.ready += pending
    row: list[Scalar] = []
    for event, block in session.seen:
        row.extend(_scalars(event, block))
    return (*row, *failure)


def _code(error: h2.exceptions.ProtocolError) -> int:
    cause = error.__cause__
    return int(h2.errors.ErrorCodes.COMPRESSION_ERROR if isinstance(cause, HPACKError) else error.error_code)


def _scalars(event: h2.events.Event, block: int) -> Iterator[Scalar]:
    match event:
        case h2.events.RequestReceived(stream_id=stream, headers=headers):
            yield from (REQUEST, stream, event.stream_ended is not None, block, len(headers))
            for name, value in headers:
                yield name
                yield value
        case h2.events.DataReceived(stream_id=stream, data=data, flow_controlled_length=size):
            yield from (DATA, stream, data, size)
        case h2.events.StreamEnded(stream_id=stream):
            yield from (END, stream)
        case h2.events.StreamReset(stream_id=stream, error_code=code):
            yield from (RESET, stream, int(code))
        case h2.events.WindowUpdated(stream_id=stream):
            yield from (WINDOW, stream or 0)
        case h2.events.RemoteSettingsChanged():
            yield from (WINDOW, 0)
        case h2.events.SettingsAcknowledged():
            yield from (ACKNOWLEDGED, 0)


def take(number: int) -> bytes:
    """The bytes that are to be sent."""
    session = _sessions[int(number)]
    data: bytes = session.ready + session.data_to_send()
    session.ready = b""
    return data


def header(number: int, stream: int, ended: bool, *fields: bytes) -> bool:
    """The header of a response: name, value … with ``:status`` first. False: the stream is gone."""
    pairs = list(zip(fields[::2], fields[1::2], strict=True))
    return _tell(number, lambda session: session.send_headers(int(stream), pairs, end_stream=ended))


def body(number: int, stream: int, data: bytes, ended: bool) -> bool:
    """A piece of body that the windows have room for; ``ended``: the last. False: the stream is gone."""
    return _tell(number, lambda session: session.send_data(int(stream), data, end_stream=ended))


def room(number: int, stream: int) -> int:
    """How many bytes the next piece of a body may have; -1: the stream is gone."""
    session = _sessions[int(number)]
    try:
        room = min(session.local_flow_control_window(int(stream)), session.max_outbound_frame_size)
        return max(int(room), 0)  # new settings may make a window negative
    except h2.exceptions.ProtocolError:
        return -1


def consumed(number: int, stream: int, size: int) -> bool:
    """So many bytes that the client has sent are done with: it may send more."""
    return _tell(number, lambda session: session.acknowledge_received_data(int(size), int(stream)))


def reset(number: int, stream: int, code: int) -> bool:
    """End a stream before its time."""
    return _tell(number, lambda session: session.reset_stream(int(stream), h2.errors.ErrorCodes(int(code))))


def goaway(number: int, code: int, last: int) -> None:
    """No streams behind the ``last`` are taken, or with an error behind the last that came."""
    session = _sessions[int(number)]
    last = max(int(last), session.last) if code else int(last)
    session.ready += session.data_to_send()
    session.ready += GoAwayFrame(0, last_stream_id=last, error_code=int(code)).serialize()


def _tell(number: int, act: Callable[[h2.connection.H2Connection], Any]) -> bool:
    try:
        act(_sessions[int(number)])
    except (KeyError, h2.exceptions.ProtocolError):
        return False
    return True


FUNCTIONS: dict[str, Callable[..., Any]] = {
    f"h2_{function.__name__}": function
    for function in (start, end, receive, take, header, body, room, consumed, reset, goaway)
}
