from __future__ import annotations

from typing import Any

import pytest


def test_methods(faces: Any) -> None:
    assert faces.run("ngx.req.set_method(ngx.HTTP_PATCH) return ngx.req.get_method()") == b"PATCH"


def test_uri_args(faces: Any) -> None:
    faces.request(args="a=1&b=x%20y&a=2&c&d=&=e&%20f=g+h")
    faces.run("t = ngx.req.get_uri_args()")
    assert faces.run("return table.concat(t.a, ',')") == b"1,2"
    assert faces.run("return t.b .. '|' .. tostring(t.c) .. '|' .. t.d .. '|' .. t[' f']") == b"x y|true||g h"
    assert faces.run("local _, err = ngx.req.get_uri_args(2) return err") == b"truncated"
    faces.run("reused = {old = 1} got = ngx.req.get_uri_args(0, reused)")
    assert faces.run("return got == reused and reused.old == nil and reused.b") == b"x y"


def test_a_limit_is_noted_at_debug_level(faces: Any) -> None:
    faces.request(args="a&b&c")
    faces.run("ngx.req.get_uri_args(2)")
    assert faces.log() == ["[debug] 7#7: *3 lua hit query args limit 2"]


@pytest.mark.parametrize(
    ("value", "args"),
    [("'a=b c\\n'", b"a=b%20c%0A"), ("12", b"12"), ("{a = true, b = false}", b"a"), ("{}", b""), ("''", b"")],
)
def test_set_uri_args(faces: Any, value: str, args: bytes) -> None:
    faces.run(f"ngx.req.set_uri_args({value})")
    assert faces.field("r.args") == args


def test_set_uri(faces: Any) -> None:
    faces.run("ngx.req.set_uri('/a/b.html')")
    assert (faces.field("r.uri"), faces.field("r.exten")) == (b"/a/b.html", b"html")
    assert faces.run("return ngx.req.is_internal()") is True
    faces.run("ngx.req.set_uri('/x\\n', false, true)")
    assert faces.field("r.uri") == b"/x\n"


def test_head(faces: Any) -> None:
    assert faces.run("return ngx.req.raw_header()") == b"GET /t HTTP/1.1\r\nHost: h\r\n\r\n"
    assert faces.run("return ngx.req.raw_header(true)") == b"Host: h\r\n\r\n"
    assert faces.run("return ngx.req.http_version()") == 1.1
    assert faces.run("return ngx.req.start_time()") == 999999999.5
    faces.request(http_version=20)
    assert faces.error("ngx.req.raw_header()") == "user:1: http2 requests not supported yet"


def test_a_body_that_was_not_read(faces: Any) -> None:
    assert faces.run("return ngx.req.get_body_data()") is None
    assert "no request body found; maybe you should turn on lua_need_request_body?" in faces.error(
        "ngx.req.get_post_args()"
    )
    assert faces.error("ngx.req.set_body_data('x')") == "user:1: request body not read yet"


def test_a_body_in_memory(faces: Any) -> None:
    faces.request(body="a=1&b=2", body_read=True, content_length=7)
    assert faces.run("return ngx.req.get_body_data()") == b"a=1&b=2"
    assert faces.run("return ngx.req.get_body_data(3)") == b"a=1"
    assert faces.run("return ngx.req.get_post_args().b") == b"2"
    assert faces.run("local _, err = ngx.req.get_post_args(1) return err") == b"truncated"
    faces.run("ngx.req.set_body_data('new')")
    assert faces.run("return ngx.req.get_body_data()") == b"new"
    assert faces.run("return ngx.req.get_headers()['content-length']") == b"3"


def test_a_body_in_a_file(faces: Any, tmp_path: Any) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"in a file")
    faces.request(body="x", body_read=True)
    faces.run(f"ngx.req.set_body_file('{path}')")
    assert faces.run("return ngx.req.get_body_file()") == str(path).encode()
    assert faces.run("return ngx.req.get_body_data()") is None
    assert faces.run("local _, err = ngx.req.get_post_args() return err") == (
        b"request body in temp file not supported"
    )
    assert faces.field("r.content_length") == 9
    missing = tmp_path / "missing"
    assert faces.error(f"ngx.req.set_body_file('{missing}')") == f'user:1: stat() "{missing}" failed'


