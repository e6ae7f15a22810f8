-- ngx.req.get_uri_args, set_uri_args, get_post_args.
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local target = require "pyresty.ngx.target"
local args = require "pyresty.http.args"
local log = require "pyresty.http.log"

local error, floor, format, select = error, math.floor, string.format, select
local find, gsub = string.find, string.gsub
local next, pairs, type = next, pairs, type
local refuse_here = guard.refuse_here

local LOG_DEBUG = 8
local MAX = 100

local function report_limit(r, max)
    if log.enabled(LOG_DEBUG, r) then log.debug(r, "lua hit query args limit " .. max) end
end

local function refill(t, found)
    for key in next, t do t[key] = nil end
    for key, value in pairs(found) do t[key] = value end
    return t
end

-- Control characters and spaces of a query string become escapes (ngx_http_lua_escape_args).
local function escape_controls(text)
    if not find(text, "[%z\1-\32\127]") then return text end
    return (gsub(text, "[%z\1-\32\127]", function(c) return format("%%%02X", c:byte()) end))
end

local function install_uri_args(req)
    local get_phases = guard.phases("ngx.req.get_uri_args")
    local set_phases = guard.phases("ngx.req.set_uri_args")

    function req.get_uri_args(max, t)
        local r = state.r
        if not r or not get_phases[r.phase] then refuse_here(r) end
        if max then max = floor(guard.number(1, max, 1)) end
        local found, truncated = args.uri(r.args, max)
        if truncated then report_limit(r, (not max or max < 0) and MAX or max) end
        if t then return refill(t, found), truncated end
        if truncated then return found, truncated end
        return found
    end

    function req.set_uri_args(...)
        local count, value = select("#", ...), ...
        if count ~= 1 then error("expecting 1 argument but seen " .. count, 2) end
        local r = state.r
        if not r or not set_phases[r.phase] then refuse_here(r, "no request object found") end
        if value == nil then
            guard.argument(1, "string, number, or table expected, but got nil")
        end
        local text, message, bad_argument = target.args(value)
        if bad_argument then guard.argument(1, message) end
        if message then error(message, 2) end
        if type(value) == "string" then text = escape_controls(text) end
        r.args = text
        r.valid_unparsed_uri = false
    end
end

local function install_post_args(req)
    local allowed = guard.phases("ngx.req.get_post_args")

    function req.get_post_args(...)
        local count, max = select("#", ...), ...
        if count > 1 then error("expecting 0 or 1 arguments but seen " .. count, 2) end
        if count == 1 then max = floor(guard.number(1, max, 1)) end
        local r = state.r
        if not r or not allowed[r.phase] then refuse_here(r, "no request object found") end
        local main = r.main
        if r.body_discarded or main.body_discarded then return {} end
        if r.body == nil and not r.body_file and (not main.body_read or main.body_dropped) then
            error("no request body found; maybe you should turn on lua_need_request_body?", 2)
        end
        if r.body_file then return nil, "request body in temp file not supported" end
        local body = r.body
        if not body or body == "" then return {} end
        local found, truncated = args.decode(body, max)
        if truncated then
            report_limit(r, max or MAX)
            return found, truncated
        end
        return found
    end
end

local function install(ngx)
    install_uri_args(ngx.req)
    install_post_args(ngx.req)
end

return {install = install}
