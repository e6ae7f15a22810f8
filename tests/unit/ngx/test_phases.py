"""Where a function may be used, and what it says elsewhere (texts of ngx_lua)."""

from __future__ import annotations

from typing import Any

import pytest

CURRENT = "API disabled in the current context"
NEEDS_HANDLER = ["ngx.say(1)", "ngx.flush()", "ngx.eof()", "ngx.send_headers()", "ngx.exec('/x')", "ngx.redirect('/x')"]
NEEDS_REQUEST = [
    "local x = ngx.var.uri",
    "ngx.var.x = 1",
    "local x = ngx.header.x",
    "ngx.header.x = 1",
    "local x = ngx.status",
    "ngx.status = 1",
    "local x = ngx.headers_sent",
    "local x = ngx.is_subrequest",
    "ngx.req.get_headers()",
    "ngx.req.set_header('a', 'b')",
    "ngx.req.clear_header('a')",
    "ngx.req.get_method()",
    "ngx.req.set_method(2)",
    "ngx.req.get_uri_args()",
    "ngx.req.set_uri_args('a')",
    "ngx.req.set_uri('/a')",
    "ngx.req.get_post_args()",
    "ngx.req.get_body_data()",
    "ngx.req.http_version()",
    "ngx.req.raw_header()",
    "ngx.resp.get_headers()",
    "require 'ngx.req'.add_header('a', 'b')",
    "require 'ngx.resp'.add_header('a', 'b')",
]


@pytest.mark.parametrize("call", NEEDS_HANDLER)
def test_output_is_for_handlers(faces: Any, call: str) -> None:
    for phase, context in (("log", "log_by_lua*"), ("timer", "ngx.timer"), ("balancer", "balancer_by_lua*")):
        faces.request(phase=phase)
        assert faces.error(call) == f"user:1: API disabled in the context of {context}"
    assert faces.out() == b""


@pytest.mark.parametrize("call", NEEDS_REQUEST)
def test_a_timer_has_no_request(faces: Any, call: str) -> None:
    faces.request(phase="timer")
    assert faces.error(call) == f"user:1: {CURRENT}"


@pytest.mark.parametrize("call", NEEDS_REQUEST)
def test_a_filter_has_the_request(faces: Any, call: str) -> None:
    faces.request(phase="header_filter", body="", body_read=True)
    faces.lua("require('pyresty.http.variables').define('x', {stored = true})")
    faces.run(call)


def test_init_has_no_request_at_all(faces: Any) -> None:
    faces.request(phase="init")
    assert faces.error("ngx.say(1)") == "user:1: no request object found"
    assert faces.error("local x = ngx.ctx") == "user:1: no request found"
    assert faces.error("ngx.exit(0)") == "user:1: no request found"
    assert faces.run("return ngx.get_phase()") == b"init"


def test_waiting_is_for_light_threads(faces: Any) -> None:
    faces.request(phase="header_filter")
    for call in ("ngx.sleep(0)", "ngx.thread.spawn(function() end)", "ngx.thread.wait(1)", "ngx.thread.kill(1)"):
        assert faces.error(call) == "user:1: API disabled in the context of header_filter_by_lua*"
    faces.request(phase="timer")
    faces.run("ngx.sleep(0.25)")
    assert faces.lua("return h.state.slept") == 0.25


def test_captures_are_not_for_server_rewrite(faces: Any) -> None:
    faces.request(phase="server_rewrite")
    assert faces.error("ngx.location.capture('/x')") == (
        "user:1: API disabled in the context of server_rewrite_by_lua*"
    )


def test_a_jump_is_for_rewrite(faces: Any) -> None:
    assert faces.error("ngx.req.set_uri('/x', true)") == "user:1: API disabled in the context of content_by_lua*"
    faces.request(phase="rewrite")
    assert faces.run("ngx.req.set_uri('/y', true)") == b"left jump"
    assert faces.field("r.uri") == b"/y"


def test_ctx_is_everywhere_but_in_init(faces: Any) -> None:
    for phase in ("timer", "init_worker", "log", "ssl_cert"):
        faces.request(phase=phase)
        assert faces.run("ngx.ctx.a = 1 return ngx.ctx.a") == 1


def test_is_internal_says_where_it_refuses(faces: Any) -> None:
    """Its error has the place of the API's own file, as in lua-resty-core."""
    faces.request(phase="timer")
    message = faces.error("ngx.req.is_internal()")
    assert message.endswith(": API disabled in the current context")
    assert "ngx/req.lua:" in message
