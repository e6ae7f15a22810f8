-- ngx.req.socket: the request's body as a cosocket, or (raw) the client's connection itself.
local cleanup = require "pyresty.http.cleanup"
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local body = require "pyresty.http.body"
local guard = require "pyresty.ngx.guard"
local http1 = require "pyresty.http.http1"
local reader = require "pyresty.socket.reader"
local tcp = require "pyresty.socket.tcp"
local keep = require("pyresty.http.recycled").keep
require "pyresty.socket.receiving"

local error, ipairs, lower, min, setmetatable, sub = error, ipairs, string.lower, math.min, setmetatable, string.sub
local RECEIVE = 65536

local request = {}

local Body, Raw = {}, {}
for _, class in ipairs {Body, Raw} do
    class.__index = class
    for _, name in ipairs {"receive", "receiveany", "receiveuntil", "settimeout", "settimeouts"} do
        class[name] = tcp.Socket[name]
    end
end

-- ---------------------------------------------------------------- receiving

-- At most max bytes of what the client has sent, those that came with the header first. → string | nil, err
local function take(c, max)
    if c.pos > #c.buf then
        local data, err = c.transport.recv(c, max)
        if not data or #data <= max then return data, err end
        c.buf, c.pos = data, 1 -- TLS brings what a record has
    end
    local data = sub(c.buf, c.pos, c.pos + max - 1)
    c.pos = c.pos + #data
    return data
end

-- The client will send no more: what a reader is told.
local function ended(s, err)
    s.read_closed = true
    if err ~= "closed" then return lower(err) end
    local aborted = s.r.loc.lua_check_client_abort or s.limited
    return aborted and "client aborted" or "closed"
end

-- Up to max bytes into the socket's buffer. → how many | nil, err
local function fill(s, max, seconds)
    local c = s.conn
    while true do
        local data, err = take(c, max)
        if data then
            reader.feed(s.buffer, data)
            return #data
        end
        if err ~= "again" then return nil, ended(s, err) end
        if not c.wait_client(c, seconds) then
            tcp.log_error(s, "lua tcp socket read timed out")
            return nil, "timeout"
        end
    end
end

function Body.fill(s, seconds)
    local r = s.r
    local left = r.body_left
    if left == 0 then
        s.read_closed = true
        return nil, "closed"
    end
    local n, err = fill(s, min(left, RECEIVE), seconds)
    if not n then return nil, err end
    r.body_left = left - n
    return true
end

function Raw.fill(s, seconds) return fill(s, RECEIVE, seconds) end

-- ---------------------------------------------------------------- sending

local function timed_out(thread)
    thread.sends = nil
    return sched.run(thread, nil, "timeout")
end

local function wait_sent(thread, c, seconds)
    local token = {}
    thread.sends, thread.on_timer = token, timed_out
    timers.set(thread, seconds)
    return c.when_sent(c, function()
        if thread.dead or thread.sends ~= token then return end
        thread.sends = nil
        return sched.unpark(thread, true)
    end)
end

-- Gives all to the kernel, waiting so many seconds at most. → true | nil, err
local function send(c, data, seconds)
    http1.queue(c, data)
    if c.transmit(c) == false then
        local ok, err = sched.operate(wait_sent, c, seconds)
        if not ok then return nil, err end
    end
    if c.broken then return nil, "closed" end
    return true
end

-- reqsock:send(data) → number of bytes | nil, err
function Raw:send(data)
    if not self.fd or self.write_closed then
        tcp.log_closed "send"
        return nil, "closed"
    end
    if self.r ~= state.r then error("bad request", 2) end
    if self.writing then return nil, "socket busy writing" end
    local text, problem = tcp.text_of(data)
    if not text then guard.argument(2, problem) end
    if text == "" then return 0 end
    if self.delays then tcp.set_nodelay(self) end
    self.writing = true
    local seconds = tcp.timeout_for(self, "send", self.send_timeout, self.loc.lua_socket_send_timeout)
    local ok, err = send(self.conn, text, seconds)
    self.writing = nil
    if ok then return #text end
    self.write_closed = true
    if err == "timeout" then tcp.log_error(self, "lua tcp socket write timed out") end
    return nil, err
end

-- ---------------------------------------------------------------- making one

local function new(r, class)
    local s = setmetatable({
        r = r, conn = r.conn, fd = r.conn.fd, buffer = reader.new(), loc = r.loc, limited = class == Body,
        delays = true,
    }, class)
    cleanup.add(r, function() s.fd = nil end)
    keep(r)
    return s
end

local function take_body(r)
    if r.chunked then return nil, "chunked request bodies not supported yet" end
    if r.body_read then return nil, "request body already exists" end
    if r.body_discarded then return nil, "request body discarded" end
    if not r.content_length or r.content_length == 0 then return nil, "no body" end
    body.expect_continue(r)
    r.body_read, r.body_reading, r.body_left = true, true, r.content_length
    return new(r, Body)
end

local function take_connection(r)
    if r.body_reading and r.body_left and r.body_left > 0 then
        return nil, "pending request body reading in some other thread"
    end
    if r.conn.transmit(r.conn) == false then return nil, "pending data to write" end
    if r.http10 then return nil, "http 1.0 buffering" end
    if r.raw_socket_acquired then return nil, "duplicate call" end
    r.header_sent, r.eof, r.raw_socket_acquired = true, true, true
    r.body_read, r.body_reading = true, nil
    r.keepalive, r.lingering = false, true
    return new(r, Raw)
end

--- The socket of a main request. → socket | nil, err
function request.open(r, raw)
    if raw then return take_connection(r) end
    return take_body(r)
end

return request
