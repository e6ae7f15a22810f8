-- Idle connections to upstream servers (ngx_http_upstream_keepalive_module): the worker's, per `upstream` block. Those
-- that were used last come first; a full cache closes the one unused for longest.
local state = require "pyresty.state"
local ops = require "pyresty.ops"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local log = require "pyresty.http.log"

local format, remove = string.format, table.remove
local LOG_DEBUG = 8
local push_op, CLOSE = ops.push, ops.CLOSE

local keepalive = {}
local caches = {}

--- A cache: options = {connections, timeout, time (seconds), requests}
function keepalive.new(options)
    local cache = {
        size = options.connections, timeout = options.timeout, time = options.time, requests = options.requests, n = 0,
    }
    caches[#caches + 1] = cache
    return cache
end

local function take_out(cache, at)
    local conn = remove(cache, at)
    cache.n = cache.n - 1
    conn.cache = nil
    return conn
end

local function close(conn)
    sched.unwatch(conn)
    conn.transport.close(conn)
    push_op(CLOSE, 0, conn.fd)
end

local function drop(conn)
    local cache = conn.cache
    for i = 1, cache.n do
        if cache[i] == conn then
            take_out(cache, i)
            break
        end
    end
    return close(conn)
end

-- An idle connection has bytes or has ended: neither is of use.
local function stirred(conn)
    local _, err = conn.transport.peek(conn)
    if err == "again" then return sched.watch_read(conn, conn.fd) end
    return drop(conn)
end

--- An idle connection to a peer, or nil. A peer with a `pool` shares connections with its like only.
function keepalive.get(cache, peer, r)
    local name, pool = peer.name, peer.pool
    for i = cache.n, 1, -1 do
        if cache[i].name == name and cache[i].pool == pool then
            local conn = take_out(cache, i)
            sched.forget(conn)
            if log.enabled(LOG_DEBUG, r) then
                log.debug(r, format("get keepalive peer: using connection %016X", conn.fd))
            end
            return conn
        end
    end
end

--- Keeps a connection whose request is through → true, or false when it has to be closed. idle (seconds) and requests
--- are for this one instead of the cache's; idle 0 is no limit.
function keepalive.put(cache, conn, r, idle, requests)
    if conn.requests >= (requests or cache.requests) or state.now - conn.start > cache.time then return false end
    local _, err = conn.transport.peek(conn)
    if err ~= "again" or require("pyresty.background").exiting() then return false end
    if log.enabled(LOG_DEBUG, r) then
        log.debug(r, format("free keepalive peer: saving connection %016X", conn.fd))
    end
    if cache.n >= cache.size then close(take_out(cache, 1)) end
    cache.n = cache.n + 1
    cache[cache.n] = conn
    conn.cache, conn.on_ready, conn.on_timer = cache, stirred, drop
    sched.watch_read(conn, conn.fd)
    if idle ~= 0 then timers.set(conn, idle or cache.timeout) end
    return true
end

--- The process ends: idle connections go.
function keepalive.drain()
    for i = 1, #caches do
        local cache = caches[i]
        while cache.n > 0 do close(take_out(cache, cache.n)) end
    end
end

return keepalive
