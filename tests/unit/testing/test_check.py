from __future__ import annotations

import pytest

from pyresty.testing.blocks import parse_text
from pyresty.testing.case import Expander, build_cases
from pyresty.testing.check import Outcome, check
from pyresty.testing.client import Exchange, Response, parse_responses

ANSWER = b"HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 3\r\n\r\nhi\n"
LOG = "1 [warn] soft\n2 [error] boom\nstack:\n\tat x\n"


def judge(sections: str, answer: bytes = ANSWER, log: str = "", closed: bool = True, **logs: str) -> list[str]:
    case = build_cases(parse_text("=== t\n--- request: GET /\n" + sections, "x.t"))[0]
    responses, pos = parse_responses(answer, ["GET"], closed)
    outcome = Outcome(Exchange(responses, answer, answer[pos:], closed, False), error_log=log, **logs)
    check(case, Expander({}, ""), outcome)
    return outcome.problems


@pytest.mark.parametrize(
    "sections",
    [
        "--- error_code: 200\n",
        "--- response_body\nhi\n",
        "--- response_body_like: ^h.\n",
        "--- response_body_unlike: ^x\n",
        "--- response_headers\nA: 1\n!B\n",
        "--- response_headers_like\nA: [0-9]\n",
        "--- raw_response_headers_like: A: 1\\r\\n\n",
        "--- connection: closed\n",
    ],
)
def test_met_expectations(sections: str) -> None:
    assert judge(sections) == []


@pytest.mark.parametrize(
    "sections",
    [
        "--- error_code: 404\n",
        "--- error_code: 200 200\n",
        "--- error_code: none\n",
        "--- response_body\nhi\nyou\n",
        "--- response_body: hi\n",
        "--- response_body_like: ^x\n",
        "--- response_body_unlike: ^h\n",
        "--- response_headers\nA: 2\n",
        "--- response_headers\n!A\n",
        "--- response_headers\nB: 1\n",
        "--- response_headers_like\nA: [a-z]\n",
        "--- response_headers_like\nB: .*\n",
        "--- raw_response_headers_like: B: 1\n",
        "--- raw_response_headers_unlike: A: 1\n",
        "--- connection: open\n",
        "--- truncated\n",
        "--- error_log\nboom\n",
        "--- access_log\nGET\n",
        "--- startup_log\nhello\n",
    ],
)
def test_unmet_expectations(sections: str) -> None:
    assert len(judge(sections)) == 1


def test_truncated_response() -> None:
    assert judge("", ANSWER[:-1])
    assert judge("--- truncated\n", ANSWER[:-1]) == []


def test_bytes_after_the_last_response() -> None:
    assert judge("", ANSWER + b"HTTP/1.1 2", closed=False)


def test_errors_in_the_log_need_to_be_expected() -> None:
    assert judge("", log=LOG) == ["unexpected in the error log: [error] boom"]
    assert judge("", log="1 [warn] soft\n") == []
    assert judge("--- error_log\nboom\n", log=LOG) == []


@pytest.mark.parametrize(
    ("sections", "problems"),
    [
        ("--- error_log\nboom\nnot there\n", 1),
        ("--- error_log_block\nboom\nstack:\n\tat x\n", 0),
        ("--- error_log_block\nboom\n\tat x\n", 1),
        ("--- error_log_like: ^stack:$.*at .$\n", 0),
        ("--- error_log_like: ^tack\n", 1),
        ("--- no_error_log\n[alert]\n", 0),
        ("--- no_error_log\n[alert]\n[warn]\n", 1),
        ("--- grep_error_log: \\[\\w+\\]\n--- grep_error_log_out\n[warn]\n[error]\n", 0),
        ("--- grep_error_log: \\[\\w+\\]\n--- grep_error_log_out\n[error]\n", 1),
    ],
)
def test_error_log(sections: str, problems: int) -> None:
    assert len(judge(sections, log=LOG)) == problems


def test_other_logs() -> None:
    assert judge("--- access_log\nGET /\n", access_log="x GET / y") == []
    assert judge("--- startup_log\nup\n", startup_log="up") == []


def test_http09_status() -> None:
    case_answer = b"<html>"
    assert judge("--- error_code: 9\n--- response_body: <html>\n", case_answer) == []


def test_response_values() -> None:
    response = Response(200, headers=[("A", b"1"), ("a", b"2")])
    assert response.values("a") == [b"1", b"2"]
    assert response.header("B") is None
