-- ngx.log and print: a message with the place in the user's code it comes from.
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local null = require "pyresty.null"
local number_text = require "pyresty.ngx.flatten".number
local errlog = require "pyresty.ngx.errlog"
local log = require "pyresty.http.log"

local concat, find, sub = table.concat, string.find, string.sub
local floor, getinfo, getmetatable = math.floor, debug.getinfo, getmetatable
local select, tostring, type = select, tostring, type
local argument = guard.argument

local DEBUG, NOTICE = 8, 6

local logs = {}

local pieces = {}

local function base_name(path)
    local from = 1
    while true do
        local at = find(path, "/", from, true)
        if not at then return sub(path, from) end
        from = at + 1
    end
end

-- "[lua] FILE:LINE: FUNCTION(): " of the function `level` frames up.
local function place(level)
    local info = getinfo(level + 1, "Snl")
    if not info or guard.is_own(info.source) then return "[lua] [C]:-1: " end -- the user's frame is gone: a tail call
    local line = info.currentline > 0 and info.currentline or info.linedefined
    local text = "[lua] " .. base_name(info.short_src) .. ":" .. line .. ": "
    if info.name and info.namewhat ~= "" and info.what == "Lua" then
        local caller = getinfo(level + 2, "S")
        if caller and not guard.is_own(caller.source) then text = text .. info.name .. "(): " end
    end
    return text
end

-- The text of one argument → string | nil, error text
local function text_of(value)
    local kind = type(value)
    if kind == "string" then return value end
    if kind == "number" then return number_text(value) end
    if value == nil then return "nil" end
    if kind == "boolean" then return value and "true" or "false" end
    if kind == "table" then
        local meta = getmetatable(value)
        local convert = type(meta) == "table" and meta.__tostring
        if not convert then return nil, "expected table to have __tostring metamethod" end
        local text = convert(value)
        return type(text) == "string" and text or tostring(text)
    end
    if value == null then return "null" end
    if kind == "userdata" then return "" end
    return nil, "string, number, boolean, or nil expected, got " .. kind
end

-- → number of texts in `pieces` | nil, number of the bad argument, error text
local function collect(out, count, ...)
    for i = 1, count do
        local text, err = text_of((select(i, ...)))
        if not text then return nil, i, err end
        out[i + 1] = text
    end
    return count + 1
end

-- Is called by a face: level 3 is the face's caller.
local function write(level, r, count, ...)
    local out = pieces
    pieces = {} -- a __tostring may log
    out[1] = place(3)
    local n, bad, message = collect(out, count, ...)
    if not n then return bad, message end
    pieces = out
    log.error(level, r, concat(out, "", 1, n))
end

function logs.install(ngx, globals)
    local lua = state.plan.lua
    local captured = lua and lua.lua_capture_error_log
    if captured then errlog.enable(captured) end

    function ngx.log(...)
        local count, number = select("#", ...), ...
        number = floor(guard.number(1, number, count))
        if number < 0 or number > DEBUG then argument(1, "bad log level: " .. number) end
        local r = state.r
        if not log.enabled(number, r) then return end
        local bad, message = write(number, r, count - 1, select(2, ...))
        if bad then argument(bad, message) end
    end

    local function print(...)
        local r = state.r
        if not log.enabled(NOTICE, r) then return end
        local bad, message = write(NOTICE, r, select("#", ...), ...)
        if bad then argument(bad, message) end
    end
    if globals then globals.print = print end
    logs.print = print
end

return logs
