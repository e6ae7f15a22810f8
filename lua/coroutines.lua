-- coroutine.* for applications: what a coroutine of theirs waits for passes through those that resumed it.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local named = require "pyresty.named"
local note_wrapped = require("pyresty.errors").note_wrapped
local guard = require "pyresty.ngx.guard"

local co_create, co_resume, co_yield, co_status = coroutine.create, coroutine.resume, coroutine.yield, coroutine.status
local co_running, co_wrap = coroutine.running, coroutine.wrap
local error, setmetatable, type = error, setmetatable, type
local find = named.find
local OP, DEAD = sched.OP, sched.DEAD

-- LuaJIT's weak tables are no ephemerons: a value that refers to its key would stay for ever, so values are weak too.
local inner_of = setmetatable({}, {__mode = "kv"}) -- coroutine → the one it resumed, while that waits in an operation
local waits = setmetatable({}, {__mode = "k"}) -- set of users' coroutines that wait in an operation

local pass

-- The operation of the inner coroutine is over.
local function passed(co, me, ...)
    inner_of[me], waits[co] = nil, nil
    return pass(co, co_resume(co, ...))
end

local function operate_through(co, _, ...)
    local me = co_running()
    inner_of[me], waits[co] = co, true
    return passed(co, me, co_yield(OP, ...))
end

function pass(co, ok, ...)
    if ok and (...) == OP then return operate_through(co, ...) end
    if ok and (...) == DEAD then return false, "cannot resume dead coroutine" end
    return ok, ...
end

local status

-- What did not run was not suspended.
local function resumed(co, ok, ...)
    if not ok and co_status(co) ~= "dead" then return false, "cannot resume " .. status(co) .. " coroutine" end
    return pass(co, ok, ...)
end

local function resume(co, ...)
    if type(co) ~= "thread" then guard.argument(1, "coroutine expected") end
    if find(co) then return false, "cannot resume dead coroutine" end
    return resumed(co, co_resume(co, ...))
end

-- Where nothing can wait ngx_lua leaves the functions of Lua, whose wrap puts its place before an error.
local STRAIGHT = {
    set = true, header_filter = true, body_filter = true, log = true, init = true, init_worker = true,
    exit_worker = true, balancer = true, ssl_session_store = true,
}
local CALLER = _VERSION == "Lua 5.1" and not rawget(_G, "jit") and 3 or 2 -- Lua 5.1 gives tail calls a level

local function unwrap(co, ok, ...)
    if not ok then
        note_wrapped(co, (...))
        local err, r = (...), state.r
        error(err, type(err) == "string" and r and STRAIGHT[r.phase] and CALLER or 0)
    end
    return ...
end

-- As ngx_lua tells it: what waits in an operation is running, and those that resumed it are normal.
function status(co)
    local thread = find(co)
    if thread and thread.collected then return "dead" end
    if thread and thread.dead then return "zombie" end
    if inner_of[co] then return "normal" end
    if waits[co] then return "running" end
    local raw = co_status(co)
    local entry = state.r and state.r.entry
    if not thread and not (entry and entry.co == co) then return raw end
    if raw == "suspended" or raw == "normal" and co ~= state.thread.co then return "running" end -- others run first
    return raw
end

-- Replaces the coroutine library's functions that must know of operations.
local function install(library)
    library.resume = resume
    library.status = status
    library.wrap = function(fn)
        local co = co_create(fn)
        return function(...) return unwrap(co, resume(co, ...)) end
    end
    library._yield, library._resume, library._create = co_yield, co_resume, co_create
    library._wrap, library._status = co_wrap, co_status
    library.__yield, library.__resume, library.__create = library.yield, library.resume, library.create
    library.__wrap, library.__status = library.wrap, library.status
    library.running = co_running
    library.isyieldable = nil -- ngx_lua's library has none
end

return {install = install}
