"""A fake request and the faces over it: what they do is seen in the request and in what was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pyresty.ngx import phase_table
from pyresty.vm import host
from pyresty.vm.engine import VM

#: Stands for the server around the faces: an encoder that collects, operations that leave the coroutine.
HARNESS = rb"""
local api_phases, host = ...
local io = require "pyresty.native".io
local state = require "pyresty.state"
local written = {}
local write = io.write
io.write = function(fd, data)
    if fd >= 0 then return write(fd, data) end
    written[#written + 1] = data
    return #data
end
host.pid = function() return 7 end
state.host = host
state.know_process()
local sink = {fd = -9, level = 8} -- no file: what is written there is kept
state.plan = {error_log = {sink}, prefix = "/srv/", lua = {}}
state.api_phases = api_phases
state.now, state.mono = 1000000000.1234, 5
state.touch = function() end

local headers_out = require "pyresty.http.headers_out"
local sched = require "pyresty.sched"
require "pyresty.threads"
local LEFT = {}
sched.exit = function(status) error(setmetatable({status = status}, LEFT), 0) end
sched.jump = function() error(setmetatable({status = "jump"}, LEFT), 0) end
sched.sleep = function(seconds) state.slept = seconds end
sched.yield_now = function() state.slept = 0 end

local harness = {LEFT = LEFT, written = written, state = state, sink = sink}

function harness.request(fields)
    local out = {}
    local r = {
        method = "GET", http_version = 11, uri = "/t", args = nil, phase = "content", vars = {}, captures = nil,
        headers_in = {n = 2, "Host", "h"}, headers_out = headers_out.new(), status = 0, header_sent = false,
        header_only = false, eof = false, internal = false, keepalive = true, start = 999999999.5,
        request_line = "GET /t HTTP/1.1", raw_head = "GET /t HTTP/1.1\r\nHost: h\r\n\r\n", out = out, threads = 1,
        conn = {number = 3, address = "127.0.0.1", out_size = 0, listen = {address = "127.0.0.1", port = 80}},
        server = {name = "s"},
        loc = {
            default_type = "text/plain", lua_use_default_type = true, lua_http10_buffering = true,
            client_body_buffer_size = 8, lua_transform_underscores_in_response_headers = true,
        },
    }
    r.encoder = {
        head = function() out[#out + 1] = "<head>" if r.method == "HEAD" then r.header_only = true end end,
        body = function(_, data) out[#out + 1] = data end,
        last = function() out[#out + 1] = "<last>" end,
        flush = function() out[#out + 1] = "<flush>" end,
    }
    r.main = r
    for name, value in pairs(fields or {}) do r[name] = value end
    state.r = r
    return r
end

-- Runs code of a user; a value that was thrown to leave the handler comes back as "left", status.
function harness.run(code)
    local fn = assert(loadstring(code, "=user"))
    local ok, result = pcall(fn)
    if ok then return result end
    if type(result) == "table" and getmetatable(result) == LEFT then return "left " .. tostring(result.status) end
    error(result, 0)
end

package.loaded["pyresty.ngx.shared"] = package.loaded["pyresty.ngx.shared"] or {}
ngx = require "pyresty.ngx".build()
package.loaded["harness"] = harness
"""


class Faces:
    """User code over a fake request.

    `request(**fields)` makes the request, `run(code)` runs user code, `out()` and `log()` are what it emitted.
    """

    def __init__(self, vm: VM) -> None:
        self._vm = vm
        functions = vm.lua.table_from({name.encode(): call for name, call in host.functions(vm).items()})
        vm.eval(HARNESS, b"=harness", vm.to_lua(phase_table()), functions)

    def lua(self, code: str, *args: Any) -> Any:
        """Runs Lua with the harness as local `h`."""
        source = "local h = require 'harness' " + code
        return self._vm.eval(source.encode(), b"=lua", *(self._vm.to_lua(arg) for arg in args))

    def request(self, **fields: Any) -> None:
        """A new current request; its fields replace those of the fake one."""
        self.lua("h.request(...)", fields)

    def run(self, code: str) -> Any:
        """What the user's code returns, or b"left STATUS" when it left the handler; raises with Lua's error text."""
        return self.lua("return h.run(...)", code)

    def error(self, code: str) -> str:
        """The text of the error that the user's code raises."""
        text = self.lua("local ok, err = pcall(h.run, ...) return not ok and err or nil", code)
        assert text is not None, "no error was raised"
        return str(text.decode())

    def out(self) -> bytes:
        """What the encoder got."""
        return bytes(self.lua("return table.concat(h.state.r.out)"))

    def field(self, expression: str) -> Any:
        """A value of the request `r`."""
        return self.lua(f"local r = h.state.r return {expression}")

    def log(self) -> list[str]:
        """The lines in the error log, without their time and process."""
        text = bytes(self.lua("return table.concat(h.written)")).decode()
        return [line.split(" ", 2)[2] for line in text.splitlines()]


@pytest.fixture
def faces(vm: VM) -> Faces:
    """The faces in a VM of each engine, with a request in the content phase."""
    made = Faces(vm)
    made.request()
    return made


@pytest.fixture
def run(faces: Faces) -> Callable[[str], Any]:
    """`faces.run`."""
    return faces.run
