"""What is asked of the servers: ``bench/workloads/NAME.conf``."""

from __future__ import annotations

from pathlib import Path

from pyresty.testing.server import Binary

WORKLOADS = Path(__file__).resolve().parent / "workloads"
NAMES = (
    "hello", "phases", "json", "redis", "shdict", "regex", "cpu", "capture", "threads", "big", "upstream", "proxy",
    "static1k", "static1m", "tls", "http2", "workers4",
)  # fmt: skip
KILOBYTE, MEGABYTE = 1 << 10, 1 << 20


class Workload:
    """The server block's content. Its first lines say the request and what it does, and then, if need be,
    ``# listen ssl http2`` (what ``listen`` has besides the address) and ``# workers N``.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = (WORKLOADS / f"{name}.conf").read_text()
        lines = [line.removeprefix("# ") for line in self.text.splitlines() if line.startswith("# ")]
        self.path = lines[0].removeprefix("GET ")
        self.about = lines[1]
        options = dict(line.split(" ", 1) for line in lines[2:])
        self.listen = options.get("listen", "").split()
        self.workers = int(options.get("workers", 1))

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        return "https" if "ssl" in self.listen else "http"

    def conf(self, binary: Binary, port: int, prefix: Path, redis_port: int, backend_port: int) -> str:
        """The whole nginx.conf; the same for every binary but for its first line."""
        text = self.text.replace("@REDIS_PORT@", str(redis_port)).replace("@BACKEND_PORT@", str(backend_port))
        listen = " ".join([f"127.0.0.1:{port}", *self.listen])
        tls = "ssl_certificate cert.pem; ssl_certificate_key key.pem;" if "ssl" in self.listen else ""
        backend = f"upstream backend {{ server 127.0.0.1:{backend_port}; keepalive 32; }}"
        return f"""{binary.head()}
daemon off; master_process {"on" if self.workers > 1 else "off"}; worker_processes {self.workers};
pid logs/nginx.pid; error_log logs/error.log;
events {{ worker_connections 1024; }}
http {{
access_log logs/access.log; default_type text/plain;
client_body_temp_path temp/client_body; {_temp_paths(binary)}
lua_shared_dict bench 1m;
{backend if "http://backend" in text else ""}
server {{
listen {listen}; {tls}
{text.replace("@FILES@", str(prefix / "files"))}
}}
}}
"""


def write_files(directory: Path) -> None:
    """The files that static workloads answer with."""
    directory.mkdir()
    (directory / "1k").write_bytes(bytes(range(32, 96)) * (KILOBYTE // 64))
    (directory / "1m").write_bytes(bytes(range(32, 96)) * (MEGABYTE // 64))


def _temp_paths(binary: Binary) -> str:
    names = ("proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{name}_temp_path temp/{name};" for name in names if binary.has_module(name))
