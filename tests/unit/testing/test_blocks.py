from __future__ import annotations

import pytest

from pyresty.testing.blocks import FormatError, parse_text, split_user_files, unescape
from pyresty.testing.case import Expander, build_cases

FILE = """\
commentary
--- config
location / { }
=== first
--- request
GET /a

--- response_body chomp

text

=== PRELUDE
--- config
other;
=== second
--- request: GET /b
--- error_code: 404
"""


def test_sections_filters_and_inline_values() -> None:
    blocks = parse_text(FILE, "x.t")
    assert [(b.title, b.line, b.prelude) for b in blocks] == [
        ("PRELUDE", 1, True), ("first", 4, False), ("PRELUDE", 12, True), ("second", 15, False),
    ]  # fmt: skip
    assert blocks[1].sections["request"].text == "GET /a\n"
    assert blocks[1].sections["response_body"].text == "text"
    assert blocks[3].sections["request"].text == "GET /b"


def test_prelude_gives_defaults_until_the_next_one() -> None:
    first, second = build_cases(parse_text(FILE, "x.t"))
    assert first.setup.config == "location / { }\n"
    assert second.setup.config == "other;\n"
    assert (first.statuses(), second.statuses()) == ([200], [404])


def test_data_line_hides_what_precedes_it() -> None:
    blocks = parse_text("=== no\nuse Perl;\n__DATA__\n=== yes\n--- request\nGET /\n", "x.t")
    assert [b.title for b in blocks] == ["yes"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("=== a\n--- request eval\nGET /\n", "x.t:2: unknown filter 'eval'"),
        ("=== a\n--- request\nGET /\n--- request\nGET /\n", "x.t:4: section 'request' is repeated"),
        ("=== a\n--- request: GET /\nmore\n", "x.t:3: text after the inline value of 'request'"),
        ("=== a\n--- reqest\nGET /\n", "x.t:2: unknown section 'reqest'"),
        ("--- response_body\nx\n=== a\n--- request: GET /\n", "x.t:1: 'response_body' can't be inherited"),
        ("=== a\n--- response_body\nx\n", "x.t:1: exactly one of request"),
        ("=== a\n--- raw_request\nGET /\n", "x.t:2: raw_request needs the filter 'escaped'"),
    ],
)
def test_errors_name_the_place(text: str, message: str) -> None:
    with pytest.raises(FormatError) as info:
        build_cases(parse_text(text, "x.t"))
    assert str(info.value).startswith(message)


def test_unescape() -> None:
    assert unescape(r"a\r\n\t\0\e\s\\\x41\{ab*3}\{\x42*2}") == "a\r\n\t\0\x1b \\AabababBB"
    with pytest.raises(ValueError, match="unknown escape"):
        unescape(r"\q")


def test_escaped_text_has_no_line_breaks_of_the_file() -> None:
    block = parse_text("=== a\n--- raw_request escaped\nGET / HTTP/1.0\\r\\n\n\\r\\n\n", "x.t")[0]
    assert block.sections["raw_request"].text == "GET / HTTP/1.0\r\n\r\n"


def test_only_and_last() -> None:
    blocks = "=== a\n--- request: GET /a\n=== b\n--- ONLY\n--- request: GET /b\n"
    assert [c.name for c in build_cases(parse_text(blocks, "x.t"))] == ["b"]
    blocks = "=== a\n--- request: GET /a\n--- LAST\n=== b\n--- request: GET /b\n"
    assert [c.name for c in build_cases(parse_text(blocks, "x.t"))] == ["a"]


def test_user_files() -> None:
    assert split_user_files(">>> a b.lua\nreturn 1\n>>> c 86400\nx\ny\n") == [
        ("a b.lua", "return 1\n", None), ("c", "x\ny\n", 86400),
    ]  # fmt: skip


def test_marks() -> None:
    text = "=== a\n--- request: GET /\n--- skip_engine\nlua51: no goto\nlua52:\n--- oracle: ours alone\n"
    case = build_cases(parse_text(text, "x.t"))[0]
    assert case.skip_reason("lua51") == "no goto"
    assert case.skip_reason("lua52") == "skip_engine"
    assert case.skip_reason("luajit21") is None
    assert case.oracle_reason() == "ours alone"


def test_expander() -> None:
    expand = Expander({"TEST_NGINX_SERVER_PORT": "81"}, "a\nlocation /x {\nb")
    assert expand("p $TEST_NGINX_SERVER_PORT l $LINE[location /x] $LINE[a]+2 $host") == "p 81 l 2 3 $host"
    with pytest.raises(FormatError, match="unknown variable"):
        expand("$TEST_NGINX_NOSUCH")
    with pytest.raises(FormatError, match="no line"):
        expand("$LINE[nothing]")
