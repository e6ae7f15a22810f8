-- The worker's pools of idle connections, by name: last in, first out; a full pool closes its oldest. With a backlog a
-- pool also limits how many connections exist, and lets further connects queue.
local ops = require "pyresty.ops"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local log = require "pyresty.http.log"
local io = require "pyresty.native".io

local format, remove = string.format, table.remove
local push_op, CLOSE = ops.push, ops.CLOSE
local peek = io.peek

local pool = {}
local pools = {} -- name → {name, size, idle = array, connections, backlog, queue = array}

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

local function log_debug(message)
    if log.enabled(8, nil) then log.debug(nil, message) end
end

local function drop_if_empty(p)
    if p.connections > 0 or #p.idle > 0 or #p.queue > 0 then return end
    pools[p.name] = nil
    log_debug('lua tcp socket keepalive: free connection pool for "' .. p.name .. '"')
end

-- A place became free: the first who waits gets it.
local function wake_next(p)
    local waiter = remove(p.queue, 1)
    if waiter then
        waiter.queued_in = nil
        return sched.unpark(waiter, true)
    end
end

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
    log_debug("lua tcp socket keepalive close handler: fd:" .. entry.fd)
    take_out(p, entry)
    close_fd(entry.fd)
    p.connections = p.connections - 1
    wake_next(p)
    return drop_if_empty(p)
end

local function idle_ready(entry)
    log_debug "lua tcp socket keepalive close handler check stale events"
    local _, err = peek(entry.fd)
    if err == "again" then return sched.watch_read(entry, entry.fd) end
    return discard(entry)
end

local function timed_out(entry)
    log_debug "lua tcp socket keepalive max idle timeout"
    return discard(entry)
end

-- Puts a connection into its pool. seconds: how long it may idle, nil for ever.
function pool.put(p, fd, reused, seconds, extra)
    if #p.idle >= p.size then discard(p.idle[1]) end
    local entry = {pool = p, fd = fd, reused = reused + 1, on_ready = idle_ready, on_timer = timed_out, extra = extra}
    p.idle[#p.idle + 1] = entry
    sched.watch_read(entry, fd)
    if seconds then timers.set(entry, seconds) end
    local waiter = p.queue[1]
    if waiter then
        remove(p.queue, 1)
        waiter.queued_in = nil
        return sched.unpark(waiter, true)
    end
end

-- → fd, times it was reused, extra | nil
function pool.get(p)
    local idle = p.idle
    local entry = idle[#idle]
    if not entry then return nil end
    idle[#idle] = nil
    sched.unwatch(entry)
    return entry.fd, entry.reused, entry.extra
end

-- A connection of the pool is gone.
function pool.forget(p)
    p.connections = p.connections - 1
    wake_next(p)
    return drop_if_empty(p)
end

-- The process ends: idle connections go.
function pool.drain()
    for _, p in next, pools do
        while p.idle[1] do discard(p.idle[1]) end
    end
end

return pool
