r"""Builds what a case sends: ``request``, ``pipelined_requests`` and ``raw_request`` → steps for the client."""

from __future__ import annotations

import re

from pyresty.testing.blocks import unescape
from pyresty.testing.client import Await, Pause, Send, Shutdown, Step

_STEP = re.compile(r"\\\{(pause|await|shutdown)(?: (\d+))?\}")
_REQUEST_LINE = re.compile(r"(?m)^([A-Z]+) \S+ HTTP/")


def parse_headers(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def _names(headers: list[str]) -> set[str]:
    return {line.split(":")[0].strip().lower() for line in headers}


def build(line: str, body: str | None, more: list[str], keep_alive: bool) -> bytes:
    """One request: the line gets `` HTTP/1.1`` when it names no version; Host, Connection and Content-Length are added
    unless ``more`` has them."""
    if not re.search(r" HTTP/\d", line):
        line += " HTTP/1.1"
    names = _names(more)
    headers = list(more)
    if "host" not in names:
        headers.insert(0, "Host: localhost")
    if "connection" not in names and not keep_alive:
        headers.append("Connection: close")
    if body is not None and not names & {"content-length", "transfer-encoding"}:
        headers.append(f"Content-Length: {len(body)}")
    head = "\r\n".join([line, *headers]) + "\r\n\r\n"
    return (head + (body or "")).encode("latin-1")


def single(text: str, more: list[str]) -> tuple[list[Step], list[str]]:
    """``request``: the first line, then the body → (steps, methods)."""
    line, newline, body = text.partition("\n")
    data = build(line, body if newline and body else None, more, keep_alive=False)
    return [Send(data)], [line.split(" ")[0]]


def pipelined(text: str, more: list[str]) -> tuple[list[Step], list[str]]:
    """``pipelined_requests``: one request line a line, sent in one piece; the last one closes."""
    lines = parse_headers(text)
    data = b"".join(build(line, None, more, keep_alive=n < len(lines)) for n, line in enumerate(lines, 1))
    return [Send(data)], [line.split(" ")[0] for line in lines]


def raw(data: str) -> tuple[list[Step], list[str]]:
    r"""``raw_request escaped``: bytes as written, with the steps ``\{pause MS}``, ``\{await N}``, ``\{shutdown}``."""
    steps: list[Step] = []
    methods: list[str] = []
    pos = 0
    for match in [*_STEP.finditer(data), None]:
        text = unescape(data[pos : match.start() if match else len(data)])
        methods += _REQUEST_LINE.findall(text)
        if text:
            steps.append(Send(text.encode("latin-1")))
        if match is None:
            break
        pos = match.end()
        number = int(match[2] or 1)
        if match[1] == "pause":
            steps.append(Pause(number / 1000))
        else:
            steps.append(Await(number) if match[1] == "await" else Shutdown())
    return steps, methods
