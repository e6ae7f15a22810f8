-- A client's connection: bytes in, requests out of them; their output leaves by sending.lua. Python owns the
-- descriptor's watcher and calls `readable`; it closes the descriptor on the DROP operation.
local state = require "pyresty.state"
local ops = require "pyresty.ops"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local plain = require "pyresty.http.transport"
local refs = require "pyresty.http.ctx_refs"
local head = require "pyresty.http.head"
local http1 = require "pyresty.http.http1"
local log = require "pyresty.http.log"
local phases = require "pyresty.http.phases"
local request = require "pyresty.http.request"
local sending = require "pyresty.http.sending"
local special = require "pyresty.http.special"
local body = require "pyresty.http.body"
local new_output = require("pyresty.native").io.new_output

local sort, sub = table.sort, string.sub
local floor, max, min, ipairs, next = math.floor, math.max, math.min, ipairs, next
local push_op, PAUSE, RESUME, DROP = ops.push, ops.PAUSE, ops.RESUME, ops.DROP
local when_sent = sending.when_sent
local new_request, choose_server, retire, renew = request.new, request.choose_server, request.retire, request.renew
local LOG_INFO = 7
local RECEIVE = 65536
local FAREWELL = 0.5 -- seconds that a connection stays open after its last request when the worker ends

local connection = {}
local connections, count = {}, 0
local accepted = 0
local draining = false

local serve, on_readable

local function threads() return require "pyresty.threads" end -- it needs phases, as this does
local function lending() return require "pyresty.http.lending" end -- it needs this
local function hand_over(r) return lending().hand_over(r) end

-- ---------------------------------------------------------------- life

-- The request whose head has come in part, with what there is of its first line, and what nginx calls reading it.
local function partial_request(c)
    local r = c.partial
    return r, sub(head.broken_off(r, c.buf, c.pos), 8) -- without " while "
end

local function read_timed_out(c)
    if c.request then return end
    if c.state == "head" then
        local r, action = partial_request(c)
        log.error(LOG_INFO, r, "client timed out (110: Connection timed out) while " .. action)
    elseif c.requests == 0 and c.state == "idle" then
        log.error(LOG_INFO, c, "client timed out (110: Connection timed out) while waiting for request")
    end
    return connection.close(c)
end

local function log_closed(c)
    if c.requests == 0 then
        if c.receive or c.action then return end -- another protocol, a handshake: they tell themselves
        return log.error(LOG_INFO, c, "client closed connection while waiting for request")
    end
    log.error(LOG_INFO, nil, "*" .. c.number .. " client " .. c.address .. " closed keepalive connection")
end

local protocol = {}
connection.protocol = protocol

-- Python accepted a connection.
function connection.open(id, fd, listen_index, address, port, number)
    local listen = state.plan.listens[listen_index]
    local c = {
        id = id, fd = fd, listen = listen, address = address, port = port, number = number,
        default = listen.default, transport = plain, protocol = protocol, encoder = http1, memory = {section = false},
        buf = "", pos = 1, requests = 0, state = "idle",
        out = new_output(), pieces = nil, out_size = 0, room = 65536, flush = false, marked = false,
        queue_file = sending.queue_file, dirty = sending.mark, transmit = sending.transmit, when_sent = when_sent,
        on_timer = read_timed_out, wait_client = connection.wait_client, flush_wait = connection.flush_wait,
        close = connection.close, hand_over = hand_over, start = state.now,
    }
    c.writer = {connection = c, on_ready = sending.writable}
    connections[id] = c
    count, accepted = count + 1, accepted + 1
    local attach = listen.attach
    if attach then attach(c) end
    timers.set(c, listen.limits.header_timeout)
    return c
end

-- The VM has the connection no longer.
function connection.leave(c)
    c.closed = true
    timers.clear(c)
    connections[c.id] = nil
    count = count - 1
end

function connection.close(c)
    if c.closed then return end
    connection.leave(c)
    if c.wait then sched.unwatch(c) end
    sched.unwatch(c.writer)
    if c.pacer then timers.clear(c.pacer) end
    if c.on_closed then c.on_closed(c) end
    if c.ctx_refs then refs.release_all(c) end
    push_op(DROP, c.id)
end
local close = connection.close

function connection.count() return count end

--- → accepted, requests, active; with `closely` also how many read a request's head, and how many serve one
function connection.counts(closely)
    if not closely then return accepted, request.count, count end
    local reading, writing = 0, 0
    for _, c in next, connections do
        if c.request then
            writing = writing + 1
        elseif c.partial then
            reading = reading + 1
        end
    end
    return accepted, request.count, count, reading, writing
end
function connection.find(id) return connections[id] end

-- The client of a connection that has just been used may be sending its next request: it gets that time for it.
local function end_idle(c)
    local idle_for = state.mono - ((c.deadline or 0) - (c.keepalive_timeout or 0))
    if idle_for >= FAREWELL then return close(c) end
    return timers.set(c, FAREWELL - idle_for)
end

