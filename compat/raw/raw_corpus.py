"""The corpus of raw HTTP/1 input: its file format, the server it is sent to, and the client that sends it.

A file holds blocks::

    === name of the case
    @ server=small                 options: server=main|small|odd, head (responses have no bodies)
    > GET / HTTP/1.1               a line, sent with CR LF
    | GET / HTTP/1.1               bytes, sent without a line end
    < 200 keep-alive               a response: status (09 for one without a head), its Connection header
    = GET / uri=/ …                the body of a 200
    . kept                         afterwards: kept (serves another request), waits (for the rest of a request),
                                   lingers (has answered, still takes the body), closed
    ! [info] client sent …         lines of the error log about this connection

In sent bytes ``\\r \\n \\t \\0 \\\\ \\xHH`` are escapes, ``\\{TEXT*N}`` repeats. ``record.py`` writes what nginx does
into the last four kinds of lines.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyresty.testing.case import Setup
from pyresty.testing.server import Server

HERE = Path(__file__).resolve().parent
SERVERS = {"main": "127.0.0.1", "small": "127.0.0.2", "odd": "127.0.0.3"}
PROBE = b"GET /probe HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n"
TIMEOUT = 10.0
LOG_LINE = 1000  # as much of a log line is compared: servers cut long ones at different lengths

_LOCATIONS = """
location / {
    client_max_body_size 1000;
    content_by_lua_block {
        ngx.req.read_body()
        local var = ngx.var
        local text = table.concat({
            var.request_method, " ", var.request_uri, " uri=", var.uri, " args=", var.args or "-",
            " host=", var.host, " proto=", var.server_protocol or "-", " x=", var.http_x or "-",
            " body=", ngx.req.get_body_data() or "-", "\\n"})
        ngx.header["Content-Length"] = #text
        ngx.print(text)
    }
}
location /unread { return 200 "unread\\n"; }
"""

SETUP = Setup(
    http_config=f"""
server {{ listen {SERVERS["main"]}:$TEST_NGINX_RAND_PORT_1; server_name main; {_LOCATIONS} }}
server {{ listen {SERVERS["small"]}:$TEST_NGINX_RAND_PORT_1; server_name small;
    connection_pool_size 256; client_header_buffer_size 128; large_client_header_buffers 2 256; {_LOCATIONS} }}
server {{ listen {SERVERS["odd"]}:$TEST_NGINX_RAND_PORT_1; server_name odd;
    underscores_in_headers on; ignore_invalid_headers off; merge_slashes off; {_LOCATIONS} }}
""",
)


@dataclass
class Response:
    """One response as it stands in the corpus."""

    status: str
    connection: str
    body: str = ""


@dataclass
class Verdict:
    """What a server makes of the bytes."""

    responses: list[Response] = field(default_factory=list)
    after: str = ""
    log: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        out = []
        for response in self.responses:
            out.append(f"< {response.status} {response.connection}".rstrip())
            out += [f"= {line}" for line in response.body.split("\n") if response.body]
        return [*out, f". {self.after}", *(f"! {line}" for line in self.log)]


@dataclass
class RawCase:
    """One block: what is sent, and what is expected of the server."""

    name: str
    file: str
    line: int
    server: str = "main"
    head: bool = False
    sent: bytes = b""
    source: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many responses are expected."""
        return sum(line.startswith("< ") for line in self.expected)

    @property
    def after(self) -> str:
        return next((line[2:] for line in self.expected if line.startswith(". ")), "")


_REPEAT = re.compile(r"\\\{(.*?)\*(\d+)\}")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|(.))")
_SIMPLE = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\"}


