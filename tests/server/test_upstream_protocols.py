"""FastCGI, uwsgi, SCGI and memcached, against servers of a few lines on loopback."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest
from serving import Serving

MakeServer = Callable[..., Serving]
Handler = Callable[[socket.socket], None]


class Backend:
    """Hands each connection to a handler, one after the other."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.connections = 0
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while True:
            try:
                peer, _ = self.sock.accept()
            except OSError:
                return
            self.connections += 1
            with peer:
                peer.settimeout(10)
                try:
                    self.handler(peer)
                except (ConnectionError, TimeoutError):
                    continue

    def close(self) -> None:
        self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()
        self.thread.join(15)


@pytest.fixture
def make_backend() -> Iterator[Callable[[Handler], Backend]]:
    made: list[Backend] = []

    def make(handler: Handler) -> Backend:
        made.append(Backend(handler))
        return made[-1]

    yield make
    for backend in made:
        backend.close()


def exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise ConnectionError("ended")
        data += piece
    return data


# -------------------------------------------------------------------------------------------------------------- FastCGI


def read_record(sock: socket.socket) -> tuple[int, bytes]:
    version, kind, request, length, padding = struct.unpack(">BBHHBx", exactly(sock, 8))
    assert (version, request) == (1, 1)
    content = exactly(sock, length)
    exactly(sock, padding)
    return kind, content


def record(kind: int, content: bytes, padding: int = 0) -> bytes:
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), padding) + content + b"\0" * padding


def read_length(data: bytes, at: int) -> tuple[int, int]:
    if data[at] < 128:
        return data[at], at + 1
    return struct.unpack(">I", data[at : at + 4])[0] & 0x7FFFFFFF, at + 4


def read_params(data: bytes) -> dict[str, str]:
    params, at = {}, 0
    while at < len(data):
        name, at = read_length(data, at)
        value, at = read_length(data, at)
        params[data[at : at + name].decode()] = data[at + name : at + name + value].decode()
        at += name + value
    return params


def fastcgi_request(sock: socket.socket) -> tuple[bytes, dict[str, str], bytes]:
    """→ the content of BEGIN_REQUEST, parameters, body."""
    kind, begin = read_record(sock)
    assert kind == 1
    streams = {4: b"", 5: b""}
    ended: set[int] = set()
    while ended != {4, 5}:
        kind, content = read_record(sock)
        streams[kind] += content
        if not content:
            ended.add(kind)
    return begin, read_params(streams[4]), streams[5]


END = record(6, b"") + record(3, bytes(8))


def fastcgi_echo(sock: socket.socket) -> None:
    while True:
        begin, params, body = fastcgi_request(sock)
        if params["SCRIPT"] == "/split":
            answer = b"Status: 201 Made\r\nX-Own: 1\r\n\r\nbody"
            data = b"".join(record(6, answer[i : i + 1], padding=i % 3) for i in range(len(answer)))
        elif params["SCRIPT"] == "/stderr":
            data = record(7, b"something is wrong\n") + record(6, b"\r\nfine")
        elif params["SCRIPT"] == "/location":
            data = record(6, b"Location: http://else/\r\n\r\n")
        elif params["SCRIPT"] == "/short":
            data = record(6, b"Content-Length: 10\r\n\r\nshort")
        elif params["SCRIPT"] == "/none":
            data = b""
        elif params["SCRIPT"] == "/version":
            sock.sendall(b"\2" + bytes(7))
            return
        else:
            text = "|".join(f"{name}={value}" for name, value in sorted(params.items()))
            data = record(6, b"Content-Type: text/own\r\n\r\n" + text.encode() + b"#%d" % len(body), padding=5)
        sock.sendall(data + END)
        if begin[2] == 0:
            return