BUILD = "for i = 1, 300 do ngx.req.append_body(i % 10) end ngx.req.finish_body()"


def test_a_body_is_built_in_memory(faces: Any) -> None:
    faces.request(body="", body_read=True)
    faces.run(f"ngx.req.init_body(300) {BUILD}")
    assert faces.run("return ngx.req.get_body_data()") == b"1234567890" * 30
    assert faces.field("r.content_length") == 300


def test_a_body_is_built_in_a_file(faces: Any, tmp_path: Any) -> None:
    faces.request(body="", body_read=True)
    faces.lua("h.state.r.loc.client_body_temp_path = {path = ...}", str(tmp_path))
    faces.run(f"ngx.req.init_body(100) {BUILD}")
    assert faces.run("return ngx.req.get_body_data()") is None
    path = faces.run("return ngx.req.get_body_file()").decode()
    assert path.startswith(str(tmp_path))
    assert f"[warn] 7#7: *3 a client request body is buffered to a temporary file {path}" in faces.log()[0]
    with open(path, "rb") as file:
        assert file.read() == b"1234567890" * 30
    faces.lua("for _, f in ipairs(h.state.r.cleanup) do f(h.state.r) end")
    assert not list(tmp_path.iterdir())


def test_a_discarded_body(faces: Any) -> None:
    faces.request(content_length=10)
    faces.lua("h.state.r.conn.buf, h.state.r.conn.pos = 'abc', 1")
    faces.run("ngx.req.discard_body() ngx.req.read_body()")
    assert faces.run("return next(ngx.req.get_post_args())") is None
    assert faces.error("ngx.req.init_body()") == "user:1: request body already discarded asynchronously"


def test_variables(faces: Any) -> None:
    faces.request(args="q=%20", captures={0: "all", 1: "one"})
    faces.lua("require('pyresty.http.variables').define('mine', {stored = true, get = function() return 'd' end})")
    assert faces.run("return ngx.var.uri .. ngx.var.arg_q .. ngx.var[1]") == b"/t%20one"
    assert faces.run("return ngx.var[0] or ngx.var[2] or ngx.var.nosuch or ngx.var.arg_x") is None
    assert faces.run("return ngx.var.mine") == b"d"
    assert faces.run("ngx.var.mine = 5 return ngx.var.mine") == b"5"
    assert faces.run("ngx.var.MINE = nil return ngx.var.mine") is None
    assert faces.run("ngx.var.args = 'z=1' return ngx.var.arg_z") == b"1"


def test_ctx(faces: Any) -> None:
    assert faces.run("ngx.ctx.a = 1 return ngx.ctx.a") == 1
    assert faces.run("ngx.ctx = {b = 2} return ngx.ctx.a == nil and ngx.ctx.b") == 2
    faces.request()
    assert faces.run("return next(ngx.ctx)") is None


def test_arguments_of_set(faces: Any) -> None:
    faces.request(phase="set", set_args=["a", ""])
    assert faces.run("return ngx.arg[1]") == b"a"
    assert faces.run("return ngx.arg[2] or ngx.arg[3]") is None
    assert faces.error("ngx.arg[1] = 1") == "user:1: API disabled in the context of set_by_lua*"


def test_arguments_of_a_body_filter(faces: Any) -> None:
    faces.request(phase="body_filter", filter_data="chunk", filter_last=False)
    assert faces.run("return ngx.arg[1]") == b"chunk"
    assert faces.run("return ngx.arg[2]") is False
    for value, text in (("'x'", b"x"), ("12", b"12"), ("{'a', {1}}", b"a1"), ("nil", b"")):
        faces.run(f"ngx.arg[1] = {value}")
        assert faces.field("r.filter_data") == text
    faces.run("ngx.arg[2] = 1")
    assert faces.field("r.filter_last") is True
    assert faces.error("ngx.arg[1] = true") == "user:1: bad chunk data type: boolean"
    assert "bad data type boolean found" in faces.error("ngx.arg[1] = {true}")
    assert faces.error("ngx.arg[3] = 1") == "user:1: bad index: 3"
