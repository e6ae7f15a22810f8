-- The worker's pools of idle connections, by name: last in, first out; a full pool closes its oldest. With a backlog a
-- pool also limits how many connections exist, and lets further connects queue.
local ops = require "pyresty.ops"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local log = require "pyresty.http.log"
local native = require "pyresty.native"
local io = native.io

local find, format, remove, sub, tostring = string.find, string.format, table.remove, string.sub, tostring
local push_op, CLOSE = ops.push, ops.CLOSE
local peek = io.peek

local pool = {}
local pools = {} -- name → {name, size, idle = array, connections, backlog, queue = array}
-- connections: those in use, idle ones, connects under way, and those that wait in the queue

function pool.find(name) return pools[name] end

function pool.create(name, size, backlog, r)
    if log.enabled(8, r) then
        log.debug(r, format("lua tcp socket connection pool size: %d, backlog: %d", size, backlog or -1))
        log.debug(r, 'lua tcp socket keepalive create connection pool for key "' .. name .. '"')
    end
    local p = {name = name, size = size, backlog = backlog, idle = {}, connections = 0, queue = {}}
    pools[name] = p
    return p
end

local function close_fd(fd) push_op(CLOSE, 0, fd) end
pool.close_fd = close_fd

local function log_debug(text, ...)
    if log.enabled(8, nil) then log.debug(nil, format(text, ...)) end
end

-- ---------------------------------------------------------------- connects that wait for a place

local function address_of(t)
    local text = tostring(t)
    return sub(text, (find(text, "0x", 1, true) or -1) + 2)
end

local function run_waiter(waiter)
    local thread = waiter.thread
    if waiter.aborted then return end
    thread.on_cancel = nil
    log.debug(thread.r, "lua tcp socket waking up the current request")
    return sched.run(thread, true)
end

-- A place became free: the first who waits will get it.
local function resume_next(p)
    local waiter = remove(p.queue, 1)
    if not waiter then return end
    log_debug('lua tcp socket post connect operation resumption u: %s, ctx: %s for connection pool "%s", '
        .. "connections: %d", address_of(waiter.socket), address_of(waiter), p.name, p.connections)
    timers.clear(waiter.thread)
    waiter.called = true
    return sched.at_last(run_waiter, waiter)
end

local function leave_queue(p, waiter)
    if waiter.called then return end
    for i = 1, #p.queue do
        if p.queue[i] == waiter then
            remove(p.queue, i)
            return
        end
    end
end

local function abort_waiting(thread)
    local waiter = thread.conn_op
    local p = waiter.pool
    log_debug("lua tcp socket abort queueing, conn_op_ctx: %s, u: %s", address_of(waiter), address_of(waiter.socket))
    leave_queue(p, waiter)
    waiter.aborted, thread.conn_op, thread.on_cancel = true, nil, nil
    p.connections = p.connections - 1
    return resume_next(p)
end

local function timed_out(thread)
    leave_queue(thread.conn_op.pool, thread.conn_op)
    thread.conn_op, thread.on_cancel = nil, nil
    return sched.run(thread, nil, "timeout")
end

local function enqueue(thread, p, socket, seconds)
    local waiter = {thread = thread, pool = p, socket = socket}
    p.queue[#p.queue + 1] = waiter
    thread.conn_op, thread.on_cancel, thread.on_timer = waiter, abort_waiting, timed_out
    timers.set(thread, seconds)
    log_debug("lua tcp socket queued connect operation for %.0f(ms), u: %s, ctx: %s", seconds * 1000,
        address_of(socket), address_of(waiter))
end

-- Waits for a place in a pool that limits its connections. → true | nil, "timeout"
function pool.wait(p, socket, seconds)
    local ok, err = sched.operate(enqueue, p, socket, seconds)
    return ok, err
end

-- ---------------------------------------------------------------- connections that end

-- A connection, or what was to become one, is not there any more.
function pool.lost(p)
    p.connections = p.connections - 1
    return resume_next(p)
end

-- A connection of the pool was closed: the last one takes the pool with it.
local function closed(p)
    p.connections = p.connections - 1
    if p.connections > 0 then return resume_next(p) end
    log_debug('lua tcp socket keepalive: free connection pool for "%s"', p.name)
    if pools[p.name] == p then pools[p.name] = nil end
end
pool.closed = closed

local function take_out(p, entry)
    for i = 1, #p.idle do
        if p.idle[i] == entry then
            remove(p.idle, i)
            break
        end
    end
    sched.unwatch(entry)
end

-- An idle connection got bytes or an end, or its time is over.
local function discard(entry)
    local p = entry.pool
    log_debug("lua tcp socket keepalive close handler: fd:%d", entry.fd)
    take_out(p, entry)
    close_fd(entry.fd)
    return closed(p)
end

local function idle_ready(entry)
    log_debug "lua tcp socket keepalive close handler check stale events"
    local _, err = peek(entry.fd)
    if entry.extra and err == nil then -- over TLS what comes need not be data: session tickets
        local tls = native.tls
        _, err = tls.recv(tls.open(entry.extra))
    end
    if err == "again" then return sched.watch_read(entry, entry.fd) end
    return discard(entry)
end

local function timed_out_idle(entry)
    log_debug "lua tcp socket keepalive max idle timeout"
    return discard(entry)
end

-- Puts a connection into its pool. seconds: how long it may idle, nil for ever; counted: it is among p.connections;
-- entry: what pool.get gave for it, if it comes from one.
function pool.put(p, fd, reused, seconds, extra, counted, entry)
    local idle = p.idle
    if #idle >= p.size then
        local oldest = remove(idle, 1)
        sched.unwatch(oldest)
        close_fd(oldest.fd)
        if counted then p.connections = p.connections - 1 end
    elseif not counted then
        p.connections = p.connections + 1
    end
    if entry then
        entry.pool, entry.reused, entry.extra = p, reused + 1, extra
    else
        entry = {
            pool = p, fd = fd, reused = reused + 1, on_ready = idle_ready, on_timer = timed_out_idle, extra = extra,
            wait = nil, wait_fd = nil, deadline = nil, queued = nil,
        }
    end
    idle[#idle + 1] = entry
    sched.watch_read(entry, fd)
    if seconds then timers.set(entry, seconds) end
    if p.queue[1] then return resume_next(p) end
end

-- → {fd, reused (how many times), extra} | nil
function pool.get(p)
    local idle = p.idle
    local entry = idle[#idle]
    if not entry then return nil end
    idle[#idle] = nil
    sched.forget(entry)
    return entry
end

-- The process ends: idle connections go.
function pool.drain()
    for _, p in next, pools do
        while p.idle[1] do discard(p.idle[1]) end
    end
end

return pool
