from __future__ import annotations

from typing import Any

import pytest


def test_say_sends_header_text_and_line_feed(faces: Any) -> None:
    assert faces.run("return ngx.say('hello')") == 1
    assert faces.out() == b"<head>hello\n"
    assert faces.field("r.headers_out.content_type") == b"text/plain"
    assert faces.field("r.status") == 200


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("'a', 'b'", b"ab"),
        ("1.0, ' ', 1e15, ' ', 2^53, ' ', 0.1, ' ', -5", b"1 1e+15 9.007199254741e+15 0.1 -5"),
        ("nil, true, false, ngx.null", b"niltruefalsenull"),
        ("0/0, ' ', 1/0", b"-nan inf"),
        ("{1, {'a', {}, 2}, true, ngx.null}", b"1a2truenull"),
        ("{1, nil, 3}", b"1nil3"),
        ("'a', nil", b"anil"),
        ("setmetatable({'x'}, {__index = {'y', 'z'}})", b"x"),
    ],
)
def test_texts_of_arguments(faces: Any, arguments: str, text: bytes) -> None:
    faces.run(f"ngx.print({arguments})")
    assert faces.out() == b"<head>" + text


def test_nothing_to_print_sends_the_header_alone(faces: Any) -> None:
    assert faces.run("return ngx.print('')") == 1
    assert faces.out() == b"<head>"
    assert faces.run("return ngx.headers_sent") is True


def test_a_head_request_takes_one_say(faces: Any) -> None:
    faces.request(method="HEAD")
    assert faces.run("return ngx.say('a')") == 1
    assert faces.run("local _, err = ngx.say('b') return err") == b"header only"
    assert faces.run("local _, err = ngx.eof() return err") == b"seen eof"
    assert faces.out() == b"<head>"


def test_eof_ends_the_response_once(faces: Any) -> None:
    assert faces.run("ngx.say('a') return ngx.eof()") == 1
    assert faces.out() == b"<head>a\n<last><flush>"
    assert faces.run("local _, err = ngx.eof() return err") == b"seen eof"
    assert faces.run("local _, err = ngx.say('b') return err") == b"seen eof"


def test_flush_needs_something_to_flush(faces: Any) -> None:
    assert faces.run("local _, err = ngx.flush() return err") == b"nothing to flush"
    assert faces.run("ngx.send_headers() local _, err = ngx.flush() return err") == b"nothing to flush"
    assert faces.run("ngx.say('a') return ngx.flush(true)") == 1
    assert faces.out() == b"<head>a\n<flush>"


def test_http_1_0_is_held_back(faces: Any) -> None:
    faces.request(http_version=10)
    assert faces.run("ngx.say('a') local _, err = ngx.flush() return err") == b"buffering"
    assert faces.out() == b""
    assert faces.run("return ngx.eof()") == 1
    assert faces.out() == b"<head>a\n<last><flush>"
    assert faces.field("r.headers_out.content_length") == 2


def test_a_raw_socket_ends_printing(faces: Any) -> None:
    faces.request(raw_socket_acquired=True)
    for call in ("ngx.say('a')", "ngx.flush()", "ngx.eof()"):
        assert faces.run(f"local _, err = {call} return err") == b"raw request socket acquired"
