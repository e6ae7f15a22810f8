"""What ngx.location.capture hands to the subrequests."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def captured(faces: Any) -> Any:
    """The last specs are in the global `specs`; every capture returns its number."""
    faces.lua("""
        local subrequest = require('pyresty.http.subrequest')
        function subrequest.capture_all(list)
            specs, pending = list, h.state.r.pending_captures
            local results = {}
            for i = 1, #list do results[i] = i end
            return results
        end
        function subrequest.capture(spec)
            local copy = {} -- the face uses its table again
            for name, value in next, spec do copy[name] = value end
            return subrequest.capture_all({copy})[1]
        end
    """)
    # the face took the function at load: load it anew
    faces.lua("package.loaded['pyresty.ngx.capture'] = nil require('pyresty.ngx.capture').install(ngx)")
    faces.lua("require('pyresty.http.variables').define('x', {stored = true})")
    faces.request(
        method="POST",
        vars={"x": "parent"},
        headers_in={"n": 4, **dict(enumerate(["Host", "h", "Content-Length", "3"], start=1))},
        content_length=3,
        body="abc",
        body_read=True,
    )
    return faces


def header(faces: Any, name: str) -> Any:
    return faces.run(f"""
        local list = specs[1].headers_in
        for i = 1, list.n, 2 do if list[i] == '{name}' then return list[i + 1] end end
    """)


def test_a_plain_capture(captured: Any) -> None:
    assert captured.run("return ngx.location.capture('/%61?b=1')") == 1
    assert captured.run("return specs[1].uri .. '?' .. specs[1].args .. ' ' .. specs[1].method") == b"/a?b=1 GET"
    assert captured.run("return specs[1].body") is None
    assert header(captured, "Content-Length") is None
    assert header(captured, "Host") == b"h"
    assert captured.run("return next(specs[1].vars)") is None
    assert captured.run("return pending") == 1
    assert captured.field("r.pending_captures") == 0


def test_arguments_are_joined(captured: Any) -> None:
    captured.run("ngx.location.capture('/a?b=1', {args = {c = 'd e'}})")
    assert captured.run("return specs[1].args") == b"b=1&c=d%20e"
    captured.run("ngx.location.capture('/a', {args = 'q'})")
    assert captured.run("return specs[1].args") == b"q"


def test_a_body_of_its_own(captured: Any) -> None:
    captured.run("ngx.location.capture('/a', {method = ngx.HTTP_PUT, body = 'hello'})")
    assert captured.run("return specs[1].method .. specs[1].body") == b"PUThello"
    assert header(captured, "Content-Length") == b"5"


def test_the_body_goes_on_with_post_put_or_when_asked(captured: Any) -> None:
    for options in ("method = ngx.HTTP_POST", "always_forward_body = true"):
        captured.run(f"ngx.location.capture('/a', {{{options}}})")
        assert captured.run("return specs[1].body") == b"abc"
        assert header(captured, "Content-Length") == b"3"


def test_variables(captured: Any) -> None:
    captured.run("ngx.location.capture('/a', {share_all_vars = true}) specs[1].vars.x = 'changed'")
    assert captured.run("return ngx.var.x") == b"changed"
    captured.run("ngx.location.capture('/a', {copy_all_vars = true, vars = {x = 'own'}})")
    assert captured.run("return specs[1].vars.x .. ngx.var.x") == b"ownchanged"
    captured.run("ngx.location.capture('/a', {vars = {args = 'z=1'}})")
    assert captured.run("return specs[1].args") == b"z=1"


def test_a_variable_that_is_not_defined(captured: Any) -> None:
    captured.error("ngx.location.capture('/a', {vars = {nosuch = 'x'}})")
    assert (
        'variable "nosuch" cannot be assigned a value (maybe you forgot to define it first?) , client'
        in (captured.log()[0])
    )


def test_context(captured: Any) -> None:
    captured.run("t = {} ngx.location.capture('/a', {ctx = t})")
    assert captured.run("return specs[1].ctx == t") is True


def test_several(captured: Any) -> None:
    assert captured.run("return select('#', ngx.location.capture_multi({{'/a'}, {'/b', {method = 4}}}))") == 2
    assert captured.run("return specs[1].uri .. specs[2].uri .. specs[2].method") == b"/a/bHEAD"
