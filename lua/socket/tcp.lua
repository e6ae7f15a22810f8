-- TCP cosockets. All I/O is tried at once; only what would block is yielded as "wait until readable or writable".
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local flatten = require "pyresty.ngx.flatten"
local log = require "pyresty.http.log"
local owned = require "pyresty.socket.owned"
local pool = require "pyresty.socket.pool"
local reader = require "pyresty.socket.reader"
local io = require "pyresty.native".io

local concat, floor, format, lower = table.concat, math.floor, string.format, string.lower
local error, select, setmetatable, tonumber, tostring, type = error, select, setmetatable, tonumber, tostring, type
local recv, send = io.recv, io.send
local LOG_ERR, LOG_DEBUG = 4, 8
local RECEIVE = 65536

local Socket = {}
Socket.__index = Socket

local tcp = {Socket = Socket}

-- ---------------------------------------------------------------- life

-- The connection of a socket is over: closed, or back in its pool.
local function detach(s)
    owned.remove(s)
    s.fd, s.pool, s.read_closed, s.write_closed = nil, nil, nil, nil
end

local function shut(s)
    local fd, p = s.fd, s.pool
    if not fd then return end
    detach(s)
    pool.close_fd(fd)
    if p then pool.closed(p) end
end
tcp.detach, tcp.shut = detach, shut

-- Its request ends, or a thread that waited with it was killed.
Socket.abandon = shut

function tcp.new(r)
    local loc = r.loc or {}
    return setmetatable({
        r = r, fd = nil, buffer = reader.new(), reused = 0,
        connect_timeout = nil, send_timeout = nil, read_timeout = nil, loc = loc,
    }, Socket)
end

-- Raises at the method's caller when the socket is another request's.
local function check(s)
    if s.r ~= state.r then error("bad request", 3) end
end

local BUSY_CONNECTING, BUSY_READING, BUSY_WRITING =
    "socket busy connecting", "socket busy reading", "socket busy writing"

-- → what the socket is busy with, or nil
function tcp.busy(s)
    return s.connecting and BUSY_CONNECTING or s.reading and BUSY_READING or s.writing and BUSY_WRITING or nil
end

local function log_error(s, text)
    if s.loc.lua_socket_log_errors ~= false then log.error(LOG_ERR, s.r, text) end
end

local function log_closed(action)
    if state.r.loc.lua_socket_log_errors == false then return end
    log.error(LOG_ERR, state.r, "attempt to " .. action
        .. " data on a closed socket: u:0000000000000000, c:0000000000000000, ft:0 eof:0")
end
tcp.log_error, tcp.log_closed = log_error, log_closed

-- The timeout of a socket's own in milliseconds, or the location's, in seconds.
local function timeout_of(own, default)
    if own and own > 0 then return own / 1000 end
    return default or 60
end

-- The timeout of an action ("connect", "send", "read"), in seconds; told to the debug log.
local function timeout_for(s, action, own, default)
    local seconds = timeout_of(own, default)
    if log.enabled(LOG_DEBUG, s.r) then
        log.debug(s.r, format("lua tcp socket %s timeout: %.0f", action, seconds * 1000))
    end
    return seconds
end

tcp.timeout_of, tcp.timeout_for = timeout_of, timeout_for

-- ---------------------------------------------------------------- sending

local pieces = {} -- never live across an operation

local function text_of(data)
    local kind = type(data)
    if kind == "string" then return data end
    if kind == "number" then return flatten.number(data) end
    if kind == "table" or kind == "nil" or kind == "boolean" then
        local n, err = flatten.append(pieces, 0, data, kind == "table")
        if not n then return nil, err end
        return concat(pieces, "", 1, n)
    end
    return nil, "string, number, boolean, nil, or array table expected, got " .. kind
end
tcp.text_of = text_of

-- Sends from byte `from` on, waiting as needed. → 1 | nil, err
local function send_rest(s, data, from, seconds)
    s.writing = true
    while from <= #data do
        local sent, err = send(s.fd, data, from)
        if sent then
            from = from + sent
        elseif err == "again" then
            local ok
            ok, err = sched.wait_write(s.fd, seconds)
            if not ok then
                s.writing, s.write_closed = nil, true
                if err == "timeout" then log_error(s, "lua tcp socket write timed out") end
                return nil, err
            end
            if not s.fd then
                s.writing = nil
                return nil, "closed"
            end
        else
            s.writing, s.write_closed = nil, true
            return nil, err == "closed" and "closed" or lower(err)
        end
    end
    s.writing = nil
    return 1
end

-- tcpsock:send(data) → number of bytes | nil, err
function Socket:send(data)
    if not self.connecting and (not self.fd or self.write_closed) then
        log_closed "send"
        return nil, "closed"
    end
    check(self)
    if self.connecting then return nil, BUSY_CONNECTING end
    if self.writing then return nil, BUSY_WRITING end
    local seconds = timeout_for(self, "send", self.send_timeout, self.loc.lua_socket_send_timeout)
    local text, problem = text_of(data)
    if not text then error("bad argument #1 to 'send' (" .. problem .. ")", 2) end
    local ok, err = send_rest(self, text, 1, seconds)
    if not ok then return nil, err end
    return #text
end

-- ---------------------------------------------------------------- receiving

-- More bytes into the buffer. → true | nil, err
function Socket.fill(s, seconds)
    while true do
        local fd = s.fd
        if not fd then return nil, "closed" end
        local data, err = recv(fd, RECEIVE)
        if data then
            reader.feed(s.buffer, data)
            return true
        end
        if err ~= "again" then
            s.read_closed = true
            return nil, err == "closed" and "closed" or lower(err)
        end
        local ok
        ok, err = sched.wait_read(fd, seconds)
        if not ok then
            if err == "timeout" then log_error(s, "lua tcp socket read timed out") end
            return nil, err
        end
    end
