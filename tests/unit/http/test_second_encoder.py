"""The output chain with an encoder that is not HTTP/1: it collects what handlers emit; no HTTP/1 byte is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyresty.conf.configuration import load
from pyresty.ngx import phase_table
from pyresty.vm import host
from pyresty.vm.engine import VM

CONF = """
events {}
http {
    default_type text/plain; log_format f $uri; access_log off;
    server {
        listen 127.0.0.1:8080; root PREFIX;
        location = /print { content_by_lua_block { ngx.print("one ") ngx.print("two") ngx.say("") } }
        location = /flush { content_by_lua_block { ngx.print("a") ngx.flush() ngx.print("b") ngx.eof() } }
        location = /length { content_by_lua_block { ngx.header.content_length = 3 ngx.print("abc") } }
        location = /filters {
            header_filter_by_lua_block { ngx.header["X-Filter"] = "yes" ngx.header.content_length = nil }
            body_filter_by_lua_block { ngx.arg[1] = ngx.arg[1]:upper() }
            content_by_lua_block { ngx.print("low") }
        }
        location = /sleep { content_by_lua_block { ngx.sleep(0.01) ngx.print("slept") } }
        location = /capture { content_by_lua_block {
            local sub = ngx.location.capture("/print") ngx.print("[", sub.body, "]") } }
        location = /error { content_by_lua_block { error("oops") } }
        location = /status { return 204; }
        location = /return { return 200 "said"; }
        location = /refused { header_filter_by_lua_block { error("no") } content_by_lua_block { ngx.print("x") } }
        location /file { }
    }
}
"""

#: harness(entries) → function(request) → what the encoder was told, what the transport was given
HARNESS = b"""
local entries = ...
local connection, headers_out = require "pyresty.http.connection", require "pyresty.http.headers_out"
local state = require "pyresty.state"
local events, sent

local function note(...)
    events[#events + 1] = table.concat({...}, " ")
end

local dummy = {}
function dummy.head(r)
    local length = headers_out.get(r, "content-length")
    local filter = headers_out.get(r, "x-filter")
    note("head", r.status, length and "length=" .. length or "open", filter)
    if r.method == "HEAD" or r.status == 204 then r.header_only = true end
end
function dummy.body(_, data) note("body", data) end
function dummy.file(_, fd, offset, count)
    note("file", offset, count, fd < 0 and "closed" or nil)
end
function dummy.last() note("last") end
function dummy.flush() note("flush") end

local last_id = 0

return function(request)
    events, sent = {}, {}
    last_id = last_id + 1
    local id = last_id
    entries.open(id, -1, 1, "127.0.0.1", 40000, id)
    local c = connection.find(id)
    c.encoder = dummy
    c.transport = {
        recv = function()
            local data = request
            request = nil
            if data then return data end
            return nil, "again"
        end,
        peek = function() return nil, "again" end,
        send_output = function(_, b)
            local data = b.n and table.concat(b, "", 1, b.n) or tostring(b)
            b:reset()
            sent[#sent + 1] = data
            return #data
        end,
        shutdown = function() end,
    }
    entries.readable(id)
    for _ = 1, 100 do
        if c.closed or not c.request then break end
        local before = state.mono
        while state.mono - before < 0.005 do state.touch() end
        entries.tick()
    end
    return table.concat(events, "|"), table.concat(sent)
end
"""

Ask = Callable[..., str]


@pytest.fixture
def ask(vm: VM, tmp_path: Path) -> Ask:
    """``ask(path, method)`` serves a request; returns the encoder's events, joined by ``|``."""
    (tmp_path / "file.txt").write_bytes(b"of the file")
    (tmp_path / "large.txt").write_bytes(b"x" * 300000)
    conf = tmp_path / "nginx.conf"
    conf.write_text(CONF.replace("PREFIX", str(tmp_path)))
    plan = load(str(conf), f"{tmp_path}/").plan
    for table in (plan["http"], *plan["servers"], *plan["locations"]):
        table["error_log"] = []  # a running process opens the files
    functions = vm.lua.table_from({name.encode(): call for name, call in host.functions(vm).items()})
    entries = vm.require(b"pyresty.boot")(functions, vm.to_lua(plan), vm.to_lua(phase_table()), False)
    serve: Any = vm.eval(HARNESS, b"=harness", entries)

    def run(path: str, method: str = "GET", version: str = "1.1") -> str:
        events, sent = serve(f"{method} {path} HTTP/{version}\r\nHost: h\r\n\r\n".encode())
        assert sent == b""
        return str(events.decode())

    return run


@pytest.mark.parametrize(
    ("path", "events"),
    [
        ("/print", "head 200 open|body one |body two|body \n|last"),
        ("/flush", "head 200 open|body a|flush|body b|last|flush"),
        ("/length", "head 200 length=3|body abc|last"),
        ("/filters", "head 200 open yes|body LOW|last"),
        ("/sleep", "head 200 open|body slept|last"),
        ("/capture", "head 200 open|body [one two\n]|last"),
        ("/return", "head 200 length=4|body said|last"),
        ("/status", "head 204 length=0"),
        ("/file.txt", "head 200 length=11|body of the file|last"),
        ("/large.txt", "head 200 length=300000|file 0 300000|last"),
    ],
)
def test_what_a_handler_emits_reaches_the_encoder(ask: Ask, path: str, events: str) -> None:
    assert ask(path) == events


def test_head_requests_have_a_head_only(ask: Ask) -> None:
    assert ask("/print", "HEAD") == "head 200 open"
    assert ask("/file.txt", "HEAD") == "head 200 length=11"


def test_error_pages(ask: Ask) -> None:
    assert ask("/error").startswith("head 500 length=177|body <html>")
    assert ask("/none").startswith("head 404 length=153|body <html>")
    assert ask("/none").endswith("|last")


def test_a_header_filter_that_fails_lets_no_head_out(ask: Ask) -> None:
    assert ask("/refused") == ""


def test_http10_is_held_for_its_length(ask: Ask) -> None:
    assert ask("/print", version="1.0") == "head 200 length=8|body one two\n|last"
