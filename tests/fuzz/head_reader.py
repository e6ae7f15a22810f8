"""Reads request heads, URIs and chunked bodies in a Lua VM, without a server; outcomes are plain Python values."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from pyresty.vm.engine import VM

_CODE = b"""
local logged = {}
package.loaded["pyresty.http.log"] = {
    error = function(level, r, message) logged[#logged + 1] = message end,
    enabled = function() return true end,
}
local head = require "pyresty.http.head"
local chunked = require "pyresty.http.chunked"
local uri = require "pyresty.http.uri"
local reader = {}

local FIELDS = {
    "method", "request_line", "http_version", "http_protocol", "unparsed_uri", "uri", "args", "exten", "host",
    "raw_head", "content_length", "chunked", "keepalive", "expect_continue", "valid_unparsed_uri", "head_partial",
    "pipelined",
}

-- Feeds data from pos on in the pieces that end at `ends`. -> a table of what came out
function reader.read(data, pos, limits, ends)
    for i = #logged, 1, -1 do logged[i] = nil end
    local r, after, status, message = {}, nil, nil, nil
    for i = 1, #ends do
        after, status, message = head.read(r, string.sub(data, 1, ends[i]), pos, limits)
        if after ~= nil then break end
    end
    local out = {after = after, status = status, message = message, log = table.concat(logged, "\\n"), headers = {}}
    for i = 1, #FIELDS do
        local value = r[FIELDS[i]]
        if value ~= nil and type(value) ~= "table" then out[FIELDS[i]] = value end
    end
    local headers = r.headers_in
    for i = 1, headers and headers.n or 0 do out.headers[i] = headers[i] end
    out.partial = r.head_partial ~= nil
    if after == nil then
        out.status = nil
        out.action = head.broken_off(r, string.sub(data, 1, ends[#ends]), pos)
        out.request_line = r.request_line
    end
    return out
end

-- Feeds a chunked body in pieces. -> body, position after it, done | nil, message, status
function reader.body(data, limit, ends)
    local decoder, pieces, from = chunked.new(), {}, 1
    local done
    for i = 1, #ends do
        local piece, after
        piece, after, done = chunked.feed(decoder, string.sub(data, 1, ends[i]), from, limit)
        if not piece then return nil, after, done end
        pieces[#pieces + 1], from = piece, after
        if done then break end
    end
    return table.concat(pieces), from, done
end

reader.normalize = uri.normalize
return reader
"""

LIMITS = {
    "first": 1024, "count": 4, "size": 8192, "merge_slashes": True, "underscores": False, "ignore_invalid": True,
}  # fmt: skip


def rounds(base: int) -> int:
    """How often to try."""
    return base * int(os.environ.get("FUZZ_ROUNDS", "1"))


class Reader:
    """The Lua side, loaded once a VM."""

    def __init__(self, vm: VM) -> None:
        self.vm = vm
        self.lua: Any = vm.eval(_CODE, b"=reader")

    def read(
        self, data: bytes, pos: int = 1, ends: Sequence[int] | None = None, **limits: int | bool
    ) -> dict[str, Any]:
        """What head.read makes of `data` in pieces that end at `ends`; ``after`` None, False or the next position."""
        ends = [len(data)] if ends is None else list(ends)
        table = self.lua.read(data, pos, self.vm.to_lua(LIMITS | limits), self.vm.to_lua(ends))
        out = {key.decode(): value for key, value in table.items()}
        values = list(out["headers"].values())
        out["headers"] = list(zip(values[::2], values[1::2], strict=True))
        out.setdefault("after", None)
        return out

    def body(self, data: bytes, limit: int = 0, ends: Sequence[int] | None = None) -> tuple[Any, ...]:
        """(body, next position, done) or (None, message, status)."""
        ends = [len(data)] if ends is None else list(ends)
        return tuple(self.lua.body(data, limit, self.vm.to_lua(ends)))

    def normalize(self, raw: bytes, merge_slashes: bool = True) -> tuple[bytes, bytes | None] | None:
        """(path, arguments) or None."""
        result = self.lua.normalize(raw, merge_slashes)
        if isinstance(result, tuple):
            return result[0], result[1]
        return None if result is None else (result, None)
