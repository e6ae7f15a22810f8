"""A whole pyresty in a process of its own that a test can talk to, ask about itself and break."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from process_running import PATIENCE, ROOT, Running, wait_for

PROGRAM = Path(__file__).with_name("instrumented.py")

#: Locations every configuration gets: /probe tells of the process, /inject breaks it.
OWN_LOCATIONS = """
location = /probe { content_by_lua_block {
    collectgarbage() collectgarbage() -- what is left is needed, or leaks
    local sched, state = require "pyresty.sched", require "pyresty.state"
    ngx.print(state.host.probe(sched.count(), require("pyresty.http.connection").count(), count_coroutines()))
} }
location = /inject { content_by_lua_block {
    ngx.print(tostring(require("pyresty.state").host.inject(ngx.var.arg_what, tonumber(ngx.var.arg_op) or 0)))
} }
"""


class Answer:
    """A response: ``status``, ``head`` (text), ``body``."""

    def __init__(self, status: int, head: str, body: bytes) -> None:
        self.status, self.head, self.body = status, head, body

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """One client connection."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._data = b""

    def send(self, *paths: str, body: bytes = b"", headers: str = "") -> None:
        """Send requests in one piece, pipelined when they are several; with ``body`` they are POSTs."""
        method, length = ("POST", f"Content-Length: {len(body)}\r\n") if body else ("GET", "")
        self.sock.sendall(
            b"".join(f"{method} {path} HTTP/1.1\r\nHost: h\r\n{length}{headers}\r\n".encode() + body for path in paths)
        )

    def read(self) -> Answer:
        """The next response. Raises ConnectionError when the connection ends before it."""
        head, _, self._data = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        text = head.decode()
        length = re.search(r"(?i)content-length: (\d+)", text)
        if length:
            body = self._exactly(int(length[1]))
        elif re.search(r"(?i)transfer-encoding: chunked", text):
            body = b"".join(self._chunks())
        else:
            body = b""
        return Answer(int(text.split(" ", 2)[1]), text, body)

    def ask(self, path: str, body: bytes = b"") -> Answer:
        self.send(path, body=body)
        return self.read()

    def at_end(self) -> bool:
        """Wait for bytes or the end: whether it is the end."""
        try:
            return not self._data and self.sock.recv(1) == b""
        except ConnectionResetError:
            return True

    def _until(self, end: bytes) -> bytes:
        while end not in self._data:
            self._more()
        return self._data

    def _exactly(self, count: int) -> bytes:
        while len(self._data) < count:
            self._more()
        body, self._data = self._data[:count], self._data[count:]
        return body

    def _more(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError(f"the connection ended after {self._data!r}")
        self._data += data

    def _chunks(self) -> Iterator[bytes]:
        while True:
            line, _, self._data = self._until(b"\r\n").partition(b"\r\n")
            size = int(line, 16)
            data = self._exactly(size + 2)[:size]
            if size == 0:
                return
            yield data

    def close(self) -> None:
        self.sock.close()


class Serving(Running):
    """A server with ``master_process off``, unless told otherwise."""

    def __init__(self, prefix: Path, *, engine: str = "luajit21", trace: bool = False) -> None:
        super().__init__(prefix, env={"PYRESTY_TEST_TRACE": "1"} if trace else {})
        self.engine = engine

    def command(self) -> list[str]:
        return [sys.executable, str(PROGRAM), "-p", f"{self.prefix}/", "-c", "nginx.conf", "-e", "stderr"]

    @property
    def pid(self) -> int:
        """The process that was started: it does not become a daemon."""
        assert self.process is not None
        return self.process.pid

    def write(
        self, locations: str, *, main: str = "master_process off;", http: str = "", connections: int = 1024
    ) -> None:
        """Write the configuration."""
        user = "user root;" if os.geteuid() == 0 else ""
        access = "" if "access_log" in http else "access_log off;"
        (self.prefix / "client_body").mkdir(exist_ok=True)
        self.conf.write_text(
            f"daemon off; {user} pid nginx.pid; error_log stderr info; pyresty_lua {self.engine}; {main}\n"
            f"events {{ worker_connections {connections}; }}\n"
            f'http {{ {access} client_body_temp_path client_body; lua_package_path "{self.prefix}/?.lua;;";\n'
            f"{http}\nserver {{ listen 127.0.0.1:{self.port};\n{OWN_LOCATIONS}\n{locations} }} }}\n"
        )

    def run(self) -> Serving:
        """Start it and wait until it serves."""
        self.start(until=None)
        wait_for(self._listens, "the server listens")
        return self

    def _listens(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.ended()
        try:
            self.connect().close()
        except ConnectionRefusedError:
            return False
        return self.pid_file.exists()  # from then on it takes signals

    def connect(self) -> Client:
        return Client(self.port)

    @contextmanager
    def client(self) -> Iterator[Client]:
        client = self.connect()
        try:
            yield client
        finally:
            client.close()

    def get(self, path: str) -> Answer:
        """One request on a connection of its own."""
        with self.client() as client:
            return client.ask(path)

    def inject(self, what: str, op: int = 0) -> None:
        """Break something once (see instrumented.py)."""
        assert self.get(f"/inject?what={what}&op={op}").text == "true"

    def probe(self) -> dict[str, Any]:
        """Counts of the process: fds, greenlets, watchers, connections, vms, generations, waits …"""
        answer: dict[str, Any] = json.loads(self.get("/probe").body)
        return answer

    def settles(self, **wanted: int) -> dict[str, Any]:
        """Wait until these counts are as wanted; returns the last probe."""
        seen: list[dict[str, Any]] = []

        def reached() -> bool:
            self.drained_log()
            try:
                seen[:] = [self.probe()]
            except ConnectionError:  # no room for the probe itself
                return False
            return all(seen[0][name] == value for name, value in wanted.items())

        try:
            wait_for(reached, str(wanted))
        except AssertionError as error:
            raise AssertionError(f"{error}: {seen}") from None
        return seen[0]

    def reload(self) -> None:
        """HUP, and wait until the new configuration is read."""
        self.send(signal.SIGHUP)
        self.expect(r'reconfiguring\n(.*\n)*.*using the "epoll" event method')

    def drained_log(self) -> str:
        """What was logged so far, without waiting."""
        os.set_blocking(self._pipe, False)
        try:
            while data := os.read(self._pipe, 65536):
                self.text += data.decode()
        except BlockingIOError:
            pass
        finally:
            os.set_blocking(self._pipe, True)
        return self.text


__all__ = ["PATIENCE", "ROOT", "Answer", "Client", "Serving", "wait_for"]
