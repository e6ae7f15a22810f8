"""A site: a configuration, served inside the test by the Lua half, without sockets."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import pyresty.modules
from pyresty.conf.configuration import load
from pyresty.modules import (
    access,
    core,
    echo,
    geo,
    headers,
    headers_more,
    http_blocks,
    http_core,
    index,
    log,
    rewrite,
    set_misc,
    split_clients,
    static,
)
from pyresty.modules import map as map_module
from pyresty.vm import host
from pyresty.vm.engine import VM

MODULES = tuple(
    part.MODULE
    for part in (
        core,
        http_blocks,
        http_core,
        rewrite,
        set_misc,
        access,
        index,
        static,
        headers,
        log,
        map_module,
        geo,
        split_clients,
        echo,
        headers_more,
    )
)
HANDLERS = [
    *("rewrite", "map", "geo", "split_clients", "set_misc", "access", "try_files", "index", "static"),
    *("headers_more", "echo", "not_modified", "headers", "range", "log"),
]
FILTERS = ["not_modified", "headers_more", "echo", "headers", "range"]
HARNESS = (Path(__file__).parent / "harness.lua").read_bytes()


@dataclass
class Response:
    """A response in parts; ``body`` is without its chunks."""

    status: int
    headers: list[tuple[str, str]]
    body: str
    raw: bytes

    def __getitem__(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


def _dechunk(body: bytes) -> bytes:
    out = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            break
        out, body = out + body[:length], body[length + 2 :]
    return out


def parse(raw: bytes) -> Response:
    """Split the bytes of one response."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines[1:])]
    if ("Transfer-Encoding", "chunked") in headers:
        body = _dechunk(body)
    status = re.match(r"HTTP/1.1 (\d+)", lines[0])
    return Response(int(status[1]) if status else 0, headers, body.decode("latin-1"), raw)


class Site:
    """Serves requests; ``prefix`` is a temporary directory with ``html/`` and ``logs/``."""

    def __init__(self, vm: VM, prefix: Path, text: str) -> None:
        self.prefix = prefix
        (prefix / "html").mkdir(exist_ok=True)
        (prefix / "logs").mkdir(exist_ok=True)
        self.warnings: list[str] = []
        config = prefix / "nginx.conf"
        config.write_text("events {}\nhttp {\n" + text + "\n}\n")
        plan = load(str(config), f"{prefix}/", log=lambda _level, message: self.warnings.append(message)).plan
        self._fds = _open_logs(plan)
        functions = vm.lua.table_from({name.encode(): call for name, call in host.functions(vm).items()})
        self._lua = vm.eval(HARNESS, b"=harness", functions, vm.to_lua(plan), vm.to_lua(HANDLERS), vm.to_lua(FILTERS))

    def raw(self, data: bytes, address: str = "127.0.0.1") -> bytes:
        """Exchange bytes on a connection of its own."""
        answer = self._lua[b"exchange"](data, address.encode())
        assert isinstance(answer, bytes)
        return answer

    def get(
        self,
        target: str,
        *lines: str,
        host: str = "localhost",
        method: str = "GET",
        body: str = "",
        address: str = "127.0.0.1",
    ) -> Response:
        """Send a request with further header lines."""
        head = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", *lines]
        if body:
            head.append(f"Content-Length: {len(body)}")
        return parse(self.raw(("\r\n".join(head) + "\r\n\r\n" + body).encode("latin-1"), address))

    def log(self) -> str:
        """Error log messages since the last call, as ``LEVEL MESSAGE`` lines."""
        text = self._lua[b"log"]()
        assert isinstance(text, bytes)
        return text.decode("latin-1")

    def close(self) -> None:
        """Close the access logs."""
        for fd in self._fds.values():
            os.close(fd)


def _open_logs(plan: dict[str, Any]) -> dict[bytes, int]:
    fds: dict[bytes, int] = {}
    for loc in plan["locations"]:
        for entry in loc["access_log"]:
            name = entry.get("file")
            if isinstance(name, bytes):
                if name not in fds:
                    fds[name] = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
                entry["fd"] = fds[name]
    return fds


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the directives of all modules under test known."""
    monkeypatch.setattr(pyresty.modules, "MODULES", MODULES)


Make = Callable[..., Site]


@pytest.fixture
def site(known: None, luajit: VM, tmp_path: Path) -> Any:
    """``site(server, http)`` serves a server block with these lines on LuaJIT."""
    yield from _sites(luajit, tmp_path)


@pytest.fixture
def any_site(known: None, vm: VM, tmp_path: Path) -> Any:
    """As site, on every engine."""
    yield from _sites(vm, tmp_path)


def _sites(vm: VM, prefix: Path) -> Any:
    made: list[Site] = []

    def make(server: str, http: str = "") -> Site:
        made.append(Site(vm, prefix, f"{http}\nserver {{ listen 127.0.0.1:8080; server_name localhost;\n{server}\n}}"))
        return made[-1]

    yield make
    for served in made:
        served.close()


@pytest.fixture
def refused(known: None, tmp_path: Path) -> Callable[..., str]:
    """``refused(text, where)`` is the error a configuration stops the start with, without its place."""

    def refuse(text: str, where: str = "location") -> str:
        blocks = {
            "http": text,
            "server": f"server {{ {text} }}",
            "location": f"server {{ location / {{ {text} }} }}",
        }
        config = tmp_path / "nginx.conf"
        config.write_text("events {}\nhttp {\n" + blocks[where] + "\n}\n")
        with pytest.raises(pyresty.conf.directive.ConfError) as caught:
            load(str(config), f"{tmp_path}/")
        return str(caught.value.message)

    return refuse
