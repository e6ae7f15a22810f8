-- The worker's pools of idle connections, by name: last in, first out; a full pool closes its oldest. With a backlog a
-- pool also limits how many connections exist, and lets further connects queue.
local ops = require "pyresty.ops"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local io = require "pyresty.native".io

local remove = table.remove
local push_op, CLOSE = ops.push, ops.CLOSE
local peek = io.peek

local pool = {}
local pools = {} -- name → {name, size, idle = array, connections, backlog, queue = array}

function pool.find(name) return pools[name] end

function pool.create(name, size, backlog)
    local p = {name = name, size = size, backlog = backlog, idle = {}, connections = 0, queue = {}}
    pools[name] = p
    return p
end

local function close_fd(fd) push_op(CLOSE, 0, fd) end
pool.close_fd = close_fd

local function drop_if_empty(p)
    if p.connections == 0 and #p.idle == 0 and #p.queue == 0 then pools[p.name] = nil end
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
    take_out(p, entry)
    close_fd(entry.fd)
    p.connections = p.connections - 1
    wake_next(p)
    return drop_if_empty(p)
end

local function idle_ready(entry)
    local _, err = peek(entry.fd)
    if err == "again" then return sched.watch_read(entry, entry.fd) end
    return discard(entry)
end

-- Puts a connection into its pool. seconds: how long it may idle, nil for ever.
function pool.put(p, fd, reused, seconds, extra)
    if #p.idle >= p.size then discard(p.idle[1]) end
    local entry = {pool = p, fd = fd, reused = reused + 1, on_ready = idle_ready, on_timer = discard, extra = extra}
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
