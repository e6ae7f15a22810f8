-- A connection is lent to a fresh VM for the request that has begun on it (lua_code_cache off).
local ops = require "pyresty.ops"
local timers = require "pyresty.timers"
local connection = require "pyresty.http.connection"
local phases = require "pyresty.http.phases"

local sub = string.sub
local push_op, FRESH, RETURN = ops.push, ops.FRESH, ops.RETURN

local lending = {}

local function lend(c)
    local r = c.request
    if c.broken then return phases.terminate(r, -1) end
    local data = sub(c.buf, c.head_from)
    r.done = true
    phases.clean_up(r)
    c.buf, c.pos, c.request, c.lent, c.paused = "", 1, nil, true, false
    timers.clear(c)
    push_op(FRESH, c.id, data, c.requests - 1)
end

-- Gives the connection away with the request whose head began at c.head_from, behind the output of those before it.
function lending.hand_over(r) return r.conn.when_sent(r.conn, lend) end

-- In the fresh VM: serves what another has read.
function lending.adopt(id, fd, listen_index, address, port, number, data, requests)
    local c = connection.open(id, fd, listen_index, address, port, number)
    c.requests, c.buf, c.state = requests, data, "head"
    return connection.serve(c)
end

-- In the fresh VM: the request is through, the rest is for the connection's own VM.
function lending.give_back(c)
    connection.leave(c)
    push_op(RETURN, c.id, sub(c.buf, c.pos), c.requests, c.keepalive_timeout)
end

-- In the connection's own VM: it is back.
function lending.take_back(id, data, requests, keepalive_timeout)
    local c = connection.find(id)
    c.lent, c.state = nil, "done"
    c.buf, c.pos, c.requests, c.keepalive_timeout = data, 1, requests, keepalive_timeout
    return connection.serve(c)
end

-- In the connection's own VM: the fresh one closed it.
function lending.forget(id)
    local c = connection.find(id)
    if c then connection.leave(c) end
end

return lending
