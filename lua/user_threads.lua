-- Light threads that a handler starts beside its own: what ngx.thread asks of the scheduler.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local named = require "pyresty.named"
local errors = require "pyresty.errors"
local threads = require "pyresty.threads"

local co_running, co_status = require("pyresty.lang").running, coroutine.status
local select = select
local unpack = unpack or table.unpack
local post, let_run, start_child, free_coroutine = sched.post, sched.let_run, sched.start_child, sched.free_coroutine
local add, past, take, ended = named.add, named.past, named.take, named.ended

local WAITED = "already waited or killed"

local user_threads = {}

-- The results of a thread that ended. (LuaJIT compiles no unpack; most often there is one.)
local function collect(thread)
    local n, ok, value = thread.count, thread.ok, thread.value
    thread.collected = true
    past(thread)
    if n == 1 then return ok, value end
    if n == 0 then return true end
    return ok, unpack(value, 1, n)
end

-- ngx_lua gives the whole stack of a thread that failed: what `error` was called with, then the error.
local function note_failure(thread, err)
    errors.log_aborted("user", thread, err)
    local values, n = errors.last_arguments(thread.co)
    values[n + 1] = err
    thread.wait = nil -- its coroutine is dead
    thread.ok, thread.count, thread.value = false, n + 1, n > 0 and values or err
end

-- thread.waits_for is the thread that it waits for, or an array of those of which one has to end.
local function stop_waiting(thread)
    thread.waits_for.waiter = false
    thread.waits_for, thread.on_cancel = false, false
end

local function stop_waiting_any(thread)
    local list = thread.waits_for
    for i = 1, #list do list[i].waiter = false end
    thread.waits_for, thread.on_cancel = false, false
end

local function done(thread, ok, err)
    local r = thread.r
    r.threads = r.threads - 1
    if not ok then note_failure(thread, err) end
    local waiter = thread.waiter
    if waiter then
        waiter.on_cancel(waiter)
        thread.collected = true
        return post(waiter, thread)
    end
    if thread.parent.dead or co_status(thread.parent_co) == "dead" then thread.collected = true end
    if r.threads > 0 then return end
    if r.on_last then return r.on_last(r) end
    return threads.last_ended(r)
end

-- all fields at once: a table that grows is built anew
local function new_child()
    return {
        r = false, finish = done, kind = "user", free = true, parent = false, parent_co = false, co = free_coroutine(),
        dead = false, ok = true, count = 0, value = false, waiter = false, wait = false, collected = false,
    }
end

local function pack(...) return {n = select("#", ...), ...} end

--- ngx.thread.spawn: fn runs until it waits, then the parent goes on. → its coroutine
function user_threads.spawn(fn, ...)
    local args = select("#", ...) > 0 and pack(...)
    local parent = state.thread
    local r = parent.r
    r.threads = r.threads + 1
    if parent.free then parent.wait = nil end -- others have its table now
    local child = take() or new_child()
    child.r, child.parent, child.parent_co = r, parent, co_running()
    add(r, child)
    return start_child(child, fn, args).co
end

--- ngx.thread.wait with one thread, a child of the running one. → ok, results … | nil, err
function user_threads.wait_one(child)
    if child.collected then return nil, WAITED end
    if child.dead then return collect(child) end
    local thread = state.thread
    thread.waits_for, thread.on_cancel, child.waiter = child, stop_waiting, thread
    return collect(let_run(thread))
end

--- The same with several that run, an array: waits for the first to end.
function user_threads.wait_any(list)
    local thread = state.thread
    for i = 1, #list do list[i].waiter = thread end
    thread.waits_for, thread.on_cancel = list, stop_waiting_any
    return collect(let_run(thread))
end

--- ngx.thread.kill, of a child of the running thread → 1 | nil, err
function user_threads.kill(child)
    if child.collected then return nil, WAITED end
    if child.capturing then return nil, "pending subrequests" end
    local r, dead = child.r, child.dead
    child.collected = true
    if not dead then
        sched.cancel(child)
        ended[child.co] = true
        r.threads = r.threads - 1
    end
    past(child)
    if dead then return nil, "already terminated" end
    return 1
end

return user_threads
