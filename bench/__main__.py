"""``python -m bench``: measures, prints a table, and puts it into the README when asked."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.backends import Backend, Redis
from bench.calls import measure_calls
from bench.load import load
from bench.readme import put
from bench.servers import BenchError, Server
from bench.workload import NAMES, Workload
from pyresty.testing.server import Binary

CALLS = "calls"
BUSY = 1.5  # fastest to slowest round of one server


@dataclass
class Figures:
    """What was measured of one server, a number a round: requests/s, CPU seconds of a request, seconds of the slowest
    hundredth of all requests, resident bytes, seconds from the start to the first answer.
    """

    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)


Result = tuple[Workload, Figures, Figures]


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    options = _options()
    binaries = Binary.find(options.pyresty, options.engine), Binary.find(options.nginx, "luajit21")
    names = options.workload or [*NAMES, CALLS]
    try:
        results = [_measure(Workload(name), binaries, options) for name in names if name != CALLS]
        text = table(results) if results else ""
        if CALLS in names:
            text += "\n" + measure_calls(binaries, options.rounds)
    except BenchError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    sys.stdout.write(text)
    if options.readme:
        put("bench", text + _conditions(options))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("workload", nargs="*", help=f"of {', '.join([*NAMES, CALLS])}; all unless named")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each server, in turn (default: 5)")
    parser.add_argument("--seconds", type=int, default=4, help="length of a round (default: 4)")
    parser.add_argument("--connections", type=int, default=32, help="of wrk (default: 32)")
    parser.add_argument("--nginx", default="/usr/sbin/nginx", help="the binary to compare with")
    parser.add_argument("--pyresty", help="the command of pyresty (default: this one's)")
    parser.add_argument("--engine", default="luajit21", help="luajit21, lua51 or lua52")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    return parser.parse_args()


def _measure(workload: Workload, binaries: tuple[Binary, Binary], options: argparse.Namespace) -> Result:
    redis = Redis() if "@REDIS_PORT@" in workload.text else None
    backend = Backend(options.nginx) if "backend" in workload.text.lower() else None
    try:
        return _rounds(workload, binaries, (redis.port if redis else 0, backend.port if backend else 0), options)
    finally:
        for helper in (redis, backend):
            if helper:
                helper.stop()


def _rounds(
    workload: Workload, binaries: tuple[Binary, Binary], ports: tuple[int, int], options: argparse.Namespace
) -> Result:
    cpus = sorted(os.sched_getaffinity(0))
    serving, asking = ({cpus[0]}, {cpus[1]}) if len(cpus) > 1 and workload.workers == 1 else (None, None)
    figures = Figures(), Figures()
    for number in range(options.rounds):
        servers = [Server(binary, workload, *ports) for binary in binaries]
        try:
            for server, of in zip(servers, figures, strict=True):
                of.starts.append(server.start(serving))
            if number == 0:
                _compare(*servers)
            order = (0, 1) if number % 2 == 0 else (1, 0)
            for i in order:
                _load(servers[i], figures[i], asking, options)
        finally:
            for server in servers:
                server.stop()
        sys.stderr.write(f"{workload.name} {number + 1}: {figures[0].rates[-1]:.0f} / {figures[1].rates[-1]:.0f} /s\n")
    return (workload, *figures)


def _compare(ours: Server, theirs: Server) -> None:
    """The two answers must be equal, and good ones."""
    mine, other = ours.answer(), theirs.answer()
    if mine != other or mine[0] != 200:
        raise BenchError(f"{ours.workload.name}: the answers differ\npyresty: {mine}\nnginx:   {other}")


def _load(server: Server, figures: Figures, cpus: set[int] | None, options: argparse.Namespace) -> None:
    load(server, 1, options.connections, cpus)  # warms caches and traces
    used = server.cpu_seconds()
    rate, p99 = load(server, options.seconds, options.connections, cpus)
    figures.rates.append(rate)
    figures.costs.append((server.cpu_seconds() - used) / (rate * options.seconds))
    figures.p99s.append(p99)
    figures.memory.append(server.memory())


# --------------------------------------------------------------------------------------------------------------- table


def table(results: list[Result]) -> str:
    """A Markdown table of medians: pyresty's figure and nginx's; ratios over 1 are in pyresty's favour."""
    lines = [
        "| | requests/s | nginx | ratio | CPU a request | nginx | ratio | p99 | nginx | memory | nginx |",
        "|---|" + "---:|" * 10,
    ]
    for workload, ours, theirs in results:
        cells = [f"`{workload.name}`", *_pair("rates", ours, theirs, lambda value: f"{value:,.0f}")]
        cells.append(f"**{_ratio(ours.rates, theirs.rates):.2f}**")
        cells += _pair("costs", ours, theirs, lambda value: f"{value * 1e6:.0f} µs")
        cells.append(f"**{_ratio(theirs.costs, ours.costs):.2f}**")
        cells += _pair("p99s", ours, theirs, lambda value: f"{value * 1000:.1f} ms" if value else "")
        cells += _pair("memory", ours, theirs, lambda value: f"{value / (1 << 20):.0f} MB")
        lines.append(f"| {' | '.join(cells)} |")
    start, of_nginx = (
        statistics.median(seconds for figures in column for seconds in figures.starts) * 1000
        for column in ([ours for _, ours, _ in results], [theirs for _, _, theirs in results])
    )
    lines += ["", f"From the start to the first answer: {start:.0f} ms, nginx {of_nginx:.0f} ms.", *_warning(results)]
    return "\n".join(lines) + "\n"


def _ratio(above: list[float], below: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def _warning(results: list[Result]) -> list[str]:
    """A line that says so when other programs had the CPUs for much of the time."""
    spread = max(max(figures.rates) / min(figures.rates) for _, *both in results for figures in both)
    if spread < BUSY:
        return []
    return [
        f"The machine was busy with other work: rounds of one server differ by a factor of up to {spread:.1f}."
        " Requests/s and p99 say little then; CPU a request is what to compare by."
    ]


def _pair(name: str, ours: Figures, theirs: Figures, form: Callable[[float], str]) -> list[str]:
    return [form(statistics.median(getattr(figures, name))) for figures in (ours, theirs)]


def _conditions(options: argparse.Namespace) -> str:
    names = [name for name in options.workload or NAMES if name != CALLS]
    about = " ".join(f"`{name}`: {Workload(name).about}" for name in names)
    return (
        f"\nMedians of {options.rounds} rounds in turn, one worker each, access log on; wrk with one thread and"
        f" {options.connections} connections on a CPU of its own. {about}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
