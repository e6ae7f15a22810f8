"""``python -m pyresty.testing.show [--binary PATH] [--only TEXT] FILE…``: run cases and print what comes back.

For writing cases: run them on nginx, read what it answers, and then write down what matters.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pyresty.testing.blocks import FormatError, parse_file
from pyresty.testing.case import Case, build_cases
from pyresty.testing.check import Outcome, check, run_case, run_must_die, shorten
from pyresty.testing.plugin import ServerPool, missing_requirement
from pyresty.testing.server import Binary, Server, ServerError


def _outcome(case: Case, pool: ServerPool) -> Outcome:
    if not case.has("must_die"):
        server = pool.get(case.setup)
        outcome = run_case(case, server)
        check(case, server.expand, outcome)
        return outcome
    server = Server(pool.binary, case.setup)
    try:
        outcome = run_must_die(server)
        check(case, server.expand, outcome)
        return outcome
    finally:
        server.remove()


def _skipped(case: Case, binary: Binary) -> bool:
    reason = case.skip_reason(binary.engine) or missing_requirement(case, binary)
    return bool(reason or (binary.is_nginx and case.oracle_reason()))


def _show(case: Case, outcome: Outcome) -> None:
    print(f"=== {case.path}:{case.line} {case.name}")
    if outcome.exchange:
        print(shorten(outcome.exchange.raw.decode("latin-1"), 1500), end="")
        print(f"<{'closed' if outcome.exchange.closed else 'open'}>")
    print(shorten(outcome.error_log), end="")
    for problem in outcome.problems:
        print("!!!", problem)


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 when every case ran and met its expectations."""
    parser = argparse.ArgumentParser(prog="pyresty.testing.show")
    parser.add_argument("--binary")
    parser.add_argument("--engine", default="luajit21")
    parser.add_argument("--only", default="", help="cases whose title contains this")
    parser.add_argument("--failed", action="store_true", help="print only cases that fail")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    pool = ServerPool(Binary.find(options.binary, options.engine))
    failures = 0
    for file in options.files:
        for case in build_cases(parse_file(file)):
            if options.only not in case.name or _skipped(case, pool.binary):
                continue
            try:
                outcome = _outcome(case, pool)
            except (AssertionError, FormatError, ServerError) as error:
                print(f"=== {case.path}:{case.line} {case.name}\n!!! {error}")
                failures += 1
                continue
            failures += bool(outcome.problems)
            if outcome.problems or not options.failed:
                _show(case, outcome)
    pool.close()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
