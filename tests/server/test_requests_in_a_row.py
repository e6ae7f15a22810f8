"""What one request has set is not there for the next, whose table may be the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from serving import Serving

Make = Callable[..., Serving]

CLEAN = """
location = /clean { set $mine ""; content_by_lua_block {
    local seen = {}
    for name in pairs(ngx.ctx) do seen[#seen + 1] = "ctx." .. name end
    for _, name in ipairs {"mine", "args", "1", "remote_user", "upstream_addr", "request_completion"} do
        if (ngx.var[name] or "") ~= "" then seen[#seen + 1] = name .. "=" .. ngx.var[name] end
    end
    local args, post = ngx.req.get_uri_args(), ngx.req.get_body_data()
    for name in pairs(args) do seen[#seen + 1] = "arg " .. name end
    if post then seen[#seen + 1] = "body " .. post end
    if ngx.var.limit_rate ~= "0" then seen[#seen + 1] = "limit_rate" end
    if ngx.status ~= 0 and ngx.status ~= 200 then seen[#seen + 1] = "status " .. ngx.status end
    if ngx.headers_sent or ngx.is_subrequest or ngx.req.is_internal() then seen[#seen + 1] = "flags" end
    if ngx.req.get_headers()["x-mine"] then seen[#seen + 1] = "header" end
    if ngx.header["X-A"] or ngx.header.content_type == "a/b" then seen[#seen + 1] = "response" end
    ngx.say(table.concat(seen, ","), ngx.var.uri, ngx.req.get_method(), ngx.get_phase())
} }
"""

DIRTY = {
    "ctx": "ngx.ctx.a = 1 ngx.say('x')",
    "variables": "ngx.var.mine = 'x' ngx.var.limit_rate = 4096 ngx.say('x')",
    "header": "ngx.header['X-A'] = {'1', '2'} ngx.header.content_type = 'a/b' ngx.status = 201 ngx.say('x')",
    "request": "ngx.req.set_header('X-Mine', 1) ngx.req.set_uri_args({b = 1}) ngx.req.set_method(ngx.HTTP_PUT)",
    "body": "ngx.req.read_body() ngx.req.set_body_data('abc') ngx.say('x')",
    "exit": "ngx.exit(404)",
    "exec": "ngx.ctx.a = 1 ngx.exec('/other', 'c=1')",
    "captures": "for i = 1, 2 do ngx.say(ngx.location.capture('/other', {vars = {mine = 'y' .. i}}).body) end",
    "nested": "ngx.say(ngx.location.capture('/nested').body)",
    "error": "ngx.print('half') error('oops')",
    "failing": "error('oops')",
    "threads": "for i = 1, 3 do ngx.thread.spawn(function() coroutine.yield() ngx.ctx.t = i end) end ngx.say('x')",
    "sleep": "ngx.sleep(0.001) ngx.ctx.a = 1 ngx.say('x')",
    "socket": "S = S or ngx.socket.tcp() ngx.say(pcall(S.connect, S, '127.0.0.1', 1))",
    "redirect": "ngx.redirect('/x')",
    "no output": "ngx.ctx.a = 1",
}


@pytest.fixture
def server(make_server: Make) -> Serving:
    dirty = "".join(
        f"location /{name.replace(' ', '_')} {{ set $mine d; content_by_lua_block {{ {code} }} }}"
        for name, code in DIRTY.items()
    )
    others = """
        location = /other { set $mine o; content_by_lua_block { ngx.ctx.o = 1 ngx.print(ngx.var.mine) } }
        location = /nested { content_by_lua_block { ngx.print(ngx.location.capture('/other').body) } }
        location ~ ^/regex/(.*)$ { return 200 $1; }
        location = /static { try_files /nothing =404; }
    """
    return make_server(CLEAN + dirty + others)


CLEAN_ANSWER = "/cleanGETcontent\n"


@pytest.mark.parametrize("name", [*DIRTY, "regex/abc", "static", "nowhere?a=b"])
def test_the_next_request_finds_nothing_of_the_one_before(server: Serving, name: str) -> None:
    assert server.get("/clean").text == CLEAN_ANSWER
    for _ in range(3):
        with server.client() as client, suppress(ConnectionError):  # some end their connection
            client.ask("/" + name.replace(" ", "_"))
            assert client.ask("/clean").text == CLEAN_ANSWER
        assert server.get("/clean").text == CLEAN_ANSWER
