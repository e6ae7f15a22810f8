from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("status", [0, 200, 404, -1, 444])
def test_exit_leaves_with_its_status(faces: Any, status: int) -> None:
    assert faces.run(f"ngx.exit({status}) ngx.say('on')") == b"left %d" % status
    assert faces.out() == b""


def test_exit_takes_whole_numbers(faces: Any) -> None:
    assert faces.run("ngx.exit(404.7)") == b"left 404"
    assert faces.run("ngx.exit(-1.5)") == b"left -1"


def test_a_status_after_the_header_is_logged_and_void(faces: Any) -> None:
    assert faces.run("ngx.say('a') ngx.exit(404)") == b"left 200"
    assert (
        "*3 attempt to set status 404 via ngx.exit after sending out the response status 200, client:" in faces.log()[0]
    )
    assert faces.run("ngx.exit(444)") == b"left 444"


def test_exit_returns_in_a_header_filter(faces: Any) -> None:
    faces.request(phase="header_filter")
    assert faces.run("ngx.exit(503) return 'on'") == b"on"
    assert faces.field("r.exit_code") == 503


def test_pending_captures_forbid_leaving(faces: Any) -> None:
    faces.request(pending_captures=1)
    for call in ("ngx.exit(200)", "ngx.exec('/x')", "ngx.redirect('/x')"):
        assert faces.error(call) == "user:1: attempt to abort with pending subrequests"
    assert faces.run("ngx.exit(ngx.ERROR)") == b"left -1"


@pytest.mark.parametrize(
    ("call", "uri", "args"),
    [
        ("ngx.exec('/a')", b"/a", None),
        ("ngx.exec('/a?b=1')", b"/a", b"b=1"),
        ("ngx.exec('/a?b=1', 'c=2')", b"/a", b"b=1&c=2"),
        ("ngx.exec('/a', {x = 'a b'})", b"/a", b"x=a%20b"),
        ("ngx.exec('/a', 12)", b"/a", b"12"),
        ("ngx.exec('/%61')", b"/a", None),
        ("ngx.exec('@n')", b"@n", None),
    ],
)
def test_exec(faces: Any, call: str, uri: bytes, args: bytes | None) -> None:
    assert faces.run(call) == b"left exec"
    assert (faces.field("r.exec.uri"), faces.field("r.exec.args")) == (uri, args)


def test_arguments_for_a_named_location_are_ignored_with_a_warning(faces: Any) -> None:
    faces.run("ngx.exec('@n', 'x=1')")
    assert "query strings x=1 ignored when exec'ing named location @n, client" in faces.log()[0]


def test_an_unsafe_uri_is_logged(faces: Any) -> None:
    faces.error("ngx.exec('/../x')")
    assert 'unsafe URI "/../x" was detected, client: 127.0.0.1, server: s' in faces.log()[0]


def test_redirect(faces: Any) -> None:
    assert faces.run("ngx.redirect('/x')") == b"left 302"
    assert faces.run("return ngx.header.location") == b"/x"
    assert faces.field("r.headers_out.location") is None  # stays relative
    assert faces.field("r.status") == 302
    faces.request()
    assert faces.run("ngx.redirect('http://a/', 308)") == b"left 308"


def test_on_abort_needs_the_check_and_one_call(faces: Any) -> None:
    assert faces.run("local _, err = ngx.on_abort(function() end) return err") == b"lua_check_client_abort is off"
    faces.lua("h.state.r.loc.lua_check_client_abort = true")
    assert faces.run("return ngx.on_abort(function() end)") == 1
    assert faces.run("local _, err = ngx.on_abort(function() end) return err") == b"duplicate call"
