"""Runs one case against a server and compares everything that it expects."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pyresty.testing.case import Case, Expander
from pyresty.testing.client import Connection, Exchange, Response, exchange
from pyresty.testing.server import Server, ServerError
from pyresty.testing.tls import Secure, client

_LOG_SECTIONS = ("error_log", "error_log_like", "error_log_block", "no_error_log", "grep_error_log")
_BAD_LEVELS = re.compile(r"\[(?:error|crit|alert|emerg)\].*")
_LOG_SECONDS = 5.0
_DIE_SECONDS = 20.0


class CaseFailure(AssertionError):
    """What a case expected and did not get; the message shows the exchange and the log."""


def shorten(text: str, limit: int = 3000) -> str:
    """The beginning and the end of a long text."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]}\n… {len(text) - limit} characters …\n{text[-limit // 2 :]}"


@dataclass
class Outcome:
    """What a run gave: the exchange (None for must_die), the parts of the logs written during it."""

    exchange: Exchange | None
    error_log: str = ""
    access_log: str = ""
    startup_log: str = ""
    shutdown_log: str = ""
    problems: list[str] = field(default_factory=list)

    def fail(self, what: str, wanted: object, got: object) -> None:
        self.problems.append(f"{what}\n  wanted: {shorten(repr(wanted))}\n  got:    {shorten(repr(got))}")

    def report(self) -> str:
        parts = [*self.problems]
        if self.exchange:
            parts.append("received:\n" + shorten(self.exchange.raw.decode("latin-1")))
        return "\n".join([*parts, "error log:\n" + shorten(self.error_log)])


class LogTail:
    """The part of a log file that is written after this object was made."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name
        self.start = len(server.log(name))

    def text(self) -> str:
        return self.server.log(self.name)[self.start :].decode("latin-1")

    def until(self, wanted: Callable[[str], bool], seconds: float) -> str:
        """Read until ``wanted`` holds or the seconds are over."""
        deadline = time.monotonic() + seconds
        while not wanted(text := self.text()) and time.monotonic() < deadline:
            time.sleep(0.005)
        return text


def _body(responses: list[Response]) -> str:
    return b"".join(r.body for r in responses if not 100 <= r.status < 200).decode("latin-1")


def _check_status(case: Case, outcome: Outcome, responses: list[Response]) -> None:
    wanted, got = case.statuses(), [r.status for r in responses]
    if wanted != got:
        outcome.fail("error_code", wanted, got)


def _check_headers(case: Case, expand: Expander, outcome: Outcome, responses: list[Response]) -> None:
    if not responses:
        return
    last = responses[-1]
    for section in ("response_headers", "response_headers_like"):
        for line in case.lines(section):
            name, colon, value = expand(line).strip().partition(":")
            wanted = value.strip() if colon else None
            if name.startswith("!"):
                name, wanted = name[1:].strip(), None
            raw = last.header(name)
            got = None if raw is None else raw.decode("latin-1")
            if wanted is None or got is None or section == "response_headers":
                if wanted != got:
                    outcome.fail(f"{section} {name}", wanted, got)
            elif not re.fullmatch(wanted, got, re.S):
                outcome.fail(f"{section} {name}", wanted, got)
    heads = b"".join(r.head for r in responses).decode("latin-1")
    _check_like(case, expand, outcome, "raw_response_headers", heads)


def _check_like(case: Case, expand: Expander, outcome: Outcome, name: str, got: str) -> None:
    for section, found in ((f"{name}_like", True), (f"{name}_unlike", False)):
        pattern = case.text(section)
        if pattern is None:
            continue
        pattern = expand(pattern).removesuffix("\n")
        if bool(re.search(pattern, got, re.S)) != found:
            outcome.fail(section, pattern, got)


def _check_body(case: Case, expand: Expander, outcome: Outcome, responses: list[Response]) -> None:
    got = _body(responses)
    wanted = case.text("response_body")
    if wanted is not None and expand(wanted) != got:
        outcome.fail("response_body", expand(wanted), got)
    _check_like(case, expand, outcome, "response_body", got)
    cut = any(not r.complete for r in responses)
    if cut != case.has("truncated"):
        outcome.fail("truncated", case.has("truncated"), cut)


def _check_connection(case: Case, outcome: Outcome, result: Exchange) -> None:
    if result.timed_out:
        outcome.problems.append("timeout: the connection was neither closed nor answered in time")
    if result.rest:
        outcome.fail("bytes after the last response", b"", result.rest)
    wanted = case.word("connection")
    if wanted and wanted != (got := "closed" if result.closed else "open"):
        outcome.fail("connection", wanted, got)


def _log_found(case: Case, expand: Expander, name: str, text: str) -> list[str]:
    """Wanted parts of section family ``name`` that ``text`` lacks."""
    missing = [line for line in map(expand, case.lines(name)) if line.strip() not in text]
    block = expand(case.text(f"{name}_block") or "").removesuffix("\n")
    if block not in text:
        missing.append(block)
    pattern = case.text(f"{name}_like")
    if pattern is not None and not re.search(expand(pattern).removesuffix("\n"), text, re.S | re.M):
        missing.append(expand(pattern))
    return missing


def _check_error_log(case: Case, expand: Expander, outcome: Outcome) -> None:
    text = outcome.error_log
    outcome.problems += [f"error_log lacks {part!r}" for part in _log_found(case, expand, "error_log", text)]
    outcome.problems += [
        f"no_error_log: found {line!r}" for line in map(expand, case.lines("no_error_log")) if line.strip() in text
    ]
    if case.has("grep_error_log"):
        found = "".join(m.group() + "\n" for m in re.finditer(expand(case.word("grep_error_log")), text))
        wanted = expand(case.text("grep_error_log_out") or "")
        if found != wanted:
            outcome.fail("grep_error_log", wanted, found)
    if not any(case.has(section) for section in _LOG_SECTIONS):
        outcome.problems += [f"unexpected in the error log: {line}" for line in _BAD_LEVELS.findall(text)]


def check(case: Case, expand: Expander, outcome: Outcome) -> None:
    """Append to ``outcome.problems`` whatever differs from the case."""
    if outcome.exchange and not case.has("ignore_response"):
        responses = outcome.exchange.responses
        _check_status(case, outcome, responses)
        _check_headers(case, expand, outcome, responses)
        _check_body(case, expand, outcome, responses)
        _check_connection(case, outcome, outcome.exchange)
    _check_error_log(case, expand, outcome)
    for name in ("access_log", "startup_log", "shutdown_log"):
        for part in _log_found(case, expand, name, getattr(outcome, name)):
            outcome.problems.append(f"{name} lacks {part!r}")


def _abort(case: Case, server: Server) -> Exchange:
    """Send, wait for the number of milliseconds that ``abort`` says, and go away without reading."""
    steps, methods = case.steps(server.expand)
    connection = Connection(_address(case, server), methods, case.timeout, _secure(case, server))
    connection.run(steps)
    time.sleep(int(case.word("abort", "100")) / 1000)
    connection.close()
    return Exchange([], b"", b"", False, False)


def _address(case: Case, server: Server) -> tuple[str, int] | str:
    """``address: unix:PATH`` or a port; default: the server's own."""
    word = server.expand(case.word("address"))
    if word.startswith("unix:"):
        return word.removeprefix("unix:")
    return "127.0.0.1", int(word or server.port)


