-- ngx.say, print, flush, eof, send_headers.
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local flatten = require "pyresty.ngx.flatten"
local null = require "pyresty.null"
local output = require "pyresty.http.output"
local content_type = require "pyresty.http.content_type"
local log = require "pyresty.http.log"

local concat, error, select, type = table.concat, error, select, type
local append, number_text = flatten.append, flatten.number
local refuse, argument = guard.refuse, guard.argument
local send, send_header = output.print, output.send_header

local EXPECTED = "string, number, boolean, nil, ngx.null, or array table expected, but got "

local pieces = {} -- never live across an operation

-- Puts the text of one argument behind the n pieces → new n | nil, error text
local function put(n, value)
    local kind = type(value)
    if kind == "string" then
        pieces[n + 1] = value
        return n + 1
    elseif kind == "number" then
        pieces[n + 1] = number_text(value)
        return n + 1
    elseif kind == "table" or kind == "nil" or kind == "boolean" or kind == "userdata" and value == null then
        return append(pieces, n, value)
    elseif kind == "userdata" then
        return n
    end
    return nil, EXPECTED .. kind
end

-- Puts further arguments behind the n pieces → new n | nil, number of the bad argument, error text
local function put_all(n, from, count, ...)
    for i = from, count do
        local after, err = put(n, (select(i, ...)))
        if not after then return nil, i, err end
        n = after
    end
    return n
end

-- The text of all arguments and `tail` → string | nil, number of the bad argument, error text
-- (The first ones without a loop: LuaJIT's traces end at those that are left soon.)
local function join(tail, count, ...)
    local n, bad, err = 0
    local a, b, c = ...
    if count > 0 then
        n, err = put(n, a)
        if not n then return nil, 1, err end
    end
    if count > 1 then
        n, err = put(n, b)
        if not n then return nil, 2, err end
    end
    if count > 2 then
        n, err = put(n, c)
        if not n then return nil, 3, err end
    end
    if count > 3 then
        n, bad, err = put_all(n, 4, count, ...)
        if not n then return nil, bad, err end
    end
    if tail then
        n = n + 1
        pieces[n] = tail
    end
    return concat(pieces, "", 1, n)
end

-- Why nothing can be said any more, or nil.
local function closed(r)
    if r.raw_socket_acquired then return "raw request socket acquired" end
    if r.header_only then return "header only" end
    if r.eof and not r.cut then return "seen eof" end
end

local function header_first(r)
    if r.header_sent then return 1 end
    if r.status == 0 then r.status = 200 end
    content_type.default(r)
    if not send_header(r) then return nil, "nginx output filter error" end
    return 1
end

local function emit(r, data)
    if data == "" then return header_first(r) end
    if r.status == 0 then r.status = 200 end -- seen by header filters
    r.seen_body_data = true
    local ok, err = send(r, data)
    if ok then return ok end
    if err == "header only" then -- this call sent the header of a HEAD request
        r.eof = true
        return 1
    end
    return nil, err
end

-- Was the response made by ngx_lua, whose own eof is asked before the phase is?
local function is_lua(r)
    local content = r.loc.content
    return content and content.kind == "lua"
end

local function install(ngx)
    local say_phases, print_phases = guard.phases("ngx.say"), guard.phases("ngx.print")
    local flush_phases, eof_phases = guard.phases("ngx.flush"), guard.phases("ngx.eof")
    local headers_phases = guard.phases("ngx.send_headers")

    function ngx.say(...)
        local r = state.r
        if not r or not say_phases[r.phase] then refuse(r, "no request object found") end
        local reason = closed(r)
        if reason then return nil, reason end
        local count = select("#", ...)
        local first = ...
        if count == 1 and type(first) == "string" then return emit(r, first .. "\n") end
        local data, bad, message = join("\n", count, ...)
        if not data then argument(bad, message) end
        return emit(r, data)
    end

    function ngx.print(...)
        local r = state.r
        if not r or not print_phases[r.phase] then refuse(r, "no request object found") end
        local reason = closed(r)
        if reason then return nil, reason end
        local count = select("#", ...)
        local first = ...
        if count == 1 and type(first) == "string" then return emit(r, first) end
        local data, bad, message = join(nil, count, ...)
        if not data then argument(bad, message) end
        return emit(r, data)
    end

    function ngx.flush(...)
        local count = select("#", ...)
        if count > 1 then error("attempt to pass " .. count .. " arguments, but accepted 0 or 1", 2) end
        local r = state.r
        if not r or not flush_phases[r.phase] then refuse(r, "no request found") end
        local wait = false
        if count == 1 and not r.parent then wait = guard.boolean(1, ..., 1) end
        local reason = closed(r)
        if reason then return nil, reason end
        if r.http10 then
            if log.enabled(8, r) then log.debug(r, "lua http 1.0 buffering makes ngx.flush() a no-op") end
            return nil, "buffering"
        end
        if not r.header_sent or not r.seen_body_data and not wait then return nil, "nothing to flush" end
        local ok, err = output.flush(r)
        if not ok then return nil, err end
        if wait and r.conn and r.conn.out_size ~= 0 then
            ok, err = require("pyresty.http.connection").flush_wait(r.conn)
            if not ok then return nil, err or "client aborted" end
        end
        return 1
    end

    function ngx.eof(...)
        local r = state.r
        if not r or r.phase == "init" then refuse(nil, "no request object found") end
        if select("#", ...) ~= 0 then error("no argument is expected", 2) end
        if r.raw_socket_acquired then return nil, "raw request socket acquired" end
        if not eof_phases[r.phase] and not (r.eof and is_lua(r)) then refuse(r) end
        if r.cut then
            r.cut = nil
            return 1
        end
        if r.eof then return nil, "seen eof" end
        if not r.header_sent then content_type.default(r) end
        if not output.eof(r) then return nil, "nginx output filter error" end
        return 1
    end

    function ngx.send_headers()
        local r = state.r
        if not r or not headers_phases[r.phase] then refuse(r, "no request found") end
        return header_first(r)
    end
end

return {install = install}
