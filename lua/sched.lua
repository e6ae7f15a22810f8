-- Coroutines: every handler of a user runs in a light thread, which Python never sees. What must wait is yielded as
-- (OP, handler, …): the scheduler calls handler(thread, …) outside the coroutine, which arms a wait and returns; a
-- later event runs the thread again. Woken threads are queued and run before the entry returns, never nested.
local state = require "pyresty.state"
local log = require "pyresty.http.log"

local co_create, co_resume, co_yield = coroutine.create, coroutine.resume, coroutine.yield
local select, setmetatable, tostring, type = select, setmetatable, tostring, type
local unpack = unpack or table.unpack
local gsub, sub = string.gsub, string.sub
local debugs = log.enabled

local OP, DONE, DEAD = {}, {}, {} -- what a coroutine yields first: for the scheduler, its function is through, nothing
local KEY = {} -- with it the scheduler starts a function in a coroutine
local HERE = debug.getinfo(1, "S").short_src .. ":"

local sched = {OP = OP, DEAD = DEAD}
local pool, pooled, most_pooled = {}, 0, 1024
local queue, head, tail = {}, 1, 0 -- woken threads: thread, a, b, …
local posted, first_posted, last_posted = {}, 1, 0 -- what begins when no thread is woken: function, argument, …
local events, first_event, last_event = {}, 1, 0 -- and what when nothing is posted
local here = false -- a thread is run by another one (see below)
local discreet = {} -- operations after which nobody has the thread any more: set

local YIELDS = {"attempt to yield across C-call boundary", "attempt to yield across metamethod/C-call boundary"}

