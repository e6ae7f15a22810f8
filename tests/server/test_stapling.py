"""``ssl_stapling``: responses that a server fetches from its certificates' responder."""

from __future__ import annotations

import subprocess
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from process_running import free_port, wait_for
from serving import Serving

MakeServer = Callable[..., Serving]
KEY = ("-newkey", "rsa:2048", "-nodes")


def openssl(directory: Path, *arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True).stdout


def make_certificate(directory: Path, name: str) -> None:
    """A self-signed one."""
    subject = f"/CN={name}"
    openssl(
        directory, "req", "-x509", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.crt", "-subj", subject, "-days", "9"
    )


class Responder:
    """``openssl ocsp`` behind HTTP; ``answer`` may replace what it says."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.asked = directory, 0
        self.answer: bytes | None = None
        self.bare = False  # lines that end in LF alone
        self.kind, self.signer = "application/ocsp-response", "ca"
        responder = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = responder.respond(b64decode(unquote(self.path.removeprefix("/ocsp/"))))
                if responder.bare:
                    self.wfile.write(b"HTTP/1.0 200 OK\nContent-Type: application/ocsp-response\n\n" + body)
                    return
                self.send_response(200)
                self.send_header("Content-Type", responder.kind)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def respond(self, request: bytes) -> bytes:
        self.asked += 1
        if self.answer is not None:
            return self.answer
        (self.directory / "request").write_bytes(request)
        openssl(
            self.directory, "ocsp", "-index", "index", "-CA", "ca.crt", "-rsigner", f"{self.signer}.crt", "-rkey",
            f"{self.signer}.key", "-reqin", "request", "-respout", "response", "-ndays", "1",
        )  # fmt: skip
        return (self.directory / "response").read_bytes()


@pytest.fixture
def responder(tmp_path: Path) -> Iterator[Responder]:
    made = Responder(tmp_path)
    url = f"http://127.0.0.1:{made.port}/ocsp/"
    make_certificate(tmp_path, "ca")
    openssl(tmp_path, "req", *KEY, "-keyout", "one.key", "-out", "one.csr", "-subj", "/CN=one.test")
    (tmp_path / "extensions").write_text(f"authorityInfoAccess=OCSP;URI:{url}\n")
    openssl(
        tmp_path, "x509", "-req", "-in", "one.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-set_serial", "4660",
        "-out", "leaf.crt", "-extfile", "extensions", "-days", "9",
    )  # fmt: skip
    (tmp_path / "one.crt").write_text((tmp_path / "leaf.crt").read_text() + (tmp_path / "ca.crt").read_text())
    mark(made, "V")
    yield made
    made.server.shutdown()
    made.server.server_close()


def mark(responder: Responder, state: str) -> None:
    """Say whether the certificate is good (V) or was revoked (R)."""
    revoked = "260101000000Z" if state == "R" else ""
    (responder.directory / "index").write_text(f"{state}\t400101000000Z\t{revoked}\t1234\tunknown\t/CN=one.test\n")


def start(
    make_server: MakeServer, prefix: Path, directives: str = "", certificate: str = "one.crt"
) -> tuple[Serving, int]:
    port = free_port()
    http = f"""server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {prefix}/{certificate};
        ssl_certificate_key {prefix}/one.key; ssl_stapling on; {directives} location / {{ return 200; }} }}"""
    return make_server("", http=http), port


def stapled(port: int) -> str:
    """What ``openssl s_client -status`` says of the response."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-status"]
    output = subprocess.run(command, input=b"", capture_output=True, timeout=20).stdout.decode()
    if "OCSP response: no response sent" in output:
        return "none"
    return "good" if "Cert Status: good" in output else output


