-- The light threads of a request: the entry thread of each handler and those ngx.thread.spawn makes.
local sched = require "pyresty.sched"
local errors = require "pyresty.errors"
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"
local phases = require "pyresty.http.phases"

local co_running, co_status = coroutine.running, coroutine.status
local type, ipairs, pairs, select = type, ipairs, pairs, select
local unpack = unpack or table.unpack
local LOG_ERR = 4
local OK, ERROR, WAIT = 0, -1, phases.WAIT
local CUTS = {[408] = true, [444] = true, [499] = true} -- statuses that end the connection

local loaded, new_table = pcall(require, "table.new")
if not loaded then new_table = function() return {} end end

local SPARE = 64
local spare, spare_count = {}, 0 -- tables of entry threads that are through

local threads = {}

-- ---------------------------------------------------------------- the end of a handler

-- ngx.exit with DECLINED or another of nginx's own codes: earlier phases go on, else the request is through with what
-- it has sent, and be that nothing.
local function give_up(r, status)
    if r.phase ~= "content" and status < OK then return nil end
    if not r.http10 then r.eof = true end
    return status > OK and status or OK
end

local function is_success(status) return status >= 200 and status < 300 and status ~= 204 end

-- What a handler's end means to the phase engine; status: ngx.exit's, or nil.
local function outcome(r, status)
    local sent = r.header_sent or r.http10
    if status and status ~= OK then
        if status < 200 and status ~= ERROR and not (status > OK and sent) then return give_up(r, status) end
        if r.header_sent and status > 0 and (status >= 300 or status < 200) then
            if status ~= r.status and not CUTS[status] then
                log.error(LOG_ERR, r, "attempt to set status " .. status
                    .. " via ngx.exit after sending out the response status " .. r.status)
            end
            if CUTS[status] then return status end
            return OK
        end
        if not is_success(status) or r.eof then return status end
        if not sent then
            if r.status == 0 then r.status = status end
            output.nothing(r)
        end
        return 200
    end
    local phase = r.phase
    if phase == "content" then
        if not sent then output.nothing(r) end
        return OK
    end
    if sent then return 200 end -- its output was the response
    if phase == "access" then return true end
    return nil
end

local function handler_through(r, status)
    if status and status > OK and r.http10 and not CUTS[status] then status = 200 end -- what is held is the response
    if status and status >= 200 and r.status == 0 and not r.header_sent then r.status = status end
    local sent = r.header_sent
    local rc = outcome(r, status)
    if r.phase == "access" and not sent then rc = phases.access_result(r, rc) end
    return phases.answer(r, rc)
end

local function kill_children(r)
    local users = r.users
    if not users then return end
    r.users = nil
    for thread in pairs(users) do
        if not thread.dead then
            sched.cancel(thread)
            r.threads = r.threads - 1
        end
    end
end

-- Ends all light threads of a request: of main and, when it dies, of its subrequests.
local function cancel_all(r)
    kill_children(r)
    local entry = r.entry
    if entry and not entry.dead then sched.cancel(entry) end
    r.entry, r.threads = nil, 0
    if r.subs then
        for _, child in ipairs(r.subs) do
            if not child.done then
                child.done = true
                cancel_all(child)
            end
        end
    end
end
sched.cancel_all = cancel_all

local function last_one(r)
    if r.threads > 0 then return false end
    local status = r.entry_status
    r.entry_status, r.users = nil, nil
    return true, status
end

local function entry_done(thread, ok, err)
    local r = thread.r
    r.threads = r.threads - 1
    if not ok then
        errors.log_aborted("entry", thread, err)
        thread.co = nil
        cancel_all(r)
        return phases.answer(r, r.header_sent and ERROR or 500)
    end
    local last, status = last_one(r)
    if last then
        r.entry = nil
        if thread.wait == false and spare_count < SPARE then -- it never waited: nobody else has it
            spare_count = spare_count + 1
            spare[spare_count], thread.r = thread, false
        end
        return handler_through(r, status)
    end
end

-- all fields at once: a table that grows is built anew
local function new_entry(r)
    return {
        r = r, finish = entry_done, kind = "entry", co = false, dead = false, wait = false, deadline = false,
        on_timer = false,
    }
end

-- Runs fn as the handler of the request's phase; the answer is the phase engine's.
function threads.enter(r, fn)
    r.result = WAIT
    r.threads = r.threads + 1
    local thread = spare[spare_count]
    if thread then
        spare[spare_count] = nil
        spare_count = spare_count - 1
        thread.r, thread.dead = r, false
    else
        thread = new_entry(r)
    end
    r.entry = thread
    sched.start(thread, fn)
    return r.result
end

local function abort_done(thread, ok, err)
    local r = thread.r
    r.threads = r.threads - 1
    if r.users then r.users[thread] = nil end
    if not ok then
        errors.log_aborted("user", thread, err)
    end
    if r.threads == 0 then
        local _, status = last_one(r)
        r.entry = nil
        return handler_through(r, status)
    end
end

-- Runs the function of ngx.on_abort in a light thread of the request whose client has left.
function threads.abort(r, fn)
    r.abort_callback = nil
    r.threads = r.threads + 1
    local thread = {r = r, finish = abort_done, kind = "user", parent = r.entry or {}}
    r.users = r.users or {}
    r.users[thread] = true
    return sched.start(thread, fn)