-- An error whose level reaches past the handler has no position: below it ngx_lua has a C function. Nor has one of a
-- wait where none is possible: it is C that yields there.
local function unplaced(err)
    if type(err) ~= "string" then return err end
    for i = 1, 2 do
        if sub(err, -#YIELDS[i]) == YIELDS[i] then return YIELDS[i] end
    end
    if sub(err, 1, #HERE) ~= HERE then return err end
    return (gsub(sub(err, #HERE + 1), "^%d+: ", "", 1))
end

local addresses = setmetatable({}, {__mode = "k"}) -- of coroutines that were told about

local function tell(thread, what)
    if thread.kind == "content" then return end -- a handler of nginx's own, which has no thread there
    local co = thread.co
    local address = addresses[co]
    if not address then
        address = sub(tostring(co), 9)
        addresses[co] = address
    end
    log.debug(thread.r, what .. address)
end

-- A handler's coroutine is used again for the next one; it takes at most two arguments and gives one result, because
-- LuaJIT compiles across resume and yield only where the number of values is known.
local function entry_loop(fn, a, b)
    while true do
        local result
        if a == nil then result = fn() else result = fn(a, b) end
        fn, a, b = co_yield(DONE, result)
    end
end

-- thread.count is how many results its function had, thread.value the only one or an array of them.
local function note_results(...)
    local thread, n = state.thread, select("#", ...)
    thread.count = n
    if n < 2 then thread.value = (...) else thread.value = {...} end
end

-- The coroutine of threads that user code can name. Those of threads that have never been in an operation are used
-- again; whoever still has one from before and resumes it, without the key, is told that it is dead.
local function free_loop(key, fn, args)
    while true do
        local tag = DEAD
        if key == KEY then
            if args then note_results(fn(unpack(args, 1, args.n))) else note_results(fn()) end
            tag = DONE
            if state.thread.wait ~= false then return DONE end
        end
        fn, args = nil, nil -- nothing of theirs is to live on here
        key, fn, args = co_yield(tag, fn, args)
    end
end

local function settle(thread, ok, tag, handler, a, b, c, d)
    if ok then
        if tag == OP then
            thread.wait = nil
            if not discreet[handler] then thread.known = true end
            return handler(thread, a, b, c, d)
        elseif tag == DONE then
            thread.dead = true
            if thread.free then return thread.finish(thread, true) end
            if pooled < most_pooled then
                pooled = pooled + 1
                pool[pooled] = thread.co
                if debugs(8, thread.r) then tell(thread, "lua caching unused lua thread ") end
            end
            thread.co = nil
            return thread.finish(thread, true, handler)
        end
        return sched.post(thread) -- the user's own yield in a light thread: gives way once
    end
    thread.dead = true
    return thread.finish(thread, false, unplaced(tag))
end

--- When a thread goes on after this operation, nobody else has its table: it may be used again at its end.
function sched.discreet(handler) discreet[handler] = true end

-- Runs a thread until it waits or ends; what it waited for gives the values a … e.
local function run(thread, a, b, c, d, e)
    state.r, state.thread = thread.r, thread
    local co = thread.co
    local none = a == nil and b == nil
    local ok, tag, handler, x, y, z, w
    if none then
        ok, tag, handler, x, y, z, w = co_resume(co)
    else
        ok, tag, handler, x, y, z, w = co_resume(co, a, b, c, d, e)
    end
    return settle(thread, ok, tag, handler, x, y, z, w)
end
sched.run = run

-- Starts fn(a, b) in a light thread. finish(thread, ok, result) is called when it ended; with false and the error,
-- thread.co is the dead coroutine, for its traceback.
function sched.start(thread, fn, a, b)
    local co = pool[pooled]
    if co then
        pool[pooled] = nil
        pooled = pooled - 1
        thread.co = co
        if debugs(8, thread.r) then tell(thread, "lua reusing cached lua thread ") end
    else
        co = co_create(entry_loop)
        thread.co = co
    end
    state.r, state.thread = thread.r, thread
    local ok, tag, handler, x, y, z, w = co_resume(co, fn, a, b)
    return settle(thread, ok, tag, handler, x, y, z, w)
end

-- Runs fn, which may not wait, in a coroutine. → true, result | false, error, the dead coroutine
-- (Not by pcall: LuaJIT compiles no function that returns straight into a pcall, nor then its callers.)
function sched.call_now(fn)
    local co = pool[pooled]
    if co then
        pool[pooled] = nil
        pooled = pooled - 1
    else
        co = co_create(entry_loop)
    end
    local ok, tag, result = co_resume(co, fn)
    if ok and tag == DONE then
        pooled = pooled + 1
        pool[pooled] = co
        return true, result
    end
    if ok then tag = "attempt to yield across C-call boundary" end
    return false, tag, co
end

--- How many coroutines wait for further handlers at most (lua_thread_cache_max_entries).
function sched.keep(most) most_pooled = most end

-- A coroutine for sched.start_free.
function sched.free_coroutine() return co_create(free_loop) end

-- Starts fn in thread.co, a coroutine that user code may know; args: nil, or {n =, arguments …}. finish(thread, true),
-- with the results in thread.count and thread.value, or finish(thread, false, error) is called when it ended.
function sched.start_free(thread, fn, args)
    state.r, state.thread = thread.r, thread
    local ok, tag, handler, x, y, z, w = co_resume(thread.co, KEY, fn, args)
    return settle(thread, ok, tag, handler, x, y, z, w)
end

-- Wakes a thread later in this turn of the loop.
function sched.post(thread, a, b)
    queue[tail + 1], queue[tail + 2], queue[tail + 3] = thread, a, b
    tail = tail + 3
end

-- Anything with a run function can be posted.
function sched.post_call(fn, argument)
    queue[tail + 1], queue[tail + 2], queue[tail + 3] = fn, argument, nil
    tail = tail + 3
end

-- fn(argument) when all woken threads have run (nginx: ngx_http_post_request).
function sched.later(fn, argument)
    posted[last_posted + 1], posted[last_posted + 2] = fn, argument
    last_posted = last_posted + 2
end

-- fn(argument) when nothing else is to do (nginx: ngx_post_event).
function sched.at_last(fn, argument)
    events[last_event + 1], events[last_event + 2] = fn, argument
    last_event = last_event + 2
end

local function run_woken()
    while head <= tail do
        local thread, a, b = queue[head], queue[head + 1], queue[head + 2]
        queue[head], queue[head + 1], queue[head + 2] = nil, nil, nil
        head = head + 3
        if type(thread) == "function" then
            thread(a)
        elseif not thread.dead then
            run(thread, a, b)
        end
    end
    head, tail = 1, 0
end

local function run_posted()
    run_woken()
    while first_posted <= last_posted do
        local fn, argument = posted[first_posted], posted[first_posted + 1]
        posted[first_posted], posted[first_posted + 1] = nil, nil
        first_posted = first_posted + 2
        fn(argument)
        run_woken()
    end
    first_posted, last_posted = 1, 0
end

function sched.drain()
    here = false
    run_posted()
    while first_event <= last_event do
        local fn, argument = events[first_event], events[first_event + 1]
        events[first_event], events[first_event + 1] = nil, nil
        first_event = first_event + 2
        fn(argument)
        run_posted()
    end
    first_event, last_event = 1, 0
end

-- In a light thread: handler(thread, a … d) runs in the scheduler; returns what the thread is run with.
local function operate(handler, a, b, c, d) return co_yield(OP, handler, a, b, c, d) end
sched.operate = operate

-- ---------------------------------------------------------------- threads run by the one that waits for them

-- A light thread that must let others run first runs them itself, which saves its own yield and resume, as long as they
-- only give way or end. All else is the scheduler's, to which the thread yields then. (No loops: they end traces.)
local held_thread, held_ok, held_tag, held_handler, held_a, held_b, held_c, held_d -- with what it is to go on

local function nothing() end

local function take_over()
    local thread, ok, tag, handler, a = held_thread, held_ok, held_tag, held_handler, held_a
    held_thread, held_handler, held_a = nil, nil, nil
    return settle(thread, ok, tag, handler, a, held_b, held_c, held_d)
end

-- → whether that was all
local function settle_here(thread, ok, tag, handler, a, b, c, d)
    if ok and tag == DONE then
        thread.dead = true
        thread.finish(thread, true)
        return true
    elseif ok and tag ~= OP then
        sched.post(thread)
        return true
    end
    held_thread, held_ok, held_tag, held_handler, held_a, held_b, held_c, held_d = thread, ok, tag, handler, a, b, c, d
    return false
end

-- What the thread is woken with, if its turn has come.
local function turn_of(thread)
    if queue[head] ~= thread then return nil end
    local value = queue[head + 1]
    queue[head], queue[head + 1], queue[head + 2] = nil, nil, nil
    head = head + 3
    state.r, state.thread = thread.r, thread
    return value
end

-- Runs one woken thread of ngx.thread of the same request.
local function run_one(r)
    local thread = queue[head]
    if type(thread) ~= "table" or not thread.free or thread.r ~= r or thread.dead then return nothing end
    local a, b = queue[head + 1], queue[head + 2]
    queue[head], queue[head + 1], queue[head + 2] = nil, nil, nil
    head = head + 3
    state.thread = thread
    if settle_here(thread, co_resume(thread.co, a, b)) then return true end
    return take_over
end

--- The running thread lets others run until it is woken. → what it is woken with (neither nil nor false)
local function let_run(thread)
    local value, left = turn_of(thread), nothing
    if value then return value end
    if not here then
        here = true
        left = run_one(thread.r)
        here = false
        if left == true then
            value, left = turn_of(thread), nothing
            if value then return value end
        end
    end
    return co_yield(OP, left)
end
sched.let_run = let_run

local function start_for(_, child, fn, args) return sched.start_free(child, fn, args) end

--- Starts fn in the coroutine of `child`, a thread of ngx.thread; the running one goes on when its turn comes. → child
function sched.start_child(child, fn, args)
    local thread = state.thread
    sched.post(thread, child)
    if here then return co_yield(OP, start_for, child, fn, args) end
    state.thread, here = child, true
    local through = settle_here(child, co_resume(child.co, KEY, fn, args))
    here = false
    if through then return let_run(thread) end
    return co_yield(OP, take_over)
end

return require "pyresty.waits"(sched)
