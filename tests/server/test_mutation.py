"""``--mutate``: a server whose API lacks a name is a server all the same, and its cases see what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyresty.testing.blocks import parse_text
from pyresty.testing.case import Case, build_cases
from pyresty.testing.mutate import fails
from pyresty.testing.server import Binary

CASES = """
--- config
location /a { content_by_lua_block {
    local clone = require "table.clone"
    ngx.ctx.a = ngx.OK
    ngx.header.x_a = require "ngx.base64".encode_base64url("a")
    ngx.say(ngx.ctx.a, ngx.is_subrequest, clone({"c"}), ngx.escape_uri("a b"))
} }
=== all
--- request
GET /a
--- response_headers
X-A: YQ
--- response_body
0falseca%20b
"""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return build_cases(parse_text(CASES, "cases.t"))[0]


@pytest.fixture
def binary(request: pytest.FixtureRequest) -> Binary:
    return Binary.find(None, request.config.getoption("--engine", default="luajit21"))


@pytest.mark.parametrize("name", ["", "ngx.HTTP_OK", "ngx.re.match", "ngx.arg", "module ngx.errlog", "table.new"])
def test_what_the_case_does_not_use(case: Case, binary: Binary, name: str) -> None:
    assert not fails(case, binary, name)


@pytest.mark.parametrize(
    "name",
    ["ngx", "ngx.say", "ngx.OK", "ngx.ctx", "ngx.header", "ngx.is_subrequest", "ngx.base64.encode_base64url",
     "module ngx.base64", "table.clone"],
)  # fmt: skip
def test_what_it_uses(case: Case, binary: Binary, name: str) -> None:
    assert fails(case, binary, name)