end

-- → true | nil, err; raises at the method's caller
local function open_for_reading(s)
    if not s.connecting and (not s.fd or s.read_closed) then
        log_closed "receive"
        return nil, "closed"
    end
    if s.r ~= state.r then error("bad request", 3) end
    if s.connecting then return nil, BUSY_CONNECTING end
    if s.reading then return nil, BUSY_READING end
    return true
end

-- Runs a reader until it has its data. → data | nil, err, partial
local function receive_with(s, read, argument)
    local buffer = s.buffer
    local seconds = timeout_for(s, "read", s.read_timeout, s.loc.lua_socket_read_timeout)
    local data = read(buffer, argument)
    if data then return data end
    s.reading = true
    repeat
        local ok, err = s:fill(seconds)
        if not ok then
            s.reading = nil
            return nil, err, reader.take_all(buffer)
        end
        data = read(buffer, argument)
    until data
    s.reading = nil
    return data
end

local function receive_all(s)
    s.reading = true
    local seconds = timeout_for(s, "read", s.read_timeout, s.loc.lua_socket_read_timeout)
    while true do
        local ok, err = s:fill(seconds)
        if not ok then
            s.reading = nil
            local data = reader.take_all(s.buffer)
            if err == "closed" then
                s.read_closed = nil -- only a reader that misses something closes
                return data
            end
            return nil, err, data
        end
    end
end

-- tcpsock:receive(size | "*l" | "*a") → data | nil, err, partial
function Socket:receive(what)
    local ok, err = open_for_reading(self)
    if not ok then return nil, err end
    if what == nil or what == "*l" then return receive_with(self, reader.line) end
    if what == "*a" then return receive_all(self) end
    local n = tonumber(what)
    if n then
        if n < 0 then error("bad argument #1 to 'receive' (bad number argument)", 2) end
        n = floor(n)
        if n == 0 then return "" end
        return receive_with(self, reader.bytes, n)
    end
    error("bad argument #1 to 'receive' (bad pattern argument: " .. tostring(what) .. ")", 2)
end

local function any(buffer, max)
    local size = reader.size(buffer)
    if size > 0 then return reader.take(buffer, size < max and size or max) end
end

-- tcpsock:receiveany(max) → data | nil, err
function Socket:receiveany(max)
    local ok, err = open_for_reading(self)
    if not ok then return nil, err end
    local n = tonumber(max)
    if not n or n <= 0 then error("bad argument #1 to 'receiveany' (bad max argument)", 2) end
    return receive_with(self, any, floor(n))
end

-- tcpsock:receiveuntil(pattern, options?) → iterator(size?) → data | nil, err, partial
function Socket:receiveuntil(pattern, options)
    if type(pattern) ~= "string" or pattern == "" then return nil, "pattern is empty" end
    local search = reader.until_new(pattern, options and options.inclusive)
    return function(size)
        if search.over then
            search.over = false
            return nil, nil, nil
        end
        local ok, err = open_for_reading(self)
        if not ok then return nil, err end
        if size == nil then
            local function whole(buffer) return (reader.read_until(buffer, search)) end
            return receive_with(self, whole)
        end
        local done
        local function piece(buffer)
            local data
            data, done = reader.read_until(buffer, search, size)
            return data
        end
        local data, message, partial = receive_with(self, piece)
        if not data then return nil, message, partial end
        if done then search.over = true end
        return data
    end
end

-- ---------------------------------------------------------------- the rest

-- Milliseconds; what is no number, or 0, stands for the location's value. Raises at the method's caller.
local function milliseconds(value)
    value = tonumber(value) or 0
    if value < 0 or value >= 2147483648 then error("bad timeout value", 3) end
    return value
end

local WRONG_COUNT = "ngx.socket settimeout: expecting %d arguments (including the object) but seen %d"

function Socket:settimeout(...)
    local count, ms = select("#", ...), ...
    if count ~= 1 then error(format(WRONG_COUNT, 2, count + 1), 2) end
    ms = milliseconds(ms)
    self.connect_timeout, self.send_timeout, self.read_timeout = ms, ms, ms
end

function Socket:settimeouts(...)
    local count, connect, write, read = select("#", ...), ...
    if count ~= 3 then error(format(WRONG_COUNT, 4, count + 1), 2) end
    connect, write, read = milliseconds(connect), milliseconds(write), milliseconds(read)
    self.connect_timeout, self.send_timeout, self.read_timeout = connect, write, read
end

-- tcpsock:setoption(name, value) → 1 | nil, err
function Socket:setoption(name, value)
    if not self.fd then return nil, "closed" end
    return state.host.set_option(self.fd, name, value)
end

function Socket:getoption(name)
    if not self.fd then return nil, "closed" end
    return state.host.get_option(self.fd, name)
end

function Socket:getfd()
    if not self.fd then return nil, "closed" end
    return self.fd
end

-- tcpsock:close() → 1 | nil, "closed"
function Socket:close()
    if not self.connecting and (not self.fd or self.read_closed and self.write_closed) then return nil, "closed" end
    check(self)
    if self.connecting then return nil, BUSY_CONNECTING end
    if self.reading then return nil, BUSY_READING end
    if self.writing then return nil, BUSY_WRITING end
    shut(self)
    return 1
end

function Socket.sslhandshake()
    error("sslhandshake: TLS cosockets are not supported yet", 2)
end

return tcp
