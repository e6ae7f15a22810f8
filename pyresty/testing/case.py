"""Blocks → cases: which sections exist, what they inherit from the prelude, and what a case expects."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from pyresty.testing import requests
from pyresty.testing.blocks import Block, FormatError, Section, split_user_files
from pyresty.testing.client import Step

SETUP = ("main_config", "http_config", "config", "user_files", "log_level", "certificates", "peers")
SENT = ("request", "pipelined_requests", "raw_request", "more_headers", "abort", "timeout", "wait", "address", "tls")
CHECKED = (
    "response_body", "response_body_like", "response_body_unlike", "response_headers", "response_headers_like",
    "raw_response_headers_like", "raw_response_headers_unlike", "error_code", "error_log", "error_log_like",
    "error_log_block", "no_error_log", "grep_error_log", "grep_error_log_out", "access_log", "startup_log",
    "shutdown_log", "ignore_response", "truncated", "connection", "must_die",
)  # fmt: skip
MARKS = ("ONLY", "SKIP", "LAST", "skip_nginx", "skip_engine", "oracle", "requires", "proves")
INHERITED = frozenset({*SETUP, "timeout", "tls", "address", "more_headers", "requires", "oracle", "skip_engine"})
KNOWN = frozenset({*SETUP, *SENT, *CHECKED, *MARKS})


@dataclass(frozen=True)
class Setup:
    """The configuration of a case; cases with an equal one share a running server."""

    main_config: str = ""
    http_config: str = ""
    config: str = ""
    user_files: tuple[tuple[str, str, int | None], ...] = ()
    log_level: str = "info"
    certificates: str = ""
    peers: str = ""

    @property
    def key(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


@dataclass
class Case:
    """One test. ``sections`` are the block's own and inherited ones; marks are reasons ("" = not set)."""

    name: str
    path: str
    line: int
    setup: Setup
    sections: dict[str, Section] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        section = self.sections.get(name)
        return section.text if section else None

    def has(self, name: str) -> bool:
        return name in self.sections

    def word(self, name: str, default: str = "") -> str:
        return (self.text(name) or default).strip()

    @property
    def timeout(self) -> float:
        """Seconds for the whole exchange."""
        return float(self.word("timeout", "10"))

    def lines(self, name: str) -> list[str]:
        return [line for line in (self.text(name) or "").split("\n") if line.strip()]

    def skip_reason(self, engine: str) -> str | None:
        """Why the case does not run on a Lua engine (``lua51``, ``lua52``, ``luajit21``), or None."""
        if self.has("SKIP"):
            return self.word("SKIP", "SKIP")
        for line in self.lines("skip_engine"):
            name, _, reason = line.partition(":")
            if name.strip() == engine:
                return reason.strip() or "skip_engine"
        return None

    def oracle_reason(self) -> str | None:
        """Why nginx can't say what is right here, or None."""
        name = "oracle" if self.has("oracle") else "skip_nginx"
        return self.word(name, name) if self.has(name) else None

    def steps(self, expand: Expander) -> tuple[list[Step], list[str]]:
        """(steps, methods) of the exchange; variables are expanded."""
        more = requests.parse_headers(expand(self.text("more_headers") or ""))
        if "raw_request" in self.sections:
            return requests.raw(expand(self.sections["raw_request"].data))
        if "pipelined_requests" in self.sections:
            return requests.pipelined(expand(self.text("pipelined_requests") or ""), more)
        return requests.single(expand((self.text("request") or "").removesuffix("\n")), more)

    def statuses(self) -> list[int]:
        """Expected status of every response, interim ones included; ``none`` gives []."""
        word = self.word("error_code")
        if word == "none" or self.has("abort"):
            return []
        if word:
            return [int(code) for code in word.split()]
        return [200] * max(1, len(self.lines("pipelined_requests")))


class Expander:
    """Replaces ``$TEST_NGINX_…`` and ``$LINE[text]``, the number of the configuration's first line with that text.

    Inside the brackets variables are expanded as well; ``$LINE[text]+2`` is two lines further down.
    """

    _NAME = re.compile(r"\$(TEST_NGINX_[A-Z0-9_]+)|\$LINE\[([^\]\n]+)\](?:\+(\d+))?")

    def __init__(self, values: dict[str, str], conf: str) -> None:
        self.values = values
        self.conf_lines = conf.split("\n")

    def _one(self, match: re.Match[str]) -> str:
        if match[1]:
            if match[1] not in self.values:
                raise FormatError(f"unknown variable ${match[1]}")
            return self.values[match[1]]
        wanted = self(match[2])
        for number, line in enumerate(self.conf_lines, 1):
            if wanted in line:
                return str(number + int(match[3] or 0))
        raise FormatError(f"no line of the configuration has {wanted!r}")

    def __call__(self, text: str) -> str:
        return self._NAME.sub(self._one, text)


def _check_sections(block: Block) -> None:
    for name, section in block.sections.items():
        if name not in KNOWN:
            raise block.error(f"unknown section {name!r}", section.line)
        if block.prelude and name not in INHERITED:
            raise block.error(f"{name!r} can't be inherited", section.line)
    if block.prelude:
        return
    sent = [name for name in ("request", "pipelined_requests", "raw_request") if name in block.sections]
    if len(sent) != ("must_die" not in block.sections):
        raise block.error("exactly one of request, pipelined_requests, raw_request or must_die is needed")
    if "raw_request" in block.sections and not block.sections["raw_request"].escaped:
        raise block.error("raw_request needs the filter 'escaped'", block.sections["raw_request"].line)


def _setup(sections: dict[str, Section]) -> Setup:
    def text(name: str) -> str:
        return sections[name].text if name in sections else ""

    return Setup(
        main_config=text("main_config"),
        http_config=text("http_config"),
        config=text("config"),
        user_files=tuple(split_user_files(text("user_files"))),
        log_level=text("log_level").strip() or "info",
        certificates=text("certificates"),
        peers=text("peers"),
    )


def build_cases(blocks: list[Block]) -> list[Case]:
    """Cases of one file, with ONLY and LAST applied. Raises FormatError."""
    cases: list[Case] = []
    defaults: dict[str, Section] = {}
    for block in blocks:
        _check_sections(block)
        if block.prelude:
            defaults = block.sections
            continue
        sections = {**defaults, **block.sections}
        cases.append(Case(block.title, block.path, block.line, _setup(sections), sections))
        if "LAST" in block.sections:
            break
    only = [case for case in cases if case.has("ONLY")]
    return only or cases
