-- ngx.req: method, URI, version, raw head, start time.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local guard = require "pyresty.ngx.guard"
local target = require "pyresty.ngx.target"
local log = require "pyresty.http.log"
local uri_module = require "pyresty.http.uri"

local error, floor, format, select = error, math.floor, string.format, select
local find, sub = string.find, string.sub
local refuse_here = guard.refuse_here

local LOG_DEBUG = 8
local NO_ABORT = "attempt to abort with pending subrequests"

local METHODS = {
    [2] = "GET", [4] = "HEAD", [8] = "POST", [16] = "PUT", [32] = "DELETE", [64] = "MKCOL", [128] = "COPY",
    [256] = "MOVE", [512] = "OPTIONS", [1024] = "PROPFIND", [2048] = "PROPPATCH", [4096] = "LOCK", [8192] = "UNLOCK",
    [16384] = "PATCH", [32768] = "TRACE",
}

local function install_method(req)
    local get_phases, set_phases = guard.phases("ngx.req.get_method"), guard.phases("ngx.req.set_method")

    function req.get_method()
        local r = state.r
        if not r or not get_phases[r.phase] then refuse_here(r) end
        return r.method
    end

    function req.set_method(method)
        local r = state.r
        if not r or r.phase == "init" then error("no request found", 2) end
        if type(method) ~= "number" then error("bad method number", 2) end
        if not set_phases[r.phase] then refuse_here(r) end
        local name = METHODS[method]
        if not name then error("unsupported HTTP method: " .. method, 2) end
        r.method = name
    end
end

local function unsafe_uri(uri)
    local byte = target.unsafe_byte(uri)
    if byte then
        return format("unsafe byte \"0x%02x\" in uri \"%s\" (maybe you want to set the 'binary' argument?)", byte,
            log.escape(uri))
    end
end

local function change_uri(r, uri)
    r.uri = uri
    r.internal = true
    r.valid_unparsed_uri = false
    r.exten = uri_module.exten(uri)
end

local JUMPS = {rewrite = true, server_rewrite = true}

local function install_uri(req)
    local allowed = guard.phases("ngx.req.set_uri")

    function req.set_uri(...)
        local count, uri, jump, binary = select("#", ...), ...
        if count < 1 or count > 3 then error("expecting 1, 2 or 3 arguments but seen " .. count, 2) end
        local r = state.r
        if not r or not allowed[r.phase] then refuse_here(r, "no request found") end
        uri = guard.string(1, uri, count)
        if uri == "" then error("attempt to use zero-length uri", 2) end
        if count >= 3 then guard.boolean(3, binary, count) end
        local problem = not binary and unsafe_uri(uri)
        if problem then error(problem, 2) end
        if count >= 2 then
            guard.boolean(2, jump, count)
            if jump then
                if not JUMPS[r.phase] then guard.refuse(r) end
                if r.pending_captures and r.pending_captures > 0 then error(NO_ABORT, 2) end
            end
        end
        change_uri(r, uri)
        if not jump then
            r.uri_changed = nil
            return
        end
        if log.enabled(LOG_DEBUG, r) then log.debug(r, 'lua set uri jump to "' .. uri .. '"') end
        return sched.jump()
    end
end

local VERSIONS = {[9] = 0.9, [10] = 1.0, [11] = 1.1, [20] = 2.0} -- ngx_lua knows no others

local function install_head(req)
    local version_phases, raw_phases = guard.phases("ngx.req.http_version"), guard.phases("ngx.req.raw_header")
    local start_phases, internal_phases = guard.phases("ngx.req.start_time"), guard.phases("ngx.req.is_internal")

    function req.http_version()
        local r = state.r
        if not r or not version_phases[r.phase] then refuse_here(r, "no request object found") end
        local version = r.http_version
        return VERSIONS[version]
    end

    function req.raw_header(no_request_line)
        local r = state.r
        if not r or not raw_phases[r.phase] then refuse_here(r, "no request object found") end
        local main = r.main
        if main.http_version >= 20 then error("http2 requests not supported yet", 2) end
        local head = main.raw_head
        if main.request_line == "" or not head then return "" end
        if not no_request_line then return head end
        local eol = find(head, "\n", 1, true)
        return eol and sub(head, eol + 1) or ""
    end

    function req.start_time()
        local r = state.r
        if not r or not start_phases[r.phase] then refuse_here(r) end
        return floor((r.start or state.now) * 1000) / 1000
    end

    function req.is_internal()
        local r = state.r
        if not r or not internal_phases[r.phase] then refuse_here(r, nil, 2) end -- placed in the API's own file
        return r.internal and true or false
    end
end

local function install(ngx)
    install_method(ngx.req)
    install_uri(ngx.req)
    install_head(ngx.req)
end

return {install = install}
