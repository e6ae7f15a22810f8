"""The programs that ask: wrk, and h2load for HTTP/2."""

from __future__ import annotations

import re
import subprocess

from bench.servers import BenchError, Server

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
STREAMS = 8  # of one HTTP/2 connection


def load(server: Server, seconds: int, connections: int, cpus: set[int] | None) -> tuple[float, float]:
    """Ask for that long → requests/s, seconds at the 99th percentile (0: not told). Raises BenchError."""
    url = f"{server.workload.scheme}://127.0.0.1:{server.port}{server.workload.path}"
    pinned = ["taskset", "-c", str(min(cpus))] if cpus else []
    if "http2" in server.workload.listen:
        command = ["h2load", "-t1", f"-c{max(1, connections // STREAMS)}", f"-m{STREAMS}", f"-D{seconds}", url]
        return parse_h2load(_output([*pinned, *command]))
    return parse_wrk(_output([*pinned, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]))


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def parse_wrk(text: str) -> tuple[float, float]:
    """wrk's report → requests/s, seconds at the 99th percentile. Raises BenchError when there were errors in it."""
    if "Non-2xx" in text or "Socket errors" in text:
        raise BenchError(f"wrk reports errors:\n{text}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", text)
    if rate is None or p99 is None:
        raise BenchError(f"wrk reports nothing:\n{text}")
    return float(rate[1]), float(p99[1]) * UNITS[p99[2]]


def parse_h2load(text: str) -> tuple[float, float]:
    """h2load's report → requests/s, 0. Raises BenchError when there were errors in it."""
    rate = re.search(r"finished in .*?, ([\d.]+) req/s", text)
    bad = re.search(r"(\d+) failed, (\d+) errored, (\d+) timeout", text)
    if rate is None or bad is None:
        raise BenchError(f"h2load reports nothing:\n{text}")
    if any(int(number) for number in bad.groups()) or not re.search(r"status codes: [1-9]\d* 2xx", text):
        raise BenchError(f"h2load reports errors:\n{text}")
    return float(rate[1]), 0.0
