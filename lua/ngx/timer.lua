-- ngx.timer over the scheduler's timers.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local guard = require "pyresty.ngx.guard"
require "pyresty.background" -- gives sched its timers

local error, floor = error, math.floor
local is_lua_function = guard.is_lua_function

local function install(ngx)
    local at_phases, every_phases = guard.phases("ngx.timer.at"), guard.phases("ngx.timer.every")
    local timer = {}
    ngx.timer = timer

    function timer.at(delay, fn, ...)
        if fn == nil then error("expecting at least 2 arguments but got " .. (delay == nil and 0 or 1), 2) end
        delay = floor(guard.number(1, delay, 2) * 1000) / 1000
        if not is_lua_function(fn) then guard.argument(2, "Lua function expected") end
        local r = state.r
        if not r or not at_phases[r.phase] then guard.refuse(r, "no request") end
        return sched.timer_at(delay, fn, ...)
    end

    function timer.every(delay, fn, ...)
        if fn == nil then error("expecting at least 2 arguments but got " .. (delay == nil and 0 or 1), 2) end
        delay = floor(guard.number(1, delay, 2) * 1000) / 1000
        if delay == 0 then error("delay cannot be zero", 2) end
        if not is_lua_function(fn) then guard.argument(2, "Lua function expected") end
        local r = state.r
        if not r or not every_phases[r.phase] then guard.refuse(r, "no request") end
        return sched.timer_every(delay, fn, ...)
    end

    function timer.running_count()
        if not state.r then error("no request", 2) end
        return (sched.timer_counts())
    end

    function timer.pending_count()
        if not state.r then error("no request", 2) end
        local _, pending = sched.timer_counts()
        return pending
    end
end

return {install = install}