def unescape(text: str) -> bytes:
    """Bytes of a sent line. Raises ValueError for an unknown escape."""

    def one(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        if match[2] not in _SIMPLE:
            raise ValueError(f"unknown escape {match[0]!r}")
        return _SIMPLE[match[2]]

    repeated = _REPEAT.sub(lambda match: match[1] * int(match[2]), text)
    return _ESCAPE.sub(one, repeated).encode("latin-1")


def escape(data: bytes) -> str:
    """Printable form of bytes that were received or logged."""
    text = data.decode("latin-1").replace("\\", "\\\\")
    return re.sub(r"[^ -~\n]", lambda match: f"\\x{ord(match[0]):02x}", text)


def parse(path: Path) -> Iterator[RawCase]:
    """The cases of a file. Raises ValueError for a line of no known kind."""
    case: RawCase | None = None
    for number, line in enumerate(path.read_text("ascii").split("\n"), 1):
        kind, text = line[:2], line[2:]
        if line.startswith("=== "):
            if case:
                yield case
            case = RawCase(line[4:], path.name, number)
        elif case is None or not line or line.startswith("#"):
            continue
        elif kind in ("> ", "| ") or line in (">", "|"):
            case.sent += unescape(text) + (b"\r\n" if line[0] == ">" else b"")
            case.source.append(line)
        elif kind == "@ ":
            case.source.append(line)
            for option in text.split():
                if option == "head":
                    case.head = True
                else:
                    case.server = option.removeprefix("server=")
        elif kind in ("< ", "= ", ". ", "! ") or line == "=":
            case.expected.append(line)
        else:
            raise ValueError(f"{path}:{number}: what is this line?")
    if case:
        yield case


def load() -> list[RawCase]:
    """The whole corpus."""
    return [case for path in sorted(HERE.glob("*.raw")) for case in parse(path)]


class Client:
    """One connection; reads responses one after the other."""

    def __init__(self, server: Server, name: str) -> None:
        port = int(server.expand("$TEST_NGINX_RAND_PORT_1"))
        self.sock = socket.create_connection((SERVERS[name], port), timeout=TIMEOUT)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.ended = False

    def send(self, data: bytes) -> None:
        """A server that has already refused and closed may not take the rest."""
        try:
            self.sock.sendall(data)
        except OSError:
            self.ended = True

    def end_input(self) -> None:
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.ended = True

    def more(self) -> bool:
        """Receive; False at the end."""
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            data = b""
        self.buffer += data
        self.ended = not data
        return bool(data)

    def response(self, head: bool = False) -> Response | None:
        """The next whole response, None at the end."""
        while not (parsed := take_response(self.buffer, self.ended, head)):
            if self.ended or not self.more():
                parsed = take_response(self.buffer, True, head)
                break
        if not parsed:
            return None
        response, self.buffer = parsed
        return response

    def close(self) -> None:
        self.sock.close()


_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")


def take_response(data: bytes, ended: bool, head: bool) -> tuple[Response, bytes] | None:
    """Split the first response off; None when it is not whole (or there is none)."""
    if not data:
        return None
    if not data.startswith(b"HTTP/1."[: len(data)]):
        return (Response("09", "", escape(data).rstrip("\n")), b"") if ended else None
    top, end, rest = data.partition(b"\r\n\r\n")
    match = _STATUS.match(top)
    if not end or not match:
        return None
    fields = {}
    for line in top.split(b"\r\n")[1:]:
        name, _, value = line.partition(b": ")
        fields[name.lower()] = value
    status = match[1].decode()
    response = Response(status, fields.get(b"connection", b"").decode())
    if status == "100" or head:
        return response, rest
    if fields.get(b"transfer-encoding") == b"chunked":
        _, found, rest = rest.partition(b"0\r\n\r\n")
        return (response, rest) if found else None
    length = int(fields[b"content-length"]) if b"content-length" in fields else len(rest)
    if len(rest) < length or (b"content-length" not in fields and not ended):
        return None
    if status == "200":
        response.body = escape(rest[:length]).rstrip("\n")
    return response, rest[length:]


_LOGGED = re.compile(
    r"\[(?P<level>\w+)\] \d+#\d+: \*(?P<number>\d+) (?P<text>client (?:sent|intended|prematurely)(?:.|\n)*?)"
    r"(?=\n\d{4}/\d\d/\d\d |\n?\Z)"
)


def logged(text: bytes) -> list[str]:
    """What the error log says about clients' input."""
    found = _LOGGED.finditer(text.decode("latin-1"))
    lines = [f"[{match['level']}] {match['text']}"[:LOG_LINE] for match in found]
    return [escape(line.encode("latin-1")).replace("\n", "\\n") for line in lines]


def observe(server: Server, case: RawCase) -> Verdict:
    """Send a case to a server and compare nothing: as many responses as the corpus expects, and what comes after."""
    size = len(server.log())
    client = Client(server, case.server)
    verdict = Verdict()
    try:
        client.send(case.sent)
        while len(verdict.responses) < case.count:
            response = client.response(case.head)
            if response is None:
                break
            verdict.responses.append(response)
        verdict.after = what_follows(client, case.after, verdict)
    finally:
        client.close()
    server.sync()
    verdict.log = logged(server.log()[size:])
    return verdict


def what_follows(client: Client, expected: str, verdict: Verdict) -> str:
    """What `after` is, as far as the expected one can be told; further responses are added to the verdict."""
    if expected == "kept":
        client.send(PROBE)
        probe = client.response()
        if probe and probe.status == "200" and probe.body.startswith("GET /probe "):
            return "kept"
        if probe:
            verdict.responses.append(probe)
        return "closed" if client.ended else "waits"
    if expected in ("waits", "lingers"):
        client.end_input()
    try:
        while extra := client.response():
            verdict.responses.append(extra)
    except TimeoutError:
        return "open"
    return expected
