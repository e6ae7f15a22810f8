-- ngx.thread: spawn, wait, kill over the scheduler's threads.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local guard = require "pyresty.ngx.guard"

local co_running, error, select, type = coroutine.running, error, select, type
local refuse, thread_of = guard.refuse, sched.thread_of

-- Why thread `co` cannot be waited for here, or nil.
local function unwaitable(co)
    local child = thread_of(co)
    if not child or child.kind ~= "user" then return "attempt to wait on a coroutine that is not a user thread" end
    if child.parent_co ~= co_running() then return "only the parent coroutine can wait on the thread" end
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
        return sched.spawn(fn, ...)
    end

    function ngx.thread.wait(...)
        local r = state.r
        if not r or not wait_phases[r.phase] then refuse(r) end
        local count = select("#", ...)
        if count == 0 then error("at least one coroutine should be specified", 2) end
        for i = 1, count do
            local co = select(i, ...)
            if type(co) ~= "thread" then guard.argument(i, "lua thread expected") end
            local problem = unwaitable(co)
            if problem then error(problem, 2) end
        end
        return sched.wait(...)
    end

    function ngx.thread.kill(co)
        local r = state.r
        if not r or not kill_phases[r.phase] then refuse(r) end
        if type(co) ~= "thread" then guard.argument(1, "lua thread expected") end
        return sched.kill(co)
    end
end

return {install = install}
