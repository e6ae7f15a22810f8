-- ngx.timer: light threads without a request of a client, and the counts and limits of them.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local errors = require "pyresty.errors"
local log = require "pyresty.http.log"
local phases = require "pyresty.http.phases"
local references = require "pyresty.vm_references"

local getinfo, unpack, select, ipairs, next = debug.getinfo, unpack or table.unpack, select, ipairs, next
local LOG_ALERT, LOG_DEBUG = 2, 8

local background = {pending = 0, running = 0}
local waiting = {} -- timers not yet due: set of them
local exiting = false

-- A stand-in request for code that runs without one.
local function fake_request(phase, loc, conn)
    local r = {phase = phase, headers_out = {n = 0}, vars = {}, loc = loc, threads = 0, fake = true, conn = conn}
    r.main = r
    return r
end
background.fake_request = fake_request

local function thread_done(r)
    if r.threads > 0 then return end
    r.users = nil
    background.running = background.running - 1
    r.done = true
    phases.clean_up(r)
    if r.held_vm then references.drop() end
    if log.enabled(LOG_DEBUG, r) then log.debug(r, "http lua close fake http connection") end
end

local function done(thread, ok, err)
    local r = thread.r
    r.threads = r.threads - 1
    if not ok then
        errors.log_aborted("entry", thread, err)
        if r.users then sched.cancel_all(r) end
        thread.co = nil
    end
    return thread_done(r)
end

local function function_place(fn)
    local info = getinfo(fn, "S")
    return info.source .. ":" .. info.linedefined
end

local function call(timer, premature) return timer.fn(premature, unpack(timer.args, 1, timer.args.n)) end

local function new_thread(timer, finish)
    background.running = background.running + 1
    local r = fake_request("timer", timer.loc, timer.conn)
    r.threads, r.held_vm = 1, timer.holds_vm
    local thread = {r = r, finish = finish, kind = "timer"}
    r.entry = thread
    r.on_last = thread_done
    return thread
end

-- Runs fn(premature, …) as a light thread of its own.
local function start(timer, premature)
    local limit = state.plan.lua and state.plan.lua.lua_max_running_timers or 256
    if background.running >= limit then
        log.error(LOG_ALERT, nil, "lua failed to run timer with function defined at " .. function_place(timer.fn)
            .. ": " .. limit .. " lua_max_running_timers are not enough")
        return references.drop()
    end
    return sched.start(new_thread(timer, done), call, timer, premature)
end

-- Runs fn in a timer's context; finish(thread, ok, …) is called when it ended. timer: {loc =, conn =}
function background.enter(timer, finish, fn)
    local thread = new_thread(timer, finish)
    thread.free, thread.co = true, sched.free_coroutine()
    return sched.start_free(thread, fn)
end

local function remove(timer)
    if not waiting[timer] then return false end
    waiting[timer] = nil
    background.pending = background.pending - 1
    return true
end

local function fire(timer)
    if not remove(timer) then return end
    if log.enabled(LOG_DEBUG, nil) then log.debug(nil, "lua ngx.timer expired") end
    if timer.every and not exiting then background.add(timer) end
    return start(timer, false)
end

function background.add(timer)
    waiting[timer], timer.holds_vm = true, true
    references.add()
    background.pending = background.pending + 1
    timers.set(timer, timer.delay)
end

local function create(delay, every, fn, ...)
    local limit = state.plan.lua and state.plan.lua.lua_max_pending_timers or 1024
    if exiting and delay > 0 then return nil, "process exiting" end
    if background.pending >= limit then return nil, "too many pending timers" end
    local r = state.r
    local conn = r and r.main and r.main.conn
    background.add({
        delay = delay, every = every, fn = fn, args = {n = select("#", ...), ...}, on_timer = fire,
        loc = r and r.loc, conn = conn and {address = conn.address, listen = conn.listen},
    })
    return 1
end

-- ngx.timer.at, ngx.timer.every → 1 | nil, err
function sched.timer_at(delay, fn, ...) return create(delay, false, fn, ...) end
function sched.timer_every(delay, fn, ...) return create(delay, true, fn, ...) end
function sched.timer_counts() return background.running, background.pending end

-- The process ends: timers that are not due run at once, premature.
function background.drain()
    exiting, state.exiting = true, true
    local list = {}
    for timer in next, waiting do list[#list + 1] = timer end
    local debugged = log.enabled(LOG_DEBUG, nil)
    if list[1] and debugged then
        log.debug(nil, "lua abort pending timers")
        log.debug(nil, "lua found " .. #list .. " pending timers")
    end
    for _, timer in ipairs(list) do
        timers.clear(timer)
        if remove(timer) then
            if debugged then log.debug(nil, "lua ngx.timer expired") end
            start(timer, timer.delay > 0)
        end
    end
end

function background.exiting() return exiting end
function background.idle() return background.pending == 0 and background.running == 0 end

return background