-- Stops keep-alive: idle connections are closed, others when their request is through.
function connection.drain()
    draining = true
    local idle = {}
    for _, c in next, connections do
        local r = c.request
        if c.drain then
            c.drain(c)
        elseif r then
            if not r.header_sent then r.keepalive = false end
        elseif not c.lent and c.requests > 0 and c.pos > #c.buf then
            idle[#idle + 1] = c
        end
    end
    for i = 1, #idle do end_idle(idle[i]) end
end

local function waits_longer(a, b) return (a.deadline or 0) < (b.deadline or 0) end

-- worker_connections are short: closes some of those that only wait for a request (ngx_drain_connections).
-- → how many were closed
function connection.reuse()
    local idle = {}
    for _, c in next, connections do
        local streams = c.open_streams or 0
        if not c.request and not c.lent and c.state ~= "head" and streams == 0 then idle[#idle + 1] = c end
    end
    sort(idle, waits_longer)
    local n = min(#idle, max(min(32, floor(#idle / 8)), 1))
    for i = 1, n do
        if idle[i].requests > 0 then log_closed(idle[i]) end
        close(idle[i])
    end
    return n
end

-- worker_shutdown_timeout is over: requests and connections end.
function connection.abort()
    local all = {}
    for _, c in next, connections do all[#all + 1] = c end
    for _, c in ipairs(all) do
        if c.request then phases.terminate(c.request, 0) else close(c) end
    end
end

-- Something of ours failed with a connection: it ends without a word.
function connection.abandon(id)
    local c = connections[id]
    if not c then return push_op(DROP, id) end
    return protocol.abandon(c)
end

-- ---------------------------------------------------------------- requests

local function refuse(c, r, status, message)
    c.request = r
    timers.clear(c)
    r.keepalive = false
    r.lingering = true
    c.pos = #c.buf + 1
    if message then log.error(LOG_INFO, r, message) end
    r.headers_in = r.headers_in or {n = 0} -- an error page's handler may look
    if r.host then choose_server(c, r) end
    r.method = r.method == "" and "GET" or r.method
    if status == 408 or status == 444 then return phases.terminate(r, status) end
    return special.send(r, status)
end

local function wait_for_more(c)
    if c.pos > #c.buf then
        c.buf, c.pos = "", 1
    elseif c.pos > 1 then
        c.buf, c.pos = sub(c.buf, c.pos), 1
    end
end

local function wait_for_head(c, r)
    wait_for_more(c)
    c.partial = r
    if c.state ~= "head" then
        c.state = "head"
        timers.set(c, c.listen.limits.header_timeout)
    end
end

-- Reads and starts the next request. → whether there may be one more
local function serve_next(c)
    local r = c.partial or new_request(c)
    c.partial = nil
    local after, status, message = head.read(r, c.buf, c.pos, c.listen.limits, c.memory)
    if not after then
        if after == nil then wait_for_head(c, r) else refuse(c, r, status, message) end
        return false
    end
    c.state = "busy"
    timers.clear(c)
    c.request = r
    c.head_from = c.pos
    c.pos = after
    choose_server(c, r)
    if draining then r.keepalive = false end
    phases.start(r)
    if c.closed or c.request or c.lent or c.state == "lingering" then return false end
    if c.pos <= #c.buf then return true end
    connection.idle(c)
    return false
end

-- Serves the requests that have arrived whole, one after the other. (The first outside the loop: most often it is the
-- only one, and LuaJIT's trace of it goes through.)
function serve(c)
    if c.closed or c.request or c.lent or c.state == "lingering" then return end
    if c.pos > #c.buf then return connection.idle(c) end
    c.serving = true
    if serve_next(c) then
        while serve_next(c) do end -- luacheck: ignore
    end
    c.serving = false
end
connection.serve = serve

-- Nothing more has arrived: waits for the next request, or for the first.
function connection.idle(c)
    c.buf, c.pos = "", 1
    if c.state == "idle" then return end
    c.state = "idle"
    timers.set(c, draining and FAREWELL or c.keepalive_timeout or 75)
end

-- ---------------------------------------------------------------- protocol: what phases ask of a connection

function protocol.discard_output(c)
    if not c.write_blocked then sending.reset(c) end
end

-- A request that could not be brought to its end.
function protocol.abandon(c)
    c.request, c.serving, c.broken = nil, false, true
    return close(c)
end

local function finished(c)
    local r = c.request
    if r and not r.done then
        if c.broken then r.keepalive = false end
        return phases.complete(r)
    end
end

-- All of the response is queued: sends it, then completes the request.
function protocol.finish(c, r)
    if r.aborted then return phases.complete(r) end
    local little = c.out_size < sending.POSTPONE and not c.write_blocked
    if r.keepalive and little and c.pos <= #c.buf and not state.fresh then
        c.flush = c.out_size > 0 -- more requests are here: responses of one entry share a send
        return phases.complete(r)
    end
    c.on_gone = c.on_gone or phases.client_left
    return when_sent(c, finished)
end

local function next_request(c)
    if c.paused then
        c.paused = false
        push_op(RESUME, c.id)
    end
    return serve(c)
end

-- The request is logged and through: the next one, lingering, or the end.
function protocol.request_done(c, r)
    c.request, c.pace, c.on_gone, c.action = nil, nil, nil, nil
    if c.broken or r.aborted then return close(c) end
    local rest = body.discard(r)
    if r.keepalive and rest == 0 then
        c.keepalive_timeout = r.loc.keepalive_timeout
        c.state = "done"
        if state.fresh then return lending().give_back(c) end
        retire(r)
        if c.serving then return end -- its loop goes on
        return sched.post_call(next_request, c)
    end
    if r.keepalive or r.lingering or rest ~= 0 then return connection.linger(c, r, rest) end
    return connection.shut(c)
end

-- Closes when the output is gone.
function connection.shut(c)
    if c.out_size > 0 then return when_sent(c, close) end
    return close(c)
end

-- lingering_close: reads on for a while, so that the client can read the response.
function connection.linger(c, r, rest)
    local loc = r.loc
    if c.out_size > 0 then
        return when_sent(c, function() return connection.linger(c, r, rest) end)
    end
    c.state = "lingering"
    c.rest = r.keepalive and rest or nil
    c.discard = r.discard
    c.buf, c.pos = "", 1
    if c.paused then
        c.paused = false
        push_op(RESUME, c.id)
    end
    if loc.lingering_close == "off" then return close(c) end
    if not r.keepalive then
        c.transport.shutdown(c)
        c.linger_until = state.mono + loc.lingering_time
    end
    c.keepalive_timeout = loc.keepalive_timeout
    timers.set(c, loc.lingering_timeout)
end

local function lingering(c, data)
    if not c.discard or not c.rest then
        if c.linger_until and state.mono > c.linger_until then return close(c) end
        return
    end
    local left, next_data = c.discard(data)
    if left == nil then return close(c) end
    if left == 0 then
        c.discard, c.rest = nil, nil
        c.buf, c.pos, c.state = next_data, 1, "done"
        if state.fresh then return lending().give_back(c) end
        return serve(c)
    end
end

-- ---------------------------------------------------------------- input

local function gone(c, err)
    if c.state == "idle" and err == "closed" then log_closed(c) end
    if c.state == "lingering" or c.state == "idle" then return close(c) end
    if c.partial and c.state == "head" then
        local r, action = partial_request(c)
        local what = err == "closed" and "client prematurely closed connection" or "recv() failed (" .. err .. ")"
        log.error(LOG_INFO, r, what .. " while " .. action)
    end
    return close(c)
end

-- The client sent something, or left, while its request is served.
local function while_busy(c)
    local r = c.request
    local reader = c.reader
    if reader then
        c.reader = nil
        timers.clear(reader)
        if not reader.dead then return sched.run(reader, true) end
    end
    if (c.on_gone or r.loc.lua_check_client_abort) and not c.abort_seen then
        local data, err = c.transport.peek(c)
        if not data and err ~= "again" then
            c.abort_seen = true
            c.paused = true
            push_op(PAUSE, c.id)
            return connection.client_gone(c, r)
        end
    end
    if not c.paused then
        c.paused = true
        push_op(PAUSE, c.id)
    end
end

function connection.client_gone(c, r)
    if c.on_gone and not r.loc.lua_check_client_abort then return c.on_gone(c) end
    log.error(LOG_INFO, r, "client prematurely closed connection")
    if r.abort_callback then return threads().abort(r, r.abort_callback) end
    c.broken = true
    return phases.terminate(r, 499)
end

-- Entry: the descriptor has bytes (or an end).
function on_readable(id)
    renew()
    local c = connections[id]
    if not c then return end
    if c.request then return while_busy(c) end
    local data, err = c.transport.recv(c, RECEIVE)
    if not data then
        if err == "again" then return end
        return gone(c, err)
    end
    if c.state == "lingering" then return lingering(c, data) end
    local receive = c.receive -- of another protocol
    if receive then return receive(c, data) end
    if c.pos > #c.buf then
        c.buf, c.pos = data, 1
    else
        c.buf, c.pos = sub(c.buf, c.pos) .. data, 1
    end
    if c.requests == 0 then timers.set(c, c.listen.limits.header_timeout) end
    return serve(c)
end
connection.readable = on_readable

-- In a light thread: waits until the client has sent more. → true | nil, "timeout"
local function reader_timed_out(thread)
    thread.reading.reader = nil
    return sched.run(thread, nil, "timeout")
end
local function wait_client(thread, c, seconds)
    c.reader, thread.reading = thread, c
    if c.paused then
        c.paused = false
        push_op(RESUME, c.id)
    end
    if seconds then
        thread.on_timer = reader_timed_out
        timers.set(thread, seconds)
    end
end
function connection.wait_client(c, seconds) return sched.operate(wait_client, c, seconds) end

-- In a light thread: waits until all output was taken by the kernel. → true | nil, err
local function flush_wait(thread, c)
    return when_sent(c, function()
        if not thread.dead then return sched.post(thread, true) end
    end)
end
function connection.flush_wait(c) return sched.operate(flush_wait, c) end

return connection