FASTCGI = """
fastcgi_param SCRIPT $fastcgi_script_name;
fastcgi_param EMPTY "" if_not_empty;
location / { fastcgi_pass 127.0.0.1:%(port)d; }
location /index/ { fastcgi_index index.own; fastcgi_pass 127.0.0.1:%(port)d; }
location /php { fastcgi_split_path_info ^(.+\\.php)(.*)$; fastcgi_param SCRIPT $fastcgi_script_name;
                fastcgi_param PATH_INFO $fastcgi_path_info; fastcgi_pass 127.0.0.1:%(port)d; }
location /body { fastcgi_param HTTP_HOST own; fastcgi_param LONG %(long)s; fastcgi_param SCRIPT x;
                 fastcgi_pass_request_headers off; fastcgi_pass 127.0.0.1:%(port)d; }
location /unbuffered { fastcgi_request_buffering off; fastcgi_pass 127.0.0.1:%(port)d; }
location /kept { fastcgi_keep_conn on; fastcgi_pass kept; }
"""


@pytest.fixture
def fastcgi(make_server: MakeServer, make_backend: Callable[[Handler], Backend]) -> Serving:
    backend = make_backend(fastcgi_echo)
    server = make_server(
        FASTCGI % {"port": backend.port, "long": "l" * 200},
        http=f"upstream kept {{ server 127.0.0.1:{backend.port}; keepalive 2; }}",
    )
    server.backend = backend  # type: ignore[attr-defined]
    return server


def test_fastcgi_parameters(fastcgi: Serving) -> None:
    with fastcgi.client() as client:
        answer = client.ask("/x")
        assert "Content-Type: text/own" in answer.head
        assert answer.text == "HTTP_HOST=h|SCRIPT=/x#0"
        assert client.ask("/index/").text == "HTTP_HOST=h|SCRIPT=/index/index.own#0"
        assert client.ask("/php/a.php/b/c").text == "HTTP_HOST=h|PATH_INFO=/b/c|SCRIPT=/php/a.php#0"


def test_fastcgi_bodies(fastcgi: Serving) -> None:
    with fastcgi.client() as client:
        assert client.ask("/body", b"b" * 100_000).text == f"HTTP_HOST=own|LONG={'l' * 200}|SCRIPT=x#100000"
        assert client.ask("/unbuffered", b"b" * 70_000).text.endswith("SCRIPT=/unbuffered#70000")


def test_fastcgi_headers(fastcgi: Serving) -> None:
    with fastcgi.client() as client:
        answer = client.ask("/split")
        assert (answer.status, answer.text) == (201, "body")
        assert answer.head.startswith("HTTP/1.1 201 Made\r\n")
        assert "X-Own: 1" in answer.head and "Status:" not in answer.head
        answer = client.ask("/location")
        assert answer.status == 302 and "Location: http://else/" in answer.head


def test_fastcgi_failures(fastcgi: Serving) -> None:
    with fastcgi.client() as client:
        assert client.ask("/stderr").text == "fine"
        fastcgi.expect(r'FastCGI sent in stderr: "something is wrong" while reading response header from upstream')
        assert client.ask("/none").status == 502
        fastcgi.expect(r"upstream prematurely closed FastCGI stdout while reading response header from upstream")
        assert client.ask("/version").status == 502
        fastcgi.expect(r'protocol version: 2 while reading.*upstream: "fastcgi://127\.0\.0\.1:\d+"')
        client.send("/short")
        with pytest.raises(ConnectionError):
            client.read()
        fastcgi.expect(r"upstream prematurely closed FastCGI request while reading upstream")


def test_fastcgi_keeps_connections(fastcgi: Serving) -> None:
    backend = fastcgi.backend  # type: ignore[attr-defined]
    with fastcgi.client() as client:
        before = backend.connections
        for _ in range(3):
            assert client.ask("/kept").text == "HTTP_HOST=h|SCRIPT=/kept#0"
        assert backend.connections == before + 1


# ---------------------------------------------------------------------------------------------------------- uwsgi, SCGI


def uwsgi_echo(sock: socket.socket) -> None:
    modifier1, size, modifier2 = struct.unpack("<BHB", exactly(sock, 4))
    data, at, params = exactly(sock, size), 0, {}
    while at < size:
        values = []
        for _ in range(2):
            (length,) = struct.unpack("<H", data[at : at + 2])
            values.append(data[at + 2 : at + 2 + length].decode())
            at += 2 + length
        params[values[0]] = values[1]
    body = exactly(sock, int(params.get("LENGTH") or 0))
    text = f"{modifier1} {modifier2} {sorted(params.items())} {body.decode()}"
    sock.sendall(b"HTTP/1.0 203 Own\r\nContent-Type: text/u\r\n\r\n" + text.encode())


