-- The fields of `ngx` that are computed: ctx, status, headers_sent, is_subrequest.
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local refs = require "pyresty.http.ctx_refs"
local log = require "pyresty.http.log"

local error, rawget, rawset, setmetatable, tonumber, type = error, rawget, rawset, setmetatable, tonumber, type

local LOG_ERR = 4

local magic = {}

local getters, setters = {}, {}
magic.getters, magic.setters = getters, setters

-- The level of the code that used the field: getter, metamethod, user.
local USER = 3

local function refuse(r)
    guard.refuse_here(r, nil, USER + 2)
end

local function install_ctx(allowed)
    function getters.ctx()
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r) end
        local ctx = r.ctx
        if ctx then return ctx end
        ctx = {}
        local shared = r.conn and r.conn.ssl_ctx -- of the handshake's phases
        if shared then setmetatable(ctx, {__index = shared}) end
        r.ctx = ctx
        refs.note(r)
        return ctx
    end

    function setters.ctx(value)
        if type(value) ~= "table" then error("ctx should be a table while getting a " .. type(value), USER) end
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r) end
        if not r.ctx then refs.note(r) end
        r.ctx = value
    end
end

local function install_status(allowed)
    function getters.status()
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r) end
        local status = r.status
        if status ~= 0 then return status end
        return r.http_version == 9 and 9 or 0
    end

    function setters.status(value)
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r) end
        local status = tonumber(value)
        if not status then
            error("bad argument #2 to 'ngx_http_lua_ffi_set_resp_status' (cannot convert 'nil' to 'int')", USER)
        end
        if r.header_sent then
            log.error(LOG_ERR, r, "attempt to set ngx.status after sending out response headers")
            return
        end
        r.status = status - status % 1
        r.status_line = r.status == 101 and "101 Switching Protocols" or nil
    end
end

local function index(t, key)
    local getter = getters[key]
    if not getter then return rawget(t, key) end
    local value = getter() -- no tail call: errors count the levels
    return value
end

local function newindex(t, key, value)
    local setter = setters[key]
    if not setter then return rawset(t, key, value) end
    setter(value)
end

function magic.install(ngx)
    install_ctx(guard.phases("ngx.ctx"))
    install_status(guard.phases("ngx.status"))
    local sent_phases, sub_phases = guard.phases("ngx.headers_sent"), guard.phases("ngx.is_subrequest")

    function getters.headers_sent()
        local r = state.r
        if not r or not sent_phases[r.phase] then refuse(r) end
        return r.header_sent
    end

    function getters.is_subrequest()
        local r = state.r
        if not r or not sub_phases[r.phase] then refuse(r) end
        return r.parent ~= nil
    end

    setmetatable(ngx, {__index = index, __newindex = newindex})
end

return magic
