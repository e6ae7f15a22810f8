-- What light threads wait for: descriptors, times, Python's operations. These functions are the scheduler's, sched.…
local state = require "pyresty.state"
local ops = require "pyresty.ops"
local timers = require "pyresty.timers"
local log = require "pyresty.http.log"

local co_yield, next = coroutine.yield, next
local debugs = log.enabled
local push_op = ops.push
local WAIT_READ, WAIT_WRITE, CANCEL, CALL = ops.WAIT_READ, ops.WAIT_WRITE, ops.CANCEL, ops.CALL

local NONE = {}
local ALONE = {} -- r.seen while its only thread waits for a descriptor

local waiting, last_id = {}, 0 -- what Python will step, by id

return function(sched)
    local OP, run, post = sched.OP, sched.run, sched.post

    local function expect(thread, op, fd)
        last_id = last_id + 1
        waiting[last_id] = thread
        thread.wait, thread.wait_fd = last_id, fd
        push_op(op, last_id, fd)
    end

    local function forget(thread)
        local id = thread.wait
        if id then
            waiting[id], thread.wait = nil, nil
            if thread.wait_fd then push_op(CANCEL, id, thread.wait_fd) end
        end
        timers.clear(thread)
    end

    local function timed_out(thread)
        forget(thread)
        return run(thread, nil, "timeout")
    end

    local function wait_fd(thread, op, fd, seconds)
        expect(thread, op, fd)
        if seconds then
            thread.on_timer = timed_out
            timers.set(thread, seconds)
        end
    end

    -- A handler's own thread waits for a descriptor, alone: neither its table nor its request's get known to anybody by
    -- that, and both may be used again afterwards.
    local function wait_alone(thread, op, fd, seconds)
        local r = thread.r
        if not r or thread ~= r.entry or r.users then
            thread.known = true
        elseif r.seen then
            r.seen = r.seen == state.now and ALONE
        end
        return wait_fd(thread, op, fd, seconds)
    end
    sched.discreet(wait_alone)

    local function see(thread)
        local r = thread.r
        if r and r.seen == ALONE then r.seen = state.now end
    end

    -- → true | nil, "timeout"
    function sched.wait_read(fd, seconds) return co_yield(OP, wait_alone, WAIT_READ, fd, seconds) end
    function sched.wait_write(fd, seconds) return co_yield(OP, wait_alone, WAIT_WRITE, fd, seconds) end

    local function wake(thread) return run(thread) end
    local function sleep(thread, seconds, on_timer)
        thread.on_timer = on_timer or wake
        timers.set(thread, seconds)
    end
    -- on_timer(thread), if given, runs the thread instead of the scheduler.
    function sched.sleep(seconds, on_timer) return co_yield(OP, sleep, seconds, on_timer) end

    -- Parks the thread until sched.post or sched.run; with seconds, it may return nil, "timeout".
    local function park(thread, seconds)
        if seconds then
            thread.on_timer = timed_out
            timers.set(thread, seconds)
        end
    end
    function sched.park(seconds) return co_yield(OP, park, seconds) end

    -- Wakes a parked thread.
    function sched.unpark(thread, a, b)
        timers.clear(thread)
        return post(thread, a, b)
    end

    -- Wakes a thread that waits for a descriptor, in its stead.
    function sched.interrupt(thread, a, b)
        forget(thread)
        return post(thread, a, b)
    end

    local function call(thread, name, a, b, c)
        last_id = last_id + 1
        waiting[last_id] = thread
        thread.wait, thread.wait_fd = last_id, nil
        push_op(CALL, last_id, name, a, b, c)
    end
    -- Python's operation `name` in a greenlet; → its results
    function sched.call(name, a, b, c) return co_yield(OP, call, name, a, b, c) end

    local function give_way(thread) return post(thread) end
    function sched.yield_now() return co_yield(OP, give_way) end

    -- A wait of something that is not a light thread (a connection's output, a pooled socket): object.on_ready(object)
    -- is called.
    function sched.watch_write(object, fd) return expect(object, WAIT_WRITE, fd) end
    function sched.watch_read(object, fd) return expect(object, WAIT_READ, fd) end
    function sched.unwatch(object) return forget(object) end

    -- As unwatch, where the same descriptor will be waited for again at once: its watcher runs on, and what it tells
    -- meanwhile nobody hears.
    function sched.forget(object)
        local id = object.wait
        if id then waiting[id], object.wait = nil, nil end
        timers.clear(object)
    end

    -- Entry: what Python waited for has happened.
    function sched.step(id, a, b, c, d, e)
        local thread = waiting[id]
        if not thread then return end -- cancelled meanwhile
        waiting[id], thread.wait = nil, nil
        if thread.on_ready then return thread.on_ready(thread, a, b, c, d, e) end
        timers.clear(thread)
        see(thread)
        return run(thread, a, b, c, d, e)
    end

    local slept -- what wakes those that ngx.sleep sent to sleep

    function sched.on_slept(wake_up) slept = wake_up end

    -- A cosocket whose reader or writer is killed is closed.
    local function drop_socket(r, fd)
        local s = r.socket
        if s and s.fd == fd then return s:abandon() end
        for other in next, r.sockets or NONE do
            if other.fd == fd then return other:abandon() end
        end
    end

    -- Ends a thread that is suspended or posted; its coroutine is left to the collector.
    function sched.cancel(thread)
        if thread.dead then return end
        thread.dead = true
        if not thread.free then thread.co = nil end
        local fd = thread.wait and thread.wait_fd
        if thread.deadline and thread.on_timer == slept and debugs(8, thread.r) then
            log.debug(thread.r, "lua clean up the timer for pending ngx.sleep")
        end
        forget(thread)
        thread.wait = nil -- it may still be in a queue
        if thread.on_cancel then return thread.on_cancel(thread) end
        if fd and thread.r then return drop_socket(thread.r.main, fd) end
    end

    -- How many waits are open (for tests and leak checks).
    function sched.count()
        local n = 0
        for _ in next, waiting do n = n + 1 end
        return n
    end

    return sched
end