def _secure(case: Case, server: Server) -> Secure | None:
    """``tls``: what the client's handshake is to be."""
    return client(server.expand(case.word("tls"))) if case.has("tls") else None


def run_case(case: Case, server: Server, log_seconds: float = _LOG_SECONDS) -> Outcome:
    """One exchange against a running server; the outcome is not judged yet.

    ``log_seconds``: how long to wait for the log lines that the case expects.
    """
    errors, accesses = LogTail(server, "error.log"), LogTail(server, "access.log")
    if case.has("abort"):
        result = _abort(case, server)
    else:
        steps, methods = case.steps(server.expand)
        count = len(case.statuses())
        result = exchange(_address(case, server), steps, methods, count, case.timeout, _secure(case, server))
    time.sleep(float(case.word("wait", "0")))
    if not server.alive:
        log = (server.output().decode("latin-1") + errors.text())[-4000:]
        raise CaseFailure(f"the server died during the case:\n{log}")
    server.sync()
    outcome = Outcome(result, startup_log=server.startup_log.decode("latin-1"))
    outcome.error_log = errors.until(lambda text: not _log_found(case, server.expand, "error_log", text), log_seconds)
    outcome.access_log = accesses.until(
        lambda text: not _log_found(case, server.expand, "access_log", text), log_seconds
    )
    if case.has("shutdown_log"):
        tail = LogTail(server, "error.log")
        server.stop()
        outcome.shutdown_log = tail.text()
    return outcome


def run_must_die(server: Server) -> Outcome:
    """Start a server that must refuse its configuration; what it printed counts as its error log."""
    process = server.launch()
    deadline = time.monotonic() + _DIE_SECONDS
    while time.monotonic() < deadline:
        try:
            code = process.wait(0.05)
            break
        except subprocess.TimeoutExpired:
            pass
        try:
            server.sync()
        except OSError:
            continue
        raise CaseFailure("must_die: the server accepted the configuration:\n" + server.log().decode("latin-1"))
    else:
        raise ServerError("must_die: the server neither ended nor listened")
    outcome = Outcome(None, error_log=(server.output() + server.log()).decode("latin-1"))
    if code == 0:
        outcome.problems.append("must_die: exit code 0")
    return outcome


def verify(case: Case, server: Server, log_seconds: float = _LOG_SECONDS) -> None:
    """Run and judge; see `run_case`. Raises CaseFailure, FormatError or ServerError."""
    outcome = run_must_die(server) if case.has("must_die") else run_case(case, server, log_seconds)
    check(case, server.expand, outcome)
    if outcome.problems:
        raise CaseFailure(outcome.report())
