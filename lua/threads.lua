-- The light threads of a request: the entry thread of each handler and those ngx.thread.spawn makes.
local sched = require "pyresty.sched"
local errors = require "pyresty.errors"
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"
local phases = require "pyresty.http.phases"

local co_running, co_status = coroutine.running, coroutine.status
local error, type, ipairs, pairs, select = error, type, ipairs, pairs, select
local unpack = unpack or table.unpack
local LOG_ERR = 4
local OK, ERROR, WAIT = 0, -1, phases.WAIT
local CUTS = {[408] = true, [444] = true, [499] = true} -- statuses that end the connection

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
        log.error(LOG_ERR, r, "lua entry thread aborted: runtime error: " .. errors.text(err) .. "\n"
            .. errors.thread_traceback(thread, err))
        thread.co = nil
        cancel_all(r)
        return phases.answer(r, r.header_sent and ERROR or 500)
    end
    local last, status = last_one(r)
    if last then
        r.entry = nil
        if thread.wait == false then r.spare = thread end -- it never waited: nobody else has it
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
    local thread = r.spare
    if thread then
        r.spare, thread.dead = false, false
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
        log.error(LOG_ERR, r, "lua user thread aborted: runtime error: " .. errors.text(err) .. "\n"
            .. errors.thread_traceback(thread, err))
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
    for _, child in ipairs(thread.waits_for) do child.waiter = nil end
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

-- ngx_lua gives the whole stack of a thread that failed: what `error` was called with, then the error.
local function failure(thread, err)
    local values, n = errors.last_arguments(thread.co)
    values[n + 1] = err
    return pack(false, unpack(values, 1, n + 1))
end

local function user_done(thread, ok, ...)
    local r = thread.r
    r.threads = r.threads - 1
    if not ok then
        log.error(LOG_ERR, r, "lua user thread aborted: runtime error: " .. errors.text((...)) .. "\n"
            .. errors.thread_traceback(thread, (...)))
    end
    thread.results = ok and pack(true, ...) or failure(thread, (...))
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

local function spawn(thread, fn, args)
    local r = thread.r
    r.threads = r.threads + 1
    local child = {
        r = r, finish = user_done, kind = "user", parent = thread, parent_co = args.co, owner = thread.owner,
    }
    r.users = r.users or {}
    r.users[child] = true
    sched.post(thread, child)
    return sched.start_free(child, fn, unpack(args, 1, args.n))
end

-- ngx.thread.spawn: fn runs until it waits, then the parent goes on. → its coroutine
function sched.spawn(fn, ...)
    local args = pack(...)
    args.co = co_running()
    local child = sched.operate(spawn, fn, args)
    return child.handle
end

local function wait(thread, list)
    for _, child in ipairs(list) do child.waiter = thread end
    thread.waits_for, thread.on_cancel = list, stop_waiting
end

local thread_of = sched.thread_of

-- ngx.thread.wait: the results of the first of the threads to end. → ok, … | nil, err
function sched.wait(...)
    local list = {...}
    local me = co_running()
    for i, co in ipairs(list) do
        local child = type(co) == "thread" and thread_of(co)
        if not child or child.kind ~= "user" then
            error("attempt to wait on a coroutine that is not a user thread", 0)
        end
        if child.parent_co ~= me then error("only the parent coroutine can wait on the thread", 0) end
        if child.collected then return nil, "already waited or killed" end
        if child.dead and child.results then
            child.collected = true
            return unpack(child.results, 1, child.results.n)
        end
        list[i] = child
    end
    local child = sched.operate(wait, list)
    return unpack(child.results, 1, child.results.n)
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
