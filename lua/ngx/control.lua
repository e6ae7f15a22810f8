-- ngx.exit, exec, redirect, on_abort, get_phase.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local guard = require "pyresty.ngx.guard"
local target = require "pyresty.ngx.target"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"

local byte, format = string.byte, string.format
local error, floor, select, tostring, type = error, math.floor, select, tostring, type
local refuse, argument = guard.refuse, guard.argument

local AGAIN, DONE, ERROR = -2, -4, -1
local LOG_ERR, LOG_DEBUG = 4, 8

-- Statuses that end a request whatever state its response is in.
local ABORTS = {[-1] = true, [408] = true, [444] = true, [499] = true}
local REDIRECTS = {[301] = true, [302] = true, [303] = true, [307] = true, [308] = true}
-- Where ngx.exit leaves a note and returns, because no light thread runs.
local RETURNS = {header_filter = true, balancer = true, ssl_session_store = true}

local NO_ABORT = "attempt to abort with pending subrequests"

local function whole(number) return number < 0 and -floor(-number) or floor(number) end

-- The status to leave with once a header is out.
local function after_header(r, status)
    if status < 300 or ABORTS[status] then return status end
    if status ~= r.status then
        log.error(LOG_ERR, r, format("attempt to set status %d via ngx.exit after sending out the response status %d",
            status, r.status))
    end
    return 200
end

local function install_exit(ngx)
    local allowed = guard.phases("ngx.exit")

    function ngx.exit(status)
        local r = state.r
        if not r or r.phase == "init" then error("no request found", 2) end
        if type(status) ~= "number" then
            error("bad argument #2 to 'ngx_lua_ffi_exit' (cannot convert '" .. type(status) .. "' to 'int')", 2)
        end
        status = whole(status)
        if status == AGAIN or status == DONE then
            error("bad argument to 'ngx.exit': does not accept NGX_AGAIN or NGX_DONE", 2)
        end
        local phase = r.phase
        if not allowed[phase] then refuse(r) end
        if r.pending_captures and r.pending_captures > 0 and not ABORTS[status] then error(NO_ABORT, 2) end
        if r.header_sent then status = after_header(r, status) end
        if log.enabled(LOG_DEBUG, r) then log.debug(r, "lua exit with code " .. status) end
        if RETURNS[phase] then
            r.exit_code = status
            return
        end
        return sched.exit(status)
    end
end

-- Joins the arguments of a URI with those given apart.
local function join_args(args, more)
    if not more or more == "" then return args end
    if not args or args == "" then return more end
    return args .. "&" .. more
end

local function install_exec(ngx)
    local allowed = guard.phases("ngx.exec")

    function ngx.exec(...)
        local count, uri, more = select("#", ...), ...
        if count ~= 1 and count ~= 2 then
            error("expecting one or two arguments, but got " .. count, 2)
        end
        local r = state.r
        if not r or r.phase == "init" then error("no request object found", 2) end
        uri = guard.string(1, uri, count)
        if uri == "" then error("The uri argument is empty", 2) end
        if not allowed[r.phase] then refuse(r) end
        if r.pending_captures and r.pending_captures > 0 then error(NO_ABORT, 2) end
        local path, args = target.parse(r, uri, true)
        if not path then error("unsafe uri", 2) end
        local text, message, bad_argument = target.args(more)
        if bad_argument then argument(2, message) end
        if message then error(message, 2) end
        if r.header_sent then error("attempt to call ngx.exec after sending out response headers", 2) end
        args = join_args(args, text)
        if byte(path, 1) == 64 and args and args ~= "" then
            log.error(5, r, "query strings " .. args .. " ignored when exec'ing named location " .. path)
        end
        r.exec = {uri = path, args = args}
        return sched.exit("exec")
    end
end

local function install_redirect(ngx)
    local allowed = guard.phases("ngx.redirect")

    function ngx.redirect(...)
        local count, uri, status = select("#", ...), ...
        if count ~= 1 and count ~= 2 then error("expecting one or two arguments", 2) end
        uri = guard.string(1, uri, count)
        status = count == 2 and floor(guard.number(2, status, count)) or 302
        if not REDIRECTS[status] then
            error("only ngx.HTTP_MOVED_TEMPORARILY, ngx.HTTP_MOVED_PERMANENTLY, ngx.HTTP_PERMANENT_REDIRECT, "
                .. "ngx.HTTP_SEE_OTHER, and ngx.HTTP_TEMPORARY_REDIRECT are allowed", 2)
        end
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r, "no request object found") end
        if r.pending_captures and r.pending_captures > 0 then error(NO_ABORT, 2) end
        if r.header_sent then error("attempt to call ngx.redirect after sending out the headers", 2) end
        local unsafe = target.unsafe_byte(uri)
        if unsafe then
            error(format('unsafe byte "0x%02x" in redirect uri "%s"', unsafe, log.escape(uri)), 2)
        end
        headers_out.push(r, "Location", uri) -- as it is: beside another one, relative, empty
        r.status = status
        if log.enabled(LOG_DEBUG, r) then
            log.debug(r, format('lua redirect to "%s" with code %d', uri, status))
        end
        return sched.exit(status)
    end
end

local function install_on_abort(ngx)
    local allowed = guard.phases("ngx.on_abort")

    function ngx.on_abort(callback)
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r, "no request found") end
        if r.abort_callback then return nil, "duplicate call" end
        if not r.loc.lua_check_client_abort then return nil, "lua_check_client_abort is off" end
        if type(callback) ~= "function" then
            argument(1, "Lua function expected")
        end
        r.abort_callback = callback
        return 1
    end
end

local function install_phase(ngx)
    function ngx.get_phase()
        local r = state.r
        return r and r.phase or "init"
    end
    ngx.get_raw_phase = function(r)
        if type(r) ~= "table" then error("bad request: " .. tostring(r), 2) end
        return target.raw_phase(r.phase)
    end
    ngx._phase_ctx = function()
        local r = state.r
        if r and r.phase ~= "init" then return target.raw_phase(r.phase) end
    end
end

local function install(ngx)
    install_exit(ngx)
    install_exec(ngx)
    install_redirect(ngx)
    install_on_abort(ngx)
    install_phase(ngx)
end

return {install = install, ERROR = ERROR}
