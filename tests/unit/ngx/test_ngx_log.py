from __future__ import annotations

from typing import Any

import pytest

TAIL = ', client: 127.0.0.1, server: s, request: "GET /t HTTP/1.1", host: "h"'


def test_a_line_has_nginx_form(faces: Any) -> None:
    faces.run("ngx.log(ngx.WARN, 'x')")
    line = faces.lua("return h.written[1]")
    # the time is local
    assert line[4:5] == b"/"
    assert line[19:] == b" [warn] 7#7: *3 [lua] user:1: x" + TAIL.encode() + b"\n"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ngx.log(ngx.ERR, 'm', 1, nil, true, ngx.null, 1.5)", "[lua] user:1: m1niltruenull1.5"),
        ("ngx.log(ngx.ERR, setmetatable({}, {__tostring = function() return 'tt' end}))", "[lua] user:1: tt"),
        ("local function f() ngx.log(ngx.ERR, 'a') end f()", "[lua] user:1: f(): a"),
        ("local t = {} function t.g() ngx.log(ngx.ERR, 'a') end t.g()", "[lua] user:1: g(): a"),
        ("loadstring(\"ngx.log(ngx.ERR, 'a')\", '@/a/b.c/d.lua')()", "[lua] d.lua:1: a"),
        ("\n\nngx.log(ngx.ERR)", "[lua] user:3: "),
    ],
)
def test_place_and_text(faces: Any, code: str, message: str) -> None:
    faces.run(code)
    assert faces.log() == [f"[error] 7#7: *3 {message}{TAIL}"]


def test_print_is_a_notice(faces: Any) -> None:
    faces.run("print('a', 1)")
    assert faces.log() == [f"[notice] 7#7: *3 [lua] user:1: a1{TAIL}"]


def test_levels_are_filtered_for_each_sink(faces: Any) -> None:
    faces.lua("h.sink.level = 4 h.state.plan.error_log.top = nil")
    faces.run("ngx.log(ngx.ERR, 'yes') ngx.log(ngx.WARN, 'no') print('no') ngx.log(ngx.EMERG, 'yes')")
    assert [line[:9] for line in faces.log()] == ["[error] 7", "[emerg] 7"]


def test_a_location_has_sinks_of_its_own(faces: Any) -> None:
    faces.lua("h.state.r.loc.error_log = {{fd = -1, level = 2}}")
    faces.run("ngx.log(ngx.ERR, 'no') ngx.log(ngx.ALERT, 'yes')")
    assert [line[:9] for line in faces.log()] == ["[alert] 7"]
    assert faces.run("return require('ngx.errlog').get_sys_filter_level()") == 2


@pytest.mark.parametrize(
    ("fields", "tail"),
    [
        ({"phase": "log"}, f" while logging request{TAIL}"),
        ({"phase": "timer"}, ", context: ngx.timer, client: 127.0.0.1, server: 127.0.0.1:80"),
        ({"phase": "init_worker"}, ", context: init_worker_by_lua*"),
        (
            {"upstream": {"peer_name": "u:1", "schema": "http://", "uri": "/x"}},
            TAIL.replace(", host", ', upstream: "http://u:1/x", host'),
        ),
        ({"request_line": ""}, ', client: 127.0.0.1, server: s, host: "h"'),
    ],
)
def test_what_follows_the_message(faces: Any, fields: dict[str, Any], tail: str) -> None:
    faces.request(**fields)
    faces.run("ngx.log(ngx.ERR, 'x')")
    assert faces.log() == [f"[error] 7#7: *3 [lua] user:1: x{tail}"]


def test_a_subrequest_names_itself_and_its_main(faces: Any) -> None:
    faces.lua("""
        local main = h.request()
        local sub = h.request({uri = "/sub", parent = main})
        sub.main = main
    """)
    faces.run("ngx.log(ngx.ERR, 'x')")
    assert faces.log()[0].endswith('request: "GET /t HTTP/1.1", subrequest: "/sub", host: "h"')


def test_a_referrer_comes_last(faces: Any) -> None:
    faces.lua("h.state.r.headers_in = {n = 4, 'Host', 'h', 'Referer', 'http://r/'}")
    faces.run("ngx.log(ngx.ERR, 'x')")
    assert faces.log()[0].endswith('host: "h", referrer: "http://r/"')


def test_debug_lines_have_no_context(faces: Any) -> None:
    faces.run("ngx.log(ngx.DEBUG, 'x')")
    assert faces.log() == ["[debug] 7#7: *3 [lua] user:1: x"]


def test_a_line_is_cut_at_its_limit(faces: Any) -> None:
    faces.run("ngx.log(ngx.ERR, ('x'):rep(10000))")
    line = faces.lua("return h.written[1]")
    assert len(line) == 4096
    assert line.endswith(b"xx\n")
    faces.lua("h.written[1] = nil")
    faces.run("ngx.log(ngx.ERR, ('x'):rep(4000))")
    line = faces.lua("return h.written[1]")
    assert len(line) == 4096
    assert b", client: 127.0.0.1" in line


def test_without_a_request(faces: Any) -> None:
    faces.lua("h.state.r = nil require('pyresty.http.log').error(4, nil, 'x')")
    assert faces.log() == ["[error] 7#7: x"]


def test_of_a_connection(faces: Any) -> None:
    faces.lua("require('pyresty.http.log').error(7, h.state.r.conn, 'x while waiting')")
    assert faces.log() == ["[info] 7#7: *3 x while waiting, client: 127.0.0.1, server: 127.0.0.1:80"]


def test_raw_log(faces: Any) -> None:
    faces.run("require('ngx.errlog').raw_log(ngx.ERR, 'raw')")
    assert faces.log() == [f"[error] 7#7: *3 raw{TAIL}"]


def test_capture(faces: Any) -> None:
    assert faces.run("local _, err = require('ngx.errlog').get_logs() return err") == (
        b'directive "lua_capture_error_log" is not set'
    )
    faces.lua("require('pyresty.ngx.errlog').enable(1000)")
    assert faces.run("return require('ngx.errlog').set_filter_level(ngx.WARN)") is True
    faces.run("ngx.log(ngx.ERR, 'one') ngx.log(ngx.INFO, 'no') ngx.log(ngx.WARN, 'two')")
    assert faces.run("l = require('ngx.errlog').get_logs() return #l") == 6
    assert faces.run("return l[1]") == 4
    assert faces.run("return l[4]") == 5
    assert b"user:1: two" in faces.run("return l[6]")
    assert faces.run("return #require('ngx.errlog').get_logs()") == 0


def test_capture_forgets_the_oldest(faces: Any) -> None:
    faces.lua("require('pyresty.ngx.errlog').enable(400)")
    faces.run("for i = 1, 9 do ngx.log(ngx.ERR, 'line', i) end")
    assert b"line9" in faces.run("l = require('ngx.errlog').get_logs(100) return l[#l]")
    assert faces.run("return #l") == 6
