"""What is compatible, as a Markdown table: the cases of each area on every Lua engine, and how many nginx confirms.

``python -m compat.table [--readme] [--read DIRECTORY]`` from the project's directory. It runs the cases, or with
``--read`` takes the reports (``luajit21.xml``, ``nginx.xml`` …) that ``pytest compat --junitxml`` wrote before.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from bench.readme import put
from pyresty.modules import MODULES
from pyresty.ngx import catalogue

ROOT = Path(__file__).resolve().parent.parent

#: name of the report → column, arguments of pytest
RUNS = {
    "luajit21": ("LuaJIT", ()),
    "lua51": ("Lua 5.1", ("--engine", "lua51")),
    "lua52": ("Lua 5.2", ("--engine", "lua52")),
    "nginx": ("confirmed by nginx", ("--binary", "/usr/sbin/nginx")),
}
AREAS = {
    "api": "the `ngx.*` API, function by function",
    "args": "arguments and escaping of URIs",
    "body": "request bodies",
    "conf": "configuration: syntax, refusals",
    "coroutine": "coroutines",
    "ctx": "`ngx.ctx`",
    "errors": "Lua errors, error pages, tracebacks",
    "exit": "`ngx.exit`, `exec`, `redirect`",
    "globals": "global variables",
    "headers": "headers",
    "http": "connections, limits, versions",
    "http2": "HTTP/2",
    "libs": "libraries as Debian has them, with the servers they speak to",
    "location": "choice of locations, `rewrite`, `if`, captures",
    "log": "logs",
    "lua": "`content_by_lua*`, output",
    "nginx": "nginx around the Lua: access, limits, filters, rules, listings",
    "phases": "phases and their order",
    "pipe": "`ngx.pipe`",
    "process": "processes and signals",
    "raw": "raw, odd and malformed requests",
    "require": "modules, search paths",
    "semaphore": "`ngx.semaphore`",
    "shared": "`ngx.shared`",
    "sleep": "`ngx.sleep`, time",
    "socket": "cosockets",
    "static": "static files",
    "thread": "light threads",
    "timer": "`ngx.timer`",
    "tls": "TLS: servers, cosockets, `ssl_*_by_lua*`",
    "upstream": "`proxy_pass` and other upstreams, `balancer_by_lua*`",
    "vars": "variables",
}
#: of a report: area → Counter of passed, failed, skipped
Report = dict[str, Counter[str]]


def main() -> int:
    """Returns the exit code: 1 when a case failed."""
    parser = argparse.ArgumentParser(prog="scripts/compat-table", description=__doc__)
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    parser.add_argument("--read", type=Path, help="read the reports in this directory instead of running the cases")
    options = parser.parse_args()
    if options.read:
        reports = _read_all(options.read)
    else:
        with tempfile.TemporaryDirectory() as directory:
            _run_all(Path(directory))
            reports = _read_all(Path(directory))
    text = table(reports) + "\n" + api() + "\n" + directives()
    sys.stdout.write(text)
    if options.readme:
        put("compat", text)
    return int(any(counts["failed"] for report in reports.values() for counts in report.values()))


def _run_all(directory: Path) -> None:
    for name, (_, arguments) in RUNS.items():
        report = f"--junitxml={directory / name}.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "compat", report, *arguments]
        subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False)


def _read_all(directory: Path) -> dict[str, Report]:
    return {name: read(directory / f"{name}.xml") for name in RUNS}


def read(path: Path) -> Report:
    """A JUnit report of pytest, by area: the directory below ``compat``."""
    report: Report = {}
    for case in ElementTree.parse(path).iter("testcase"):
        area = case.get("classname", "").split(".")[1]
        report.setdefault(area, Counter())[_outcome(case)] += 1
    return report


def _outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "passed" if case.find("skipped") is None else "skipped"


def table(reports: dict[str, Report]) -> str:
    """One line an area: the number of cases, and on each engine and on nginx those that pass."""
    areas = sorted({area for report in reports.values() for area in report}, key=lambda area: AREAS.get(area, area))
    titles = ["area", "cases", *(title for title, _ in RUNS.values())]
    lines = [f"| {' | '.join(titles)} |", "|---|" + "---:|" * (len(titles) - 1)]
    for area in areas:
        lines.append(_line(AREAS.get(area, area), [reports[name].get(area, Counter()) for name in RUNS]))
    lines.append(_line("**all**", [sum(reports[name].values(), Counter()) for name in RUNS]))
    return "\n".join(lines) + "\n"


def _line(title: str, cells: list[Counter[str]]) -> str:
    words = [str(cells[0].total())]
    for counts in cells:
        words.append(f"{counts['passed']}" + (f" ({counts['failed']} fail)" if counts["failed"] else ""))
    return f"| {title} | {' | '.join(words)} |"


def api() -> str:
    """The names of the ngx API, by namespace."""
    groups: dict[str, list[str]] = {}
    for face in catalogue():
        if face.kind != "constant":
            space, _, name = face.name.rpartition(".")
            groups.setdefault(space, []).append(name)
    return _list("The Lua API", ((f"{space}." if space else "", names) for space, names in groups.items()))


def directives() -> str:
    """The directives, by module."""
    there = (module for module in MODULES if not module.absent)
    groups = ((module.name, sorted({command.name for command in module.commands})) for module in there)
    return _list("The directives", ((f"{name}: ", names) for name, names in groups if names))


def _list(title: str, groups: Iterable[tuple[str, list[str]]]) -> str:
    lines = [f"<details><summary>{title}</summary>", ""]
    lines += [f"- `{head.strip()}` {', '.join(f'`{name}`' for name in names)}" for head, names in groups]
    return "\n".join([*lines, "", "</details>", ""]).replace("- `` ", "- ")


if __name__ == "__main__":
    sys.exit(main())
