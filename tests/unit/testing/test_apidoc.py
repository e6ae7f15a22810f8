"""docs/api.md and the cases that prove the API's rows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pyresty.ngx import catalogue
from pyresty.ngx.phases import ANY, HANDLER, REQUEST, Phase
from pyresty.ngx.registry import Catalogue, api_face, api_module
from pyresty.testing.apidoc import DOCUMENT, ROOT, load_cases, phase_text
from pyresty.testing.blocks import parse_text
from pyresty.testing.case import Case, build_cases
from pyresty.testing.proofs import Proofs

AGAIN = "run scripts/api"


@pytest.fixture(scope="module")
def all_cases() -> list[Case]:
    return load_cases(ROOT / "compat")


def test_every_row_has_a_case(all_cases: list[Case]) -> None:
    proofs = Proofs(catalogue(), all_cases)
    assert [face.name for face in catalogue() if not proofs.of(face)] == []
    assert proofs.unknown() == []


def test_every_row_is_in_the_document() -> None:
    rows = re.findall(r"(?m)^\| `([^`]+)` \|", DOCUMENT.read_text())
    assert rows == [face.name for face in catalogue()], AGAIN


def test_proofs_in_the_document_exist(all_cases: list[Case]) -> None:
    known = {f"{Path(case.path).relative_to(ROOT)}: {case.name}" for case in all_cases}
    named = re.findall(r"(?m)^\| `[^`]+` \|[^|]*\|[^|]*\| (.*) \|$", DOCUMENT.read_text())
    assert len(named) == len(catalogue())
    assert {name.replace("\\|", "|") for name in named} <= known, AGAIN


def test_phases_are_described_shortly() -> None:
    assert phase_text(ANY) == "any"
    assert phase_text(HANDLER) == "handlers"
    assert phase_text(REQUEST & ~Phase.LOG) == "request -log"
    assert phase_text(Phase.SET | Phase.BODY_FILTER) == "set, body_filter"
    assert phase_text(HANDLER | Phase.TIMER) == "handlers +timer"


CASES = """
--- config
location /a { content_by_lua_block { ngx.say(1) local re = require "ngx.re" re.split("a", "b") } }
location = /a/b { content_by_lua_block { ngx.sayx() my.ngx.print() local c = "{" } }
location /sock { content_by_lua_block { local s = ngx.socket.tcp() s:send("x") } }
--- user_files
>>> m.lua
ngx.exit(1)
=== one
--- request
GET /a?x
=== two
--- request
GET /a/b
=== three
--- request
GET /sock
=== four
--- proves: ngx.eof
--- request
POST /a
ngx.print(2)
=== five
--- SKIP
--- request
GET /a
"""


@pytest.fixture
def proofs() -> Proofs:
    rows = Catalogue(
        [
            *(api_face(f"ngx.{name}", phases=ANY, signature="", doc="") for name in ("say", "print", "exit", "eof")),
            api_module("ngx.re", ANY, ""),
            api_face("ngx.re.split", module="ngx.re", phases=ANY, signature="", doc=""),
            api_face("tcpsock:send", kind="method", phases=ANY, signature="", doc=""),
            api_face("udpsock:send", kind="method", phases=ANY, signature="", doc=""),
        ]
    )
    return Proofs(rows, build_cases(parse_text(CASES, "cases.t")))


def names(proofs: Proofs, row: str) -> list[str]:
    return [case.name for case in proofs.of(proofs.catalogue[row])]


def test_cases_whose_request_runs_it_come_first(proofs: Proofs) -> None:
    assert names(proofs, "ngx.say")[:2] == ["one", "four"]


def test_what_a_request_carries_is_code(proofs: Proofs) -> None:
    assert names(proofs, "ngx.print") == ["four"]


def test_files_are_code(proofs: Proofs) -> None:
    assert set(names(proofs, "ngx.exit")) == {"one", "two", "three", "four"}


def test_a_case_may_name_what_it_proves(proofs: Proofs) -> None:
    assert names(proofs, "ngx.eof") == ["four"]


def test_functions_of_modules(proofs: Proofs) -> None:
    assert names(proofs, "ngx.re.split")[0] == "one"
    assert names(proofs, "module ngx.re")[0] == "one"


def test_methods_belong_to_what_makes_the_object(proofs: Proofs) -> None:
    assert names(proofs, "tcpsock:send")[0] == "three"
    assert names(proofs, "udpsock:send") == []
