"""Writes a server's prefix, starts the binary under test, waits until it listens, stops it by its own pid."""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pyresty.testing.case import Expander, Setup
from pyresty.testing.peers import Running, start_peers
from pyresty.testing.programs import ProgramError
from pyresty.testing.tls import certificates

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
_ORPHAN_SECONDS = 2.0  # until init has buried what the server killed at its end
_ATTEMPTS = 3  # with other ports
_TAKEN = "Address already in use"
_RANDOM_PORTS = 4
_ADDED = {"echo": "echo", "headers-more": "headers_more", "set-misc": "set_misc", "memc": "memc"}
_ONCE = {"master_process": "off", "worker_processes": "1", "daemon": "off"}


class ServerError(Exception):
    """The server did not start, did not stop, or left something behind."""


@dataclass(frozen=True)
class Binary:
    """The program under test; ``modules`` are the dynamic modules that it must load."""

    command: tuple[str, ...]
    is_nginx: bool = False
    engine: str = "luajit21"
    modules: tuple[str, ...] = ()

    @classmethod
    def find(cls, path: str | None, engine: str) -> Binary:
        """``path`` None: our own ``python -m pyresty``; one whose name starts with ``nginx`` is the oracle."""
        if path is None:
            return cls((sys.executable, "-m", "pyresty"), engine=engine)
        command = tuple(shlex.split(path))
        if not Path(command[0]).name.startswith("nginx"):
            return cls(command, engine=engine)
        where = Path("/usr/lib/nginx/modules")
        http = ("lua", "echo", "headers_more_filter", "set_misc", "memc")
        names = ("ndk_http", *(f"ngx_http_{name}" for name in http))
        found = tuple(str(file) for name in names if (file := where / f"{name}_module.so").exists())
        return cls(command, True, "luajit21", found)

    def has_module(self, name: str) -> bool:
        """Whether the program has a module: ``proxy``, ``charset`` …, or ``echo``, ``headers-more``, ``set-misc``."""
        if name not in _ADDED:
            return f"--without-http_{name}_module" not in build_options(self.command)
        if self.is_nginx:
            return any(_ADDED[name] in module for module in self.modules)
        return f"{name}-nginx-module" in build_options(self.command)

    def head(self) -> str:
        """First lines of nginx.conf; always one line, so that line numbers are the same everywhere."""
        if self.is_nginx:
            return " ".join(f"load_module {module};" for module in self.modules)
        return f"pyresty_lua {self.engine};" if self.engine != "luajit21" else ""


@functools.cache
def build_options(command: tuple[str, ...]) -> str:
    """What ``-V`` prints."""
    done = subprocess.run([*command, "-V"], capture_output=True, text=True, env=environment(), check=True)
    return done.stdout + done.stderr


def environment() -> dict[str, str]:
    """The environment of servers: times in UTC, our own package importable from any directory."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "TZ": "UTC"}


def free_ports(count: int) -> list[int]:
    """Distinct TCP ports of 127.0.0.1 that nobody listens on at the moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]
    finally:
        for sock in sockets:
            sock.close()


