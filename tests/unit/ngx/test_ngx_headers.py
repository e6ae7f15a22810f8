from __future__ import annotations

from typing import Any

import pytest

SENT = {
    "n": 12,
    **dict(
        enumerate(
            ["Host", "h", "X-Foo", "1", "x-foo", "2", "Accept", "a", "Cookie", "c=1", "Empty", ""],
            start=1,
        )
    ),
}


@pytest.fixture
def sent(faces: Any) -> Any:
    """A request with repeated headers."""
    faces.request(headers_in=SENT)
    return faces


def test_request_headers(sent: Any) -> None:
    sent.run("t = ngx.req.get_headers()")
    assert sent.run("return t.host .. t.accept .. t.empty") == b"ha"
    assert sent.run("return table.concat(t['x-foo'], ',')") == b"1,2"
    assert sent.run("return t.X_Foo == t['x-foo'] and t['X-FOO'] == t['x-foo']") is True
    assert sent.run("return rawget(t, 'X-Foo')") is None
    assert sent.run("return t.nosuch or t[1]") is None


def test_a_limit_of_request_headers(sent: Any) -> None:
    sent.run("t, err = ngx.req.get_headers(2)")
    assert sent.run("return err") == b"truncated"
    assert sent.run("return t['x-foo']") == b"1"
    assert sent.run("return select('#', ngx.req.get_headers(6))") == 1
    assert sent.run("return ngx.req.get_headers(0).cookie") == b"c=1"


def test_raw_request_headers(sent: Any) -> None:
    sent.run("t = ngx.req.get_headers(nil, true)")
    assert sent.run("return t['X-Foo'] .. t['x-foo']") == b"12"
    assert sent.run("return t.host") is None


def test_changing_request_headers(sent: Any) -> None:
    sent.run("""
        ngx.req.set_header('Accept', {'x', 1})
        ngx.req.set_header('New', true)
        ngx.req.set_header('X-Foo', 'a\\r\\nb')
        ngx.req.clear_header('cookie')
        require 'ngx.req'.add_header('New', 'more')
        t = ngx.req.get_headers()
    """)
    assert sent.run("return table.concat(t.accept, ',')") == b"x,1"
    assert sent.run("return table.concat(t.new, ',')") == b"true,more"
    assert sent.run("return t['x-foo']") == b"a%0D%0Ab"
    assert sent.run("return t.cookie") is None


def test_response_headers_are_set_and_read(faces: Any) -> None:
    faces.run("ngx.header.X_Under = 'u' ngx.header['Set-Cookie'] = {'a=1', 2} ngx.header[1] = true")
    assert faces.run("return ngx.header['x-under']") == b"u"
    assert faces.run("return ngx.header.x_under") == b"u"
    assert faces.run("return table.concat(ngx.header.set_cookie, ',')") == b"a=1,2"
    assert faces.run("return ngx.header['1']") == b"true"
    assert faces.field("r.headers_out[2]") == b"X-Under"


def test_underscores_may_stay(faces: Any) -> None:
    faces.lua("h.state.r.loc.lua_transform_underscores_in_response_headers = false")
    faces.run("ngx.header.a_b = 'x'")
    assert faces.field("r.headers_out[2]") == b"a_b"
    assert faces.run("return ngx.header.a_b") == b"x"


@pytest.mark.parametrize("nothing", ["nil", "{}", "''"])
def test_response_headers_are_removed(faces: Any, nothing: str) -> None:
    faces.run(f"ngx.header.foo = {{'a', 'b'}} ngx.header.Foo = {nothing}")
    assert faces.run("return ngx.header.foo") is None
    assert faces.field("r.headers_out.n") == 0


def test_control_characters_are_escaped(faces: Any) -> None:
    faces.run("ngx.header['a b:'] = 'x\\r\\ny\\0\\127\\t'")
    assert faces.field("r.headers_out[2]") == b"a%20b%3A"
    assert faces.field("r.headers_out[3]") == b"x%0D%0Ay%00%7F\t"


def test_a_bad_length_is_refused(faces: Any) -> None:
    assert faces.error("ngx.header.content_length = 'x'") == "user:1: failed to set header"
    faces.run("ngx.header.content_length = 5")
    assert faces.run("return ngx.header.content_length") == b"5"


def test_a_content_type_that_was_removed_is_not_replaced(faces: Any) -> None:
    faces.run("ngx.header.content_type = nil ngx.say('x')")
    assert faces.field("r.headers_out.content_type") is None


def test_after_the_header_was_sent(faces: Any) -> None:
    faces.run("ngx.say('x') ngx.header.foo = 1 ngx.status = 404 require 'ngx.resp'.add_header('a', 'b')")
    texts = [line.split(": *3 ")[1].split(",")[0] for line in faces.log()]
    assert texts == [
        "attempt to set ngx.header.HEADER after sending out response headers",
        "attempt to set ngx.status after sending out response headers",
        "attempt to set ngx.header.HEADER after sending out response headers",
    ]
    assert faces.run("return ngx.header.foo") is None
    assert faces.run("return ngx.status") == 200


def test_list_of_response_headers(faces: Any) -> None:
    faces.run("ngx.header.Foo = {'a', 'b'} ngx.header.content_type = 'a/b' t = ngx.resp.get_headers()")
    assert faces.run("return table.concat(t.foo, ',') .. t.content_type .. t.connection") == b"a,ba/bkeep-alive"
    faces.run("t, err = ngx.resp.get_headers(1)")
    assert faces.run("return err") == b"truncated"
    assert faces.run("return t.foo") == b"a"
    faces.run("t = ngx.resp.get_headers(0, true)")
    assert faces.run("return t.Foo[2] .. t['content-type']") == b"ba/b"


def test_adding_response_headers(faces: Any) -> None:
    faces.run(
        "local r = require 'ngx.resp' r.add_header('Foo', 1) r.add_header('Foo', {'2', '3'}) r.add_header('E', {})"
    )
    assert faces.run("return table.concat(ngx.header.foo, ',')") == b"1,2,3"
    assert faces.run("return ngx.header.e") is None


def test_a_status_with_its_reason(faces: Any) -> None:
    faces.run("require 'ngx.resp'.set_status(299, 'So')")
    assert (faces.field("r.status"), faces.field("r.status_line")) == (299, b"299 So")


def test_status_is_whole(faces: Any) -> None:
    assert faces.run("return ngx.status") == 0
    faces.run("ngx.status = '404.9'")
    assert faces.run("return ngx.status") == 404
