-- ngx.req.get_headers, set_header, clear_header; the module "ngx.req".
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local headers = require "pyresty.ngx.headers"
local headers_in = require "pyresty.http.headers_in"
local uri = require "pyresty.http.uri"

local error, floor, tostring, type = error, math.floor, tostring, type
local refuse_here = guard.refuse_here
local ESCAPE_NAME, ESCAPE_VALUE = 7, 8

local request = {module = {}}

-- The level of the user: the function that checks, the face, the user.
local USER = 3

local function texts(value)
    if type(value) ~= "table" then return uri.escape_lua(tostring(value), ESCAPE_VALUE) end
    local out = {}
    for i = 1, #value do
        if type(value[i]) ~= "string" then value[i] = tostring(value[i]) end
        out[i] = uri.escape_lua(value[i], ESCAPE_VALUE)
    end
    return out
end

local function header_name(name)
    if name == nil then error("bad 'name' argument: string expected, got nil", USER + 1) end
    return uri.escape_lua(tostring(name), ESCAPE_NAME)
end

local function append(r, name, value)
    if type(value) ~= "table" then return headers_in.add(r, name, value) end
    for i = 1, #value do headers_in.add(r, name, value[i]) end
end

--- Sets (override) or adds a request header; raises at the face's caller.
function request.set_header(allowed, name, value, override)
    local r = state.r
    if not r or r.phase == "init" then error("no request found", USER) end
    name = header_name(name)
    if value == nil and not override then
        error("bad 'value' argument: string or table expected, got nil", USER)
    end
    if type(value) == "table" and #value == 0 and not override then
        error("bad 'value' argument: non-empty table expected", USER)
    end
    if not allowed[r.phase] then refuse_here(r, nil, USER + 1) end
    if r.http_version < 10 then return end -- HTTP/0.9 has no headers
    if value ~= nil then value = texts(value) end
    if type(value) == "table" and #value == 0 then value = nil end
    if not override then return append(r, name, value) end
    headers_in.set(r, name, value)
end

function request.install(ngx)
    local req = ngx.req
    local get_phases = guard.phases("ngx.req.get_headers")
    local set_phases = guard.phases("ngx.req.set_header")
    local clear_phases = guard.phases("ngx.req.clear_header")
    local add_phases = guard.phases("ngx.req.add_header")
    local set_header = request.set_header

    function req.get_headers(max, raw)
        local r = state.r
        if not r or not get_phases[r.phase] then refuse_here(r) end
        if max ~= nil then max = floor(guard.number(1, max, 1)) end
        local list = r.headers_in
        local out, truncated = headers.collect(list, list.n / 2, max, raw)
        if not truncated then return out end
        headers.log_excess(r, "request", list.n / 2, max)
        return out, truncated
    end

    function req.set_header(name, value)
        set_header(set_phases, name, value, true)
    end

    function req.clear_header(name)
        set_header(clear_phases, name == nil and "nil" or name, nil, true)
    end

    function request.module.add_header(name, value)
        set_header(add_phases, name, value, false)
    end

    function request.change_header(name, value, override)
        set_header(set_phases, name, value, override)
    end
end

return request
