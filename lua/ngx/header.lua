-- ngx.header, ngx.resp, and what the module "ngx.resp" has.
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local headers = require "pyresty.ngx.headers"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local uri = require "pyresty.http.uri"

local find, format, gsub = string.find, string.format, string.gsub
local error, floor, setmetatable, tonumber, tostring, type = error, math.floor, setmetatable, tonumber, tostring, type
local get, set, add = headers_out.get, headers_out.set, headers_out.add
local refuse_here = guard.refuse_here

local LOG_ERR = 4
local ESCAPE_NAME, ESCAPE_VALUE = 7, 8
local AFTER_SEND = "attempt to set ngx.header.HEADER after sending out response headers"

local header = {}

-- Names as they are sent, by what the user wrote; with `_` for `-` and without.
local hyphened, plain, known = {}, {}, 0

local function output_name(r, key)
    local transform = r.loc.lua_transform_underscores_in_response_headers ~= false
    local names = transform and hyphened or plain
    local name = names[key]
    if name then return name end
    name = transform and find(key, "_", 1, true) and gsub(key, "_", "-") or key
    name = uri.escape_lua(name, ESCAPE_NAME)
    if known >= 2000 then
        hyphened, plain, known = {}, {}, 0
        names = transform and hyphened or plain
    end
    names[key], known = name, known + 1
    return name
end

local cleaned, cleaned_count = {}, 0 -- short values that were looked through

-- Control characters but TAB are percent-escaped.
local function clean(value)
    local clear = cleaned[value]
    if clear then return clear end
    clear = uri.escape_lua(value, ESCAPE_VALUE)
    if #value <= 64 then
        if cleaned_count >= 1000 then cleaned, cleaned_count = {}, 0 end
        cleaned[value], cleaned_count = clear, cleaned_count + 1
    end
    return clear
end

local function texts(values)
    local out = {}
    for i = 1, #values do
        local value = values[i]
        if type(value) ~= "string" then
            value = tostring(value)
            values[i] = value
        end
        out[i] = clean(value)
    end
    return out
end

local function text(value)
    if type(value) ~= "string" then value = tostring(value) end
    return clean(value)
end

local function put(r, key, value)
    local name = output_name(r, key)
    if type(value) == "table" then
        value = texts(value)
        if #value == 0 then value = nil end
    elseif value ~= nil then
        value = text(value)
    end
    local _, err = set(r, name, value)
    if r.headers_out.content_type_set then r.no_default_type = true end
    return err
end

local function append(r, key, value)
    local name = output_name(r, key)
    if type(value) ~= "table" then return add(r, name, text(value)) end
    local values = texts(value)
    for i = 1, #values do add(r, name, values[i]) end
end

local function install_table(ngx)
    local allowed = guard.phases("ngx.header")

    local function newindex(_, key, value)
        local r = state.r
        if not r or not allowed[r.phase] then refuse_here(r) end
        if type(key) ~= "string" then key = tostring(key) end
        if r.header_sent then
            log.error(LOG_ERR, r, AFTER_SEND)
            return
        end
        if put(r, key, value) then error("failed to set header", 2) end
    end

    local function index(_, key)
        local r = state.r
        if not r or not allowed[r.phase] then refuse_here(r) end
        if type(key) ~= "string" then key = tostring(key) end
        if find(key, "_", 1, true) and r.loc.lua_transform_underscores_in_response_headers ~= false then
            key = output_name(r, key)
        end
        return get(r, key)
    end

    ngx.header = setmetatable({}, {__index = index, __newindex = newindex})
    header.set = newindex
end

-- What nginx itself adds to a header, under lower-case names whatever `raw` says → their number
local function put_own(r, out)
    local h, n = r.headers_out, 1
    local kind = get(r, "content-type")
    if kind then out["content-type"], n = kind, n + 1 end
    if h.content_length and not h.length_listed then
        out["content-length"], n = format("%.0f", h.content_length), n + 1
    end
    out.connection = r.status == 101 and "upgrade" or r.main.keepalive and "keep-alive" or "close"
    if r.chunked_out then out["transfer-encoding"], n = "chunked", n + 1 end
    return n
end

-- The list of {lower-case name, name, value} triples as {name, value, …}
local function listed(r)
    local h, list, n = r.headers_out, {}, 0
    if h.location then list[1], list[2], n = "Location", h.location, 2 end
    for i = 1, h.n, 3 do
        list[n + 1], list[n + 2], n = h[i + 1], h[i + 2], n + 2
    end
    return list, n / 2
end

local function install_resp(ngx)
    local allowed = guard.phases("ngx.resp.get_headers")
    ngx.resp = ngx.resp or {}

    function ngx.resp.get_headers(max, raw)
        local r = state.r
        if not r or not allowed[r.phase] then refuse_here(r, "no request object found") end
        max = max == nil and 100 or floor(guard.number(1, max, 1))
        local list, count = listed(r)
        local own = {}
        local extra = put_own(r, own)
        local limit = 0
        if max > 0 and count + extra > max then limit = max - extra > 1 and max - extra or 1 end
        local out = headers.collect(list, count, limit, raw)
        for name, value in next, own do out[name] = value end
        if limit == 0 then return out end
        headers.log_excess(r, "response", count + extra, max)
        return out, "truncated"
    end
end

-- ---------------------------------------------------------------- require "ngx.resp"

local function install_module(module)
    local add_phases = guard.phases("ngx.resp.add_header")
    local status_phases = guard.phases("ngx.resp.set_status")
    local bypass_phases = guard.phases("ngx.resp.bypass_if_checks")

    function module.add_header(key, value)
        local r = state.r
        if not r or not add_phases[r.phase] then refuse_here(r) end
        if value == nil then error("invalid header value", 2) end
        if r.header_sent then
            log.error(LOG_ERR, r, AFTER_SEND)
            return
        end
        append(r, tostring(key), value)
    end

    function module.set_status(status, reason)
        local r = state.r
        if not r or not status_phases[r.phase] then refuse_here(r) end
        status = tonumber(status)
        if not status then error("bad status", 2) end
        if r.header_sent then
            log.error(LOG_ERR, r, "attempt to set ngx.status after sending out response headers")
            return
        end
        r.status = floor(status)
        r.status_line = reason and (r.status .. " " .. tostring(reason)) or nil
    end

    function module.bypass_if_checks()
        local r = state.r
        if not r or not bypass_phases[r.phase] then refuse_here(r) end
        r.disable_not_modified = true
    end
end

header.module = {}

function header.install(ngx)
    install_table(ngx)
    install_resp(ngx)
    install_module(header.module)
end

return header
