-- ngx.thread: spawn, wait, kill.
local state = require "pyresty.state"
local named = require "pyresty.named"
local user_threads = require "pyresty.user_threads"
local guard = require "pyresty.ngx.guard"

local co_running = require("pyresty.lang").running
local error, select, type = error, select, type
local refuse, find = guard.refuse, named.find
local wait_one, wait_any = user_threads.wait_one, user_threads.wait_any

local NOT_A_THREAD = "lua thread expected"

-- The thread of coroutine `co` that can be waited for here, or PAST | nil, why not
local function waitable(co)
    local child = find(co)
    if not child then return nil, "attempt to wait on a coroutine that is not a user thread" end
    if child.parent_co and child.parent_co ~= co_running() then
        return nil, "only the parent coroutine can wait on the thread"
    end
    return child
end

-- The coroutines among the arguments; as ngx_lua, looks no further than the first that has ended.
-- → array | nil, error, position of a bad argument | nil, the ended thread
local function waitables(count, ...)
    local list = {}
    for i = 1, count do
        local co = select(i, ...)
        if type(co) ~= "thread" then return nil, NOT_A_THREAD, i end
        local child, problem = waitable(co)
        if not child then return nil, problem end
        if child.collected or child.dead then return nil, child end
        list[i] = child
    end
    return list
end

local function install(ngx)
    local spawn_phases = guard.phases("ngx.thread.spawn")
    local wait_phases = guard.phases("ngx.thread.wait")
    local kill_phases = guard.phases("ngx.thread.kill")
    ngx.thread = {}

    function ngx.thread.spawn(fn, ...)
        local r = state.r
        if not r or r.phase == "init" then error("no request found", 2) end
        if not guard.is_lua_function(fn) then guard.argument(1, "Lua function expected") end
        if not spawn_phases[r.phase] then refuse(r) end
        return user_threads.spawn(fn, ...)
    end

    function ngx.thread.wait(...)
        local r = state.r
        if not r or not wait_phases[r.phase] then refuse(r) end
        local count = select("#", ...)
        if count == 1 then
            local co = ...
            if type(co) ~= "thread" then guard.argument(1, NOT_A_THREAD) end
            local child, problem = waitable(co)
            if not child then error(problem, 2) end
            return wait_one(child)
        end
        if count == 0 then error("at least one coroutine should be specified", 2) end
        local list, problem, position = waitables(count, ...)
        if list then return wait_any(list) end
        if position then guard.argument(position, problem) end
        if type(problem) == "string" then error(problem, 2) end
        return wait_one(problem)
    end

    function ngx.thread.kill(co)
        local r = state.r
        if not r or not kill_phases[r.phase] then refuse(r) end
        if type(co) ~= "thread" then guard.argument(1, NOT_A_THREAD) end
        local child = find(co)
        if not child then return nil, "not user thread" end
        if child.parent_co and child.parent_co ~= co_running() then return nil, "killer not parent" end
        return user_threads.kill(child)
    end
end

return {install = install}