def scgi_echo(sock: socket.socket) -> None:
    size = b""
    while not size.endswith(b":"):
        size += exactly(sock, 1)
    fields = exactly(sock, int(size[:-1])).split(b"\0")
    assert exactly(sock, 1) == b","
    params = {name.decode(): value.decode() for name, value in zip(fields[::2], fields[1::2], strict=False)}
    body = exactly(sock, int(params["CONTENT_LENGTH"]))
    text = f"{fields[0].decode()} {sorted(params.items())} {body.decode()}"
    sock.sendall(b"Status: 202 Taken\r\nContent-Length: %d\r\n\r\n" % len(text) + text.encode())


def test_uwsgi(make_server: MakeServer, make_backend: Callable[[Handler], Backend]) -> None:
    backend = make_backend(uwsgi_echo)
    server = make_server(
        f"""location / {{ uwsgi_modifier1 5; uwsgi_modifier2 6; uwsgi_param LENGTH $content_length;
        uwsgi_pass uwsgi://127.0.0.1:{backend.port}; }}"""
    )
    with server.client() as client:
        answer = client.ask("/x", b"body")
    assert answer.head.startswith("HTTP/1.1 203 Own\r\n") and "Content-Type: text/u" in answer.head
    assert answer.text == "5 6 [('HTTP_CONTENT_LENGTH', '4'), ('HTTP_HOST', 'h'), ('LENGTH', '4')] body"


def test_scgi(make_server: MakeServer, make_backend: Callable[[Handler], Backend]) -> None:
    backend = make_backend(scgi_echo)
    server = make_server(
        f"location / {{ scgi_param SCGI 1; scgi_pass_request_headers off; scgi_pass 127.0.0.1:{backend.port}; }}"
    )
    with server.client() as client:
        answer = client.ask("/x", b"body")
    assert answer.head.startswith("HTTP/1.1 202 Taken\r\n")
    assert answer.text == "CONTENT_LENGTH [('CONTENT_LENGTH', '4'), ('SCGI', '1')] body"


# ------------------------------------------------------------------------------------------------------------ memcached


def memcached(sock: socket.socket) -> None:
    while True:
        line = b""
        while not line.endswith(b"\r\n"):
            line += exactly(sock, 1)
        key = line[4:-2]
        answers = {
            b"there": b"VALUE there 2 5\r\nvalue\r\nEND\r\n",
            b"a%20b": b"VALUE a%20b 0 1\r\n!\r\nEND\r\n",
            b"large": b"VALUE large 0 200000\r\n" + b"v" * 200_000 + b"\r\nEND\r\n",
            b"other": b"VALUE another 0 5\r\nvalue\r\nEND\r\n",
            b"odd": b"ERROR\r\n",
        }
        sock.sendall(answers.get(key, b"END\r\n"))


def test_memcached(make_server: MakeServer, make_backend: Callable[[Handler], Backend]) -> None:
    backend = make_backend(memcached)
    server = make_server(
        """location / { set $memcached_key $arg_k; if ($arg_s) { set $memcached_key "a b"; } default_type text/m;
           memcached_gzip_flag 2; memcached_pass cache; error_page 404 = /missing; }
           location = /missing { return 200 "none"; }""",
        http=f"upstream cache {{ server 127.0.0.1:{backend.port}; keepalive 1; }}",
    )
    with server.client() as client:
        answer = client.ask("/?k=there")
        assert answer.text == "value" and "Content-Type: text/m" in answer.head
        assert "Content-Encoding: gzip" in answer.head
        assert client.ask("/?s=1").text == "!"
        assert client.ask("/?k=large").body == b"v" * 200_000
        assert client.ask("/?k=nothing").text == "none"
        server.expect(r'key: "nothing" was not found by memcached while reading response header from upstream')
        assert backend.connections == 1
        assert client.ask("/?k=other").status == 502
        server.expect(r'memcached sent invalid key in response "VALUE another 0 5" for key "other" while')
        assert client.ask("/?k=odd").status == 502
        server.expect(r'memcached sent invalid response: "ERROR" while reading.*upstream: "memcached://127')
        assert client.ask("/?k=there", b"x").status == 405