end

-- ---------------------------------------------------------------- ngx.exit, ngx.exec, ngx.redirect

-- ngx.exit in a timer ends all its threads.
local function leave_timer(thread)
    local r = thread.r
    local entry = r.entry
    local running = thread == entry or not entry.dead
    cancel_all(r)
    if not running then return r.on_last(r) end
    r.threads = 1
    return entry.finish(entry, true)
end

local function leave(thread, status)
    local r = thread.r
    if r.on_exit then return r.on_exit(thread, status) end
    thread.dead = true
    if r.fake then return leave_timer(thread) end
    r.entry_status = nil
    cancel_all(r)
    if status == "exec" then return phases.answer(r, "exec") end
    return handler_through(r, status)
end

-- In a light thread: ends the handler with a status, or with "exec" for the redirect in r.exec. Never returns.
function threads.exit(status) return sched.operate(leave, status) end
sched.exit = threads.exit

local function jump(thread)
    local r = thread.r
    thread.dead = true
    cancel_all(r)
    r.uri_changed = true
    r.ctx, r.internal = nil, true
    return phases.answer(r, nil)
end

-- ngx.req.set_uri(uri, true): looks for the location again. Never returns.
function threads.jump() return sched.operate(jump) end
sched.jump = threads.jump

-- ---------------------------------------------------------------- ngx.thread

local function stop_waiting(thread)
    local list = thread.waits_for
    for i = 1, #list do list[i].waiter = false end
    thread.waits_for, thread.on_cancel = nil, nil
end

local function wake_waiter(thread)
    local waiter = thread.waiter
    if not waiter then return end
    stop_waiting(waiter)
    thread.collected = true
    return sched.post(waiter, thread)
end

local function pack(...) return {n = select("#", ...), ...} end

-- (LuaJIT compiles no unpack.)
local function give(results)
    local n = results.n
    if n == 1 then return results[1] end
    if n == 2 then return results[1], results[2] end
    return unpack(results, 1, n)
end

-- ngx_lua gives the whole stack of a thread that failed: what `error` was called with, then the error.
local function failure(thread, err)
    local values, n = errors.last_arguments(thread.co)
    values[n + 1] = err
    return pack(false, unpack(values, 1, n + 1))
end

local function user_done(thread, ok, result)
    local r = thread.r
    r.threads = r.threads - 1
    if not ok then
        errors.log_aborted("user", thread, result)
    end
    thread.results = ok and result or failure(thread, result)
    if r.users then r.users[thread] = nil end
    if thread.waiter then return wake_waiter(thread) end
    if thread.parent.dead or co_status(thread.parent_co) == "dead" then thread.collected = true end
    if r.threads == 0 then
        if thread.owner then return thread.owner.on_last(thread.owner) end
        local _, status = last_one(r)
        r.entry = nil
        return handler_through(r, status)
    end
end

local function spawn(thread, fn, args, co)
    local r = thread.r
    r.threads = r.threads + 1
    -- all fields at once: a table that grows is built anew
    local child = {
        r = r, finish = user_done, kind = "user", parent = thread, parent_co = co, owner = thread.owner, free = true,
        co = false, handle = false, dead = false, posted = nil, results = false, waiter = false, collected = false,
        wait = false, deadline = false,
    }
    local users = r.users or new_table(0, 8)
    users[child], r.users = true, users
    sched.post(thread, child)
    if args then return sched.start_free(child, fn, unpack(args, 1, args.n)) end
    return sched.start_free(child, fn)
end

-- ngx.thread.spawn: fn runs until it waits, then the parent goes on. → its coroutine
function sched.spawn(fn, ...)
    local args = select("#", ...) > 0 and pack(...)
    local child = sched.operate(spawn, fn, args, co_running())
    return child.handle
end

local function wait(thread, list)
    for i = 1, #list do list[i].waiter = thread end
    thread.waits_for, thread.on_cancel = list, stop_waiting
end

local thread_of = sched.thread_of

-- ngx.thread.wait: the results of the first of the threads to end; coroutines of children of the running thread.
-- → ok, … | nil, err
function sched.wait(first, ...)
    local list = select("#", ...) == 0 and {first} or {first, ...}
    for i = 1, #list do
        local child = thread_of(list[i])
        if child.collected then return nil, "already waited or killed" end
        if child.dead and child.results then
            child.collected = true
            return give(child.results)
        end
        list[i] = child
    end
    return give(sched.operate(wait, list).results)
end

-- ngx.thread.kill → 1 | nil, err
function sched.kill(co)
    local child = type(co) == "thread" and thread_of(co)
    if not child or child.kind ~= "user" then return nil, "not user thread" end
    if child.parent_co ~= co_running() then return nil, "killer not parent" end
    if child.collected then return nil, "already waited or killed" end
    if child.dead then
        child.collected = true
        return nil, "already terminated"
    end
    if child.capturing then return nil, "pending subrequests" end
    sched.cancel(child)
    child.collected = true
    local r = child.r
    r.threads = r.threads - 1
    if r.users then r.users[child] = nil end
    return 1
end


return threads
