from __future__ import annotations

import socket
import threading

import pytest

from pyresty.testing import requests
from pyresty.testing.client import Await, Pause, Response, Send, Shutdown, closes, exchange, parse_responses

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
FIXED = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nA: 1\r\na:  2\r\n\r\nno"


def test_chunked_and_fixed_in_a_row() -> None:
    responses, end = parse_responses(CHUNKED + FIXED + b"xy", ["GET", "GET"], False)
    assert [(r.status, r.body, r.complete) for r in responses] == [(200, b"abcde", True), (404, b"no", True)]
    assert responses[1].header("A") == b"1, 2"
    assert end == len(CHUNKED + FIXED)


@pytest.mark.parametrize("cut", [1, 10, 60, len(CHUNKED) - 1])
def test_unfinished_needs_more_until_eof(cut: int) -> None:
    assert parse_responses(CHUNKED[:cut], ["GET"], False) == ([], 0)
    (response,), end = parse_responses(CHUNKED[:cut], ["GET"], True)
    assert not response.complete or response.status == 9
    assert end == cut


def test_head_interim_and_bodiless() -> None:
    data = b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + FIXED
    responses, _ = parse_responses(data, ["HEAD", "GET"], False)
    assert [(r.status, r.body) for r in responses] == [(100, b""), (200, b""), (404, b"no")]


def test_http09_and_until_close() -> None:
    (response,), _ = parse_responses(b"<html>", ["GET"], True)
    assert (response.status, response.body) == (9, b"<html>")
    (response,), _ = parse_responses(b"HTTP/1.0 200 OK\r\n\r\nabc", ["GET"], True)
    assert (response.body, response.complete) == (b"abc", True)


def test_bad_chunk_framing_raises() -> None:
    with pytest.raises(ValueError, match="chunk without CRLF"):
        parse_responses(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n", ["GET"], False)


def test_closes() -> None:
    length = [("Content-Length", b"0")]
    assert not closes(Response(200, headers=length), "GET")
    assert closes(Response(200, headers=[*length, ("connection", b"close")]), "GET")
    assert closes(Response(200), "GET")
    assert not closes(Response(200), "HEAD")


def test_single_request_gets_what_it_lacks() -> None:
    (step,), methods = requests.single("POST /x\nab\n", ["X: 1"])
    assert isinstance(step, Send)
    assert step.data == (
        b"POST /x HTTP/1.1\r\nHost: localhost\r\nX: 1\r\nConnection: close\r\nContent-Length: 3\r\n\r\nab\n"
    )
    assert methods == ["POST"]
    (step,), _ = requests.single("GET / HTTP/1.0", ["host: h", "connection: x"])
    assert isinstance(step, Send)
    assert step.data == b"GET / HTTP/1.0\r\nhost: h\r\nconnection: x\r\n\r\n"


def test_pipelined_only_the_last_closes() -> None:
    (step,), methods = requests.pipelined("GET /a\nHEAD /b\n", [])
    assert isinstance(step, Send)
    assert step.data.count(b"Connection: close") == 1
    assert step.data.endswith(b"Connection: close\r\n\r\n")
    assert methods == ["GET", "HEAD"]


def test_raw_steps() -> None:
    steps, methods = requests.raw(r"GET /a HTTP/1.1\r\n\{pause 20}\r\n\{await}HEAD /b HTTP/1.1\r\n\r\n\{shutdown}")
    assert steps == [
        Send(b"GET /a HTTP/1.1\r\n"), Pause(0.02), Send(b"\r\n"), Await(1),
        Send(b"HEAD /b HTTP/1.1\r\n\r\n"), Shutdown(),
    ]  # fmt: skip
    assert methods == ["GET", "HEAD"]


def _serve(answer: bytes, close: bool) -> tuple[tuple[str, int], threading.Thread]:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)

    def run() -> None:
        connection, _ = listener.accept()
        with listener, connection:
            connection.settimeout(5)
            connection.recv(1000)
            connection.sendall(answer)
            if not close:
                connection.recv(1000)

    thread = threading.Thread(target=run)
    thread.start()
    return listener.getsockname(), thread


def test_exchange_reads_what_follows_an_announced_close() -> None:
    address, thread = _serve(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\naTRAIL", True)
    result = exchange(address, [Send(b"GET / HTTP/1.1\r\n\r\n")], ["GET"], 1, 5)
    thread.join()
    assert (result.closed, result.timed_out) == (True, False)
    assert result.responses[0].body == b"a"
    assert parse_responses(result.raw, ["GET"], True)[0][1].body == b"TRAIL"


def test_exchange_leaves_a_kept_connection() -> None:
    address, thread = _serve(FIXED, False)
    result = exchange(address, [Send(b"x")], ["GET"], 1, 5)
    thread.join()
    assert (result.closed, result.timed_out, len(result.responses)) == (False, False, 1)


def test_exchange_times_out() -> None:
    address, thread = _serve(FIXED[:-1], False)
    result = exchange(address, [Send(b"x")], ["GET"], 1, 0.05)
    thread.join()
    assert (result.timed_out, result.responses) == (True, [])