@pytest.mark.parametrize("directives", ["", "ssl_stapling_verify on; ssl_trusted_certificate PREFIX/ca.crt;"])
def test_a_response_is_fetched(make_server: MakeServer, responder: Responder, tmp_path: Path, directives: str) -> None:
    server, port = start(make_server, tmp_path, directives.replace("PREFIX", str(tmp_path)))
    assert stapled(port) == "none"  # it is asked for now
    wait_for(lambda: stapled(port) == "good", "a response")
    assert stapled(port) == "good"
    assert responder.asked == 1
    assert "[error]" not in server.drained_log()


def test_the_issuer_is_a_trusted_one(make_server: MakeServer, responder: Responder, tmp_path: Path) -> None:
    _, port = start(make_server, tmp_path, f"ssl_trusted_certificate {tmp_path}/ca.crt;", "leaf.crt")
    wait_for(lambda: stapled(port) == "good", "a response")


def test_lines_that_end_in_a_line_feed(make_server: MakeServer, responder: Responder, tmp_path: Path) -> None:
    responder.bare = True
    _, port = start(make_server, tmp_path)
    wait_for(lambda: stapled(port) == "good", "a response")


def test_another_responder(make_server: MakeServer, responder: Responder, tmp_path: Path) -> None:
    dead = free_port()
    server, port = start(make_server, tmp_path, f"ssl_stapling_responder http://127.0.0.1:{dead}/x;")
    assert stapled(port) == "none"
    server.expect(
        rf"\[error\] .*connect\(\) failed \(111: Connection refused\) while requesting certificate status, "
        rf'responder: 127\.0\.0\.1, peer: 127\.0\.0\.1:{dead}, certificate: "{tmp_path}/one.crt"'
    )
    assert stapled(port) == "none" and responder.asked == 0


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (None, "application/ocsp-response", r'certificate status "revoked" in the OCSP response'),
        (b"nonsense", "application/ocsp-response", r"d2i_OCSP_RESPONSE\(\) failed"),
        (b"\x30\x03\x0a\x01\x06", "application/ocsp-response", r"OCSP response not successful \(6: unauthorized\)"),
        (b"x", "text/html", r'OCSP responder sent invalid "Content-Type" header: "text/html"'),
    ],
)
def test_answers_that_are_none(
    make_server: MakeServer, responder: Responder, tmp_path: Path, answer: bytes | None, kind: str, message: str
) -> None:
    mark(responder, "R")
    responder.answer, responder.kind = answer, kind
    server, port = start(make_server, tmp_path)
    assert stapled(port) == "none"
    server.expect(message + ".* while requesting certificate status, responder: 127")
    assert stapled(port) == "none"


def test_whoever_has_signed(make_server: MakeServer, responder: Responder, tmp_path: Path) -> None:
    """With ``ssl_stapling_verify`` it has to be somebody who is trusted."""
    make_certificate(tmp_path, "x")
    responder.signer = "x"
    trusted = f"ssl_trusted_certificate {tmp_path}/ca.crt;"
    server, port = start(make_server, tmp_path, f"ssl_stapling_verify on; {trusted}", "leaf.crt")
    assert stapled(port) == "none"
    server.expect(r"OCSP_basic_verify\(\) failed \(SSL: .*\) while requesting certificate status")
    server.stop()
    _, port = start(make_server, tmp_path, trusted, "leaf.crt")
    wait_for(lambda: stapled(port) == "good", "a response")


def test_a_responder_by_name(make_server: MakeServer, responder: Responder, tmp_path: Path) -> None:
    """With a resolver its name is looked up when it is asked."""
    dead = free_port()
    name = f"http://localhost:{responder.port}/ocsp/"
    server, port = start(make_server, tmp_path, f"ssl_stapling_responder {name};")
    wait_for(lambda: stapled(port) == "good", "a response")
    server.stop()
    resolving = f"resolver 127.0.0.1:{dead} ipv6=off; resolver_timeout 1s; ssl_stapling_responder {name};"
    server, port = start(make_server, tmp_path, resolving)
    assert stapled(port) == "none"
    server.expect(r"localhost could not be resolved \(110: Operation timed out\) while requesting certificate status")
