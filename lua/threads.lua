-- The light threads of a request: the entry thread of each handler, and the end of all of them.
local sched = require "pyresty.sched"
local named = require "pyresty.named"
local errors = require "pyresty.errors"
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"
local phases = require "pyresty.http.phases"

local ipairs, next, type = ipairs, next, type
local ended = named.ended
local LOG_ERR = 4
local OK, ERROR, WAIT = 0, -1, phases.WAIT
local CUTS = {[408] = true, [444] = true, [499] = true} -- statuses that end the connection

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
    r.users = nil
    for co, thread in next, users do
        if type(co) == "thread" and not thread.collected and not thread.dead then
            ended[co] = true
            sched.cancel(thread)
            r.threads = r.threads - 1
        end
    end
end

-- Ends all light threads of a request: of main and, when it dies, of its subrequests.
local function cancel_all(r)
    if r.users then kill_children(r) end
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

--- The last thread of a handler has ended.
function threads.last_ended(r)
    local status = r.entry_status
    r.entry_status, r.entry = nil, nil
    if r.users then r.users = nil end
    return handler_through(r, status)
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
    if r.threads > 0 then return end
    if not thread.known and spare_count < SPARE then -- nobody else has it
        spare_count = spare_count + 1
        spare[spare_count], thread.r = thread, false
    end
    return threads.last_ended(r)
end

-- all fields at once: a table that grows is built anew
local function new_entry(r)
    return {
        r = r, finish = entry_done, kind = "entry", co = false, dead = false, wait = false, deadline = false,
        on_timer = false, waits_for = false, on_cancel = false, wait_fd = false, known = false,
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
        thread.r, thread.dead, thread.wait = r, false, false
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
    if not ok then
        errors.log_aborted("user", thread, err)
    end
    if r.threads == 0 then return threads.last_ended(r) end
end

-- Runs the function of ngx.on_abort in a light thread of the request whose client has left.
function threads.abort(r, fn)
    r.abort_callback = nil
    r.threads = r.threads + 1
    local thread = {
        r = r, finish = abort_done, kind = "user", parent = r.entry or {}, free = true, co = sched.free_coroutine(),
    }
    named.add(r, thread)
    return sched.start_free(thread, fn)
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

return threads