def write_conf(binary: Binary, setup: Setup, port: int, sync_port: int) -> str:
    """Text of nginx.conf, variables not yet expanded."""
    once = " ".join(
        f"{name} {value};" for name, value in _ONCE.items() if not re.search(rf"(?m)^\s*{name}\s", setup.main_config)
    )
    temp = " ".join(f"{name}_temp_path temp/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"""{binary.head()}
{once} pid logs/nginx.pid; error_log logs/error.log {setup.log_level};
{setup.main_config}
events {{ worker_connections 1024; }}
http {{
access_log logs/access.log; default_type text/plain; keepalive_timeout 68; {temp}
{setup.http_config}
server {{
listen 127.0.0.1:{port}; server_name localhost;
{setup.config}
}}
server {{ listen 127.0.0.1:{sync_port}; error_log logs/sync.log crit; access_log off; return 204; }}
}}
"""


class Server:
    """A server of one configuration; ``start`` … ``stop``. Not safe for use by several threads."""

    def __init__(self, binary: Binary, setup: Setup) -> None:
        self.binary = binary
        self.setup = setup
        self.prefix = Path(tempfile.mkdtemp(prefix="pyresty-"))
        self.process: subprocess.Popen[bytes] | None = None
        for name in ("conf", "logs", "html", "temp"):
            (self.prefix / name).mkdir()
        self._write_files()
        if setup.certificates:
            certificates(setup.certificates, self.prefix / "cert")
        self._configure()
        self.startup_log = b""
        self.peers: list[Running] = []

    def _configure(self) -> None:
        ports = free_ports(2 + _RANDOM_PORTS)
        self.port, self.sync_port = ports[:2]
        values = {
            "TEST_NGINX_SERVER_PORT": str(self.port),
            "TEST_NGINX_SERVER_ROOT": str(self.prefix),
            "TEST_NGINX_HTML_DIR": str(self.prefix / "html"),
            "TEST_NGINX_CONF": str(self.prefix / "conf" / "nginx.conf"),
        }
        values |= {f"TEST_NGINX_RAND_PORT_{n}": str(port) for n, port in enumerate(ports[2:], 1)}
        text = write_conf(self.binary, self.setup, self.port, self.sync_port)
        self.conf = Expander(values, text)(text)
        self.expand = Expander(values, self.conf)
        (self.prefix / "conf" / "nginx.conf").write_bytes(self.conf.encode("latin-1"))

    def _write_files(self) -> None:
        html = self.prefix / "html"
        for name, content, mtime in self.setup.user_files:
            file = (html / name).resolve()
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode("latin-1"))
            if mtime is not None:
                os.utime(file, (mtime, mtime))

    def log(self, name: str = "error.log") -> bytes:
        file = self.prefix / "logs" / name
        return file.read_bytes() if file.exists() else b""

    def output(self) -> bytes:
        """What the process wrote to stdout and stderr."""
        return self.log("output")

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process without waiting for it."""
        with (self.prefix / "logs" / "output").open("wb") as out:
            self.process = subprocess.Popen(
                [*self.binary.command, "-p", f"{self.prefix}/", "-c", "conf/nginx.conf"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                env=environment(), start_new_session=True,
            )  # fmt: skip
        return self.process

    def start(self) -> None:
        """Raises ServerError with the server's own words when it does not come up."""
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._configure()
            words = self._start_peers() or self._start()
            if words is None:
                self.startup_log = self.output() + self.log()
                return
            if _TAKEN not in words:
                break
        self.kill()
        raise ServerError(f"the server did not start:\n{words}")

    def _start_peers(self) -> str | None:
        """None, or why they did not start."""
        try:
            self.peers = start_peers(self.expand(self.setup.peers))
        except (OSError, ProgramError) as error:
            return str(error)
        return None

    def _start(self) -> str | None:
        """None, or what the process said before it ended; the peers end with it."""
        process = self.launch()
        if self._wait_listening(process):
            return None
        self._end_peers()
        return f"exit code {process.poll()}\n" + (self.output() + self.log()).decode("latin-1")[-4000:]

    def _end_peers(self) -> None:
        while self.peers:
            self.peers.pop().close()

    def _wait_listening(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                self.sync()
                return True
            except ConnectionRefusedError:
                time.sleep(0.005)
        return False

    def sync(self) -> None:
        """A request of its own, answered after everything that the server had begun to finish."""
        with socket.create_connection(("127.0.0.1", self.sync_port), timeout=_START_SECONDS) as sock:
            sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
            while sock.recv(4096):
                pass

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Graceful stop; raises ServerError when it takes too long or other processes are left."""
        if self.process is None:
            return
        if self.alive:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise ServerError("the server did not stop after SIGQUIT") from None
        end = time.monotonic() + _ORPHAN_SECONDS
        while self._group_left() and time.monotonic() < end:
            time.sleep(0.01)
        if self._group_left():
            left = ", ".join(_processes_of(self.process.pid))
            self.kill()
            raise ServerError(f"the server of {self.prefix} left processes behind: {left}")

    def _group_left(self) -> bool:
        assert self.process is not None
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        if self.process is None:
            return
        if self._group_left():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def remove(self) -> None:
        """Kill what still runs and delete the prefix."""
        self.kill()
        self._end_peers()
        shutil.rmtree(self.prefix)


def _processes_of(group: int) -> list[str]:
    """``pid (name) state`` of the processes of a group."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            before, _, after = path.read_text().rpartition(")")
        except OSError:
            continue  # it has ended
        state, _parent, its_group = after.split()[:3]
        if int(its_group) == group:
            found.append(f"{before}) {state}")
    return found
