-- ngx_http_lua_module's serving half: loads the user's chunks and runs them in their phases.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local errors = require "pyresty.errors"
local threads = require "pyresty.threads"
local body = require "pyresty.http.body"
local log = require "pyresty.http.log"
local phases = require "pyresty.http.phases"
local script = require "pyresty.http.script"
local variables = require "pyresty.http.variables"
local chunks = require "pyresty.chunks"
local debugging = require "pyresty.modules.lua_debug"

local ipairs, tostring, type, find = ipairs, tostring, type, string.find
local LOG_ERR = 4
local NOT_FOUND, UNAVAILABLE, FAILED = 404, 503, 500

local module = {content = {}, directives = {}}

-- ---------------------------------------------------------------- phases that run as light threads

local function status_of(err) return find(err, "No such file or directory", 1, true) and NOT_FOUND or UNAVAILABLE end

-- The function of a chunk, for this request. → fn | nil, status
local function load(r, chunk)
    local fn, err, from_file, what = chunks.get(chunk, r)
    if fn then return fn end
    log.error(LOG_ERR, r, what .. err)
    return nil, from_file and status_of(err) or FAILED
end

local function need_body(r)
    if r.loc.lua_need_request_body and not r.main.body_read then
        local ok, status = body.read(r)
        if not ok then threads.exit(status) end
    end
end

-- Handlers of the rewrite phase after a `rewrite`: the location is about to change.
local WAITS_FOR_URI = {rewrite = true, server_rewrite = true}

-- A function of its own: LuaJIT does not compile one that makes closures.
local function after_body(r, fn)
    return function()
        need_body(r)
        return fn()
    end
end

local function entry(phase, chunk)
    local steps_aside = WAITS_FOR_URI[phase]
    return function(r)
        if steps_aside and r.uri_changed then return end
        r.phase = phase
        local fn, status = load(r, chunk)
        if not fn then return status end
        if r.loc.lua_need_request_body and not r.main.body_read then
            fn = after_body(r, fn)
        end
        return threads.enter(r, fn)
    end
end

local function phase_of(name, label)
    local key = name .. "_by_lua"
    return function(loc)
        local chunk = loc[key]
        return chunk and debugging.handler(loc, label or name .. " handler", entry(name, chunk))
    end
end

module.server_rewrite = phase_of("server_rewrite", "server rewrite handler")
module.rewrite = phase_of "rewrite"
module.access = phase_of "access"
local precontent = phase_of "precontent"

-- The content handler is made with the location, not by its first request.
function module.precontent(loc)
    local spec = loc.content
    if spec and spec.kind == "lua" and not spec.handler then
        spec.handler = debugging.handler(loc, "content handler", entry("content", spec.chunk))
    end
    return precontent(loc)
end

function module.content.lua(r, spec) return spec.handler(r) end

-- ---------------------------------------------------------------- phases that run at once

-- Runs fn in a phase of its own and comes back to the one that was. → true, … | false, message
local function run(r, phase, fn)
    local old_phase, old_r = r.phase, state.r
    r.phase, state.r = phase, r
    local ok, result, co = sched.call_now(fn)
    r.phase, state.r = old_phase, old_r
    if not ok then return false, errors.text(result) .. "\n" .. errors.coroutine_traceback(co) end
    return true, result
end

local function header_filter(loc)
    local chunk = loc.header_filter_by_lua
    if not chunk then return end
    return function(r)
        local fn = load(r, chunk)
        if not fn then return -1 end
        r.exit_code = nil
        local ok, err = run(r, "header_filter", fn)
        if not ok then
            log.error(LOG_ERR, r, "failed to run header_filter_by_lua*: " .. err)
            return -1
        end
        local code = r.exit_code
        if code and code ~= 0 and code ~= r.filter_exit then
            r.filter_exit = code -- on the page for it the filter runs again, and may say so again
            return code
        end
    end
end

function module.header_filter(loc) return debugging.header_filter(loc, header_filter(loc)) end

local function body_filter(loc)
    local chunk = loc.body_filter_by_lua
    if not chunk then return end
    return function(r, data, last)
        if r.body_filter_over then return "", last end
        local fn = load(r, chunk)
        if not fn then return nil end
        r.filter_data, r.filter_last = data, last
        local ok, result = run(r, "body_filter", fn)
        if not ok then
            log.error(LOG_ERR, r, "failed to run body_filter_by_lua*: " .. result)
            return nil
        end
        if result == -1 then return nil end
        data, last = r.filter_data, r.filter_last
        r.filter_data, r.filter_last = nil, nil
        if last then r.body_filter_over = true end
        return data or "", last or false
    end
end

function module.body_filter(loc) return debugging.body_filter(loc, body_filter(loc)) end

local function log_handler(loc)
    local chunk = loc.log_by_lua
    if not chunk then return end
    return function(r)
        local fn = load(r, chunk)
        if not fn then return end
        local ok, err = run(r, "log", fn)
        if not ok then log.error(LOG_ERR, r, "failed to run log_by_lua*: " .. err) end
    end
end

-- Requests logged since malloc_trim was called.
local untrimmed = 0

-- What lua_malloc_trim does in the log phase.
local function trim(r, cycle)
    if cycle == 0 then return log.debug(r, "malloc_trim() disabled") end
    untrimmed = untrimmed + 1
    if untrimmed < cycle then return end
    untrimmed = 0
    local released = state.host.malloc_trim()
    if released then log.debug(r, "malloc_trim(1) returned " .. released) end
end

-- ngx_lua has a handler in the log phase when some location has log_by_lua, or lua_malloc_trim is set.
function module.log(loc)
    local handler = log_handler(loc)
    local cycle = state.plan.lua.malloc_trim
    if not cycle then return handler end
    handler = debugging.handler(loc, "log handler", handler or function() end)
    return function(r)
        trim(r, cycle)
        return handler(r)
    end
end

-- set_by_lua $var code args…
function module.directives.set_by_lua(r, code)
    local args = code.compiled
    if not args then
        args = {}
        for i, value in ipairs(code.args) do args[i] = script.compile(value) end
        code.compiled = args
    end
    local values = {}
    for i = 1, #args do values[i] = script.eval(r, args[i]) end
    local fn = load(r, code.chunk)
    if not fn then return FAILED end
    r.set_args = values
    local ok, value = run(r, "set", fn)
    r.set_args = nil
    if not ok then
        log.error(LOG_ERR, r, "failed to run set_by_lua*: " .. value)
        return FAILED
    end
    local kind = type(value)
    variables.set(r, code.var, kind == "string" and value or kind == "number" and tostring(value) or "")
end

--- Runs balancer_by_lua* → true | false: the code could not be loaded or raised, which is logged.
function module.run_balancer(r, chunk)
    local fn = load(r, chunk)
    if not fn then return false end
    local ok, err = run(r, "balancer", fn)
    if not ok then log.error(LOG_ERR, r, "failed to run balancer_by_lua*: " .. err) end
    return ok
end

-- ---------------------------------------------------------------- phases without a request

-- Runs init_by_lua and its like. → true | nil, message
function module.run_process_phase(chunk, phase)
    local fn, err = chunks.get(chunk, nil)
    if not fn then return nil, err end
    local r = {phase = phase, headers_out = {}, vars = {}, loc = state.plan.http, server = nil}
    r.main = r
    local ok, message = run(r, phase, fn)
    phases.clean_up(r)
    if not ok then return nil, message end
    return true
end

return module
