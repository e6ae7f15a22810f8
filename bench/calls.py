"""Single functions of the API in a tight loop: nanoseconds of a call, measured by Lua itself."""

from __future__ import annotations

import http.client
import statistics
from urllib.parse import quote

from bench.servers import Server
from bench.workload import Workload
from pyresty.testing.server import Binary


def measure_calls(binaries: tuple[Binary, Binary], rounds: int) -> str:
    """A Markdown table: nanoseconds of a call on pyresty and on nginx, medians of rounds in turn."""
    workload = Workload("calls")
    names = calls_of(workload)
    figures: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in names}
    for _ in range(rounds):
        servers = [Server(binary, workload) for binary in binaries]
        try:
            for server in servers:
                server.start(None)
            for name in names:
                for server, times in zip(servers, figures[name], strict=True):
                    times.append(_ask(server, name))
        finally:
            for server in servers:
                server.stop()
    lines = ["| call | pyresty | nginx | ratio |", "|---|---:|---:|---:|"]
    for name, (ours, theirs) in figures.items():
        ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
        lines.append(
            f"| `{name}` | {statistics.median(ours):.0f} ns | {statistics.median(theirs):.0f} ns | **{ratio:.2f}** |"
        )
    return "\n".join(lines) + "\n"


def calls_of(workload: Workload) -> list[str]:
    """The names of the calls, as the workload's table has them."""
    lines = (line.strip() for line in workload.text.splitlines())
    return [line[2 : line.index('"]')] for line in lines if line.startswith('["')]


def _ask(server: Server, name: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", f"/calls?{quote(name)}")
        return float(connection.getresponse().read())
    finally:
        connection.close()
