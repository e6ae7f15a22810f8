from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("ngx.escape_uri('a b/c?~()=')", b"a%20b%2Fc%3F~()%3D"),
        ("ngx.escape_uri('a b/c?=', 0)", b"a%20b/c%3F="),
        ("ngx.escape_uri(nil) .. ngx.escape_uri(12) .. ngx.escape_uri(true)", b"12true"),
        ("ngx.unescape_uri('a+b%20c%zz%')", b"a b c%zz%"),
        ("ngx.encode_args({a = 'x y'})", b"a=x%20y"),
        ("ngx.decode_args('a=1&a=2').a[2]", b"2"),
        ("select(2, ngx.decode_args('a&b', 1))", b"truncated"),
        ("ngx.encode_base64('ab') .. ngx.encode_base64('ab', true)", b"YWI=YWI"),
        ("ngx.decode_base64('YWI=') .. ngx.decode_base64('YQ')", b"aba"),
        ("ngx.decode_base64('!!!!')", None),
        ("ngx.decode_base64mime('YW\\r\\nI=')", b"ab"),
        ("ngx.md5('x')", b"9dd4e461268c8034f5c8564e155c67a6"),
        ("#ngx.md5_bin('x') + #ngx.sha1_bin('x') + #ngx.hmac_sha1('k', 'x')", 56),
        ("ngx.crc32_short('hello') == ngx.crc32_long('hello') and ngx.crc32_long('hello')", 0x3610A686),
        (
            "ngx.quote_sql_str('a\\'b\"\\n\\0\\26\\\\\\r\\t\\b')",
            b"'a\\'b\\\"\\n\\0\\Z\\\\\\r\\t\\b'",
        ),
        ("require 'ngx.base64'.encode_base64url('a?>\\255')", b"YT8-_w"),
        ("require 'ngx.base64'.decode_base64url('YT8-_w')", b"a?>\xff"),
        ("select(2, require 'ngx.base64'.decode_base64url('!'))", b"invalid input"),
        ("select(2, require 'ngx.base64'.encode_base64url(1))", b"must provide a string"),
        ("ngx.http_time(0)", b"Thu, 01 Jan 1970 00:00:00 GMT"),
        ("ngx.http_time(1547640000.7)", b"Wed, 16 Jan 2019 12:00:00 GMT"),
        ("ngx.http_time(-1)", b"Thu, 01 Jan 1970 00:00:00 GMT"),
        ("ngx.cookie_time(0)", b"Thu, 01-Jan-70 00:00:00 GMT"),
        ("ngx.cookie_time(2145916799)", b"Thu, 31-Dec-37 23:59:59 GMT"),
        ("ngx.cookie_time(2145916800)", b"Fri, 01-Jan-2038 00:00:00 GMT"),
        ("ngx.parse_http_time('Thu, 01 Jan 1970 00:00:10 GMT')", 10),
        ("ngx.parse_http_time('x')", None),
        ("ngx.now()", 1000000000.123),
        ("ngx.time()", 1000000000),
        ("ngx.utctime()", b"2001-09-09 01:46:40"),
        ("#ngx.localtime() + #ngx.today()", 29),
        ("ngx.config.nginx_version", 1022001),
        ("ngx.config.ngx_lua_version", 10030),
        ("ngx.config.prefix()", b"/srv/"),
        ("ngx.worker.pid()", 7),
        ("type(ngx.null)", b"userdata"),
        ("tostring(ngx.null)", b"userdata: NULL"),
    ],
)
def test_values(faces: Any, expression: str, value: Any) -> None:
    got = faces.run(f"return {expression}")
    if expression.startswith("tostring(ngx.null)"):
        assert got in (value, b"userdata: (nil)")  # PUC Lua's %p
    else:
        assert got == value


def test_sleep_counts_milliseconds(faces: Any) -> None:
    faces.run("ngx.sleep(0.0019)")
    assert faces.lua("return h.state.slept") == 0.001
    faces.run("ngx.sleep(0)")
    assert faces.lua("return h.state.slept") == 0
    faces.run("ngx.sleep('1.5')")
    assert faces.lua("return h.state.slept") == 1.5
    assert faces.log()[-1] == "[debug] 7#7: *3 lua ready to sleep for 1500 ms"


def test_worker_and_process_ask_the_host(faces: Any) -> None:
    faces.lua("""
        h.state.host.worker_id = function() return 2 end
        h.state.host.worker_count = function() return 4 end
        h.state.host.worker_pids = function() return 7, 8 end
        h.state.host.process_type = function() return 'worker' end
        h.state.host.master_pid = function() return 6 end
        h.state.know_process()
    """)
    assert faces.run("return ngx.worker.id() + 10 * ngx.worker.count() + 100 * #ngx.worker.pids()") == 242
    assert faces.run("local p = require 'ngx.process' return p.type() .. p.get_master_pid()") == b"worker6"
    assert faces.run("return ngx.worker.exiting()") is False
    faces.request(phase="init_worker")
    assert faces.run("local _, err = ngx.worker.pids() return err") == b"API disabled in the current context"


def test_a_privileged_agent_is_asked_for_in_init(faces: Any) -> None:
    faces.run("p = require 'ngx.process'")
    assert faces.run("local _, err = p.enable_privileged_agent() return err") == b"API disabled in the current context"
    faces.request(phase="init")
    faces.lua("h.state.host.enable_privileged_agent = function(n) return n end")
    assert faces.run("return p.enable_privileged_agent()") == 512


def test_resty_core_is_there(faces: Any) -> None:
    assert faces.run("return require 'resty.core'.version") == b"0.1.33"
    assert faces.run("return require 'resty.core.base'.get_request() ~= nil") is True
    assert faces.run("return require 'resty.core.utils'.str_replace_char('a_b%c', '_', '-')") == b"a-b%c"
    assert faces.run("return require 'resty.core.utils'.str_replace_char('a%b', '%', '%')") == b"a%b"
    assert faces.run("return require 'resty.core.time'.monotonic_msec() > 0") is True
    faces.run("require 'resty.core.misc'.register_ngx_magic_key_getter('mine', function() return 'got' end)")
    assert faces.run("return ngx.mine") == b"got"
    assert faces.run("require 'resty.core.request'.set_req_header('A', 'b', true) return ngx.var.http_a") == b"b"
    faces.run("require 'resty.core.response'.set_resp_header(nil, 'A', 'b')")
    assert faces.run("require 'resty.core.response'.set_resp_header(nil, 'A', 'c', true) return #ngx.header.a") == 2
    faces.run(
        "t = {} local base = require 'resty.core.base' one, two = base.ref_in_table(t, 'a'), base.ref_in_table(t, 'b')"
    )
    assert faces.run("return one .. two .. t[2]") == b"12b"


def test_get_request_is_nil_in_init(faces: Any) -> None:
    faces.request(phase="init")
    assert faces.run("return require 'resty.core.base'.get_request()") is None


def test_functions_may_be_added_to_ngx(faces: Any) -> None:
    assert faces.run("ngx.mine = function() return 5 end return ngx.mine()") == 5
