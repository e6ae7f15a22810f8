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

#: kinds of events: REQUEST stream ended count (name value)…; DATA stream bytes size; END stream; RESET stream code;
#: WINDOW stream; FAILED 0 message
REQUEST, DATA, END, RESET, WINDOW, FAILED = 1, 2, 3, 4, 5, 6

_LARGEST_WINDOW = (1 << 31) - 1
_FIRST_WINDOW = 65535

Scalar = bytes | int | bool

_CONFIG = h2.config.H2Configuration(client_side=False, header_encoding=None)
_sessions: dict[int, h2.connection.H2Connection] = {}


def start(number: int, streams: int, window: int) -> None:
    """A session: how many streams the client may have open, and the bytes of a body it may send unasked."""
    session = h2.connection.H2Connection(config=_CONFIG)
    codes = h2.settings.SettingCodes
    session.local_settings = h2.settings.Settings(
        client=False,
        initial_values={codes.MAX_CONCURRENT_STREAMS: int(streams), codes.INITIAL_WINDOW_SIZE: int(window)},
    )
    session.initiate_connection()
    session.increment_flow_control_window(_LARGEST_WINDOW - _FIRST_WINDOW)
    _sessions[int(number)] = session


def end(number: int) -> None:
    """The connection is closed."""
    _sessions.pop(int(number), None)


def receive(number: int, data: bytes) -> tuple[Scalar, ...]:
    """Bytes of the client → events. After FAILED nothing more is to be received."""
    session = _sessions[int(number)]
    try:
        events = session.receive_data(data)
    except h2.exceptions.ProtocolError as error:
        return FAILED, 0, str(error).encode() or type(error).__name__.encode()
    row: list[Scalar] = []
    for event in events:
        row.extend(_scalars(event))
    return tuple(row)


def _scalars(event: h2.events.Event) -> Iterator[Scalar]:
    match event:
        case h2.events.RequestReceived(stream_id=stream, headers=headers):
            yield from (REQUEST, stream, event.stream_ended is not None, len(headers))
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


def take(number: int) -> bytes:
    """The bytes that are to be sent."""
    data: bytes = _sessions[int(number)].data_to_send()
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
        return int(min(session.local_flow_control_window(int(stream)), session.max_outbound_frame_size))
    except h2.exceptions.ProtocolError:
        return -1


def consumed(number: int, stream: int, size: int) -> bool:
    """So many bytes that the client has sent are done with: it may send more."""
    return _tell(number, lambda session: session.acknowledge_received_data(int(size), int(stream)))


def reset(number: int, stream: int, code: int) -> bool:
    """End a stream before its time."""
    return _tell(number, lambda session: session.reset_stream(int(stream), h2.errors.ErrorCodes(int(code))))


def goaway(number: int, code: int) -> bool:
    """No more streams are taken."""
    return _tell(number, lambda session: session.close_connection(h2.errors.ErrorCodes(int(code))))


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
