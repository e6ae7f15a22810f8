-- TCP cosockets: their life, sending, options. All I/O is tried at once; only what would block is yielded: "wait until
-- readable or writable". (receiving.lua has what reads, connect.lua the ways to a connection and from it, tls.lua TLS.)
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local flatten = require "pyresty.ngx.flatten"
local guard = require "pyresty.ngx.guard"
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
    if s.tls then tcp.plain_again(s) end
    s.fd, s.pool, s.entry = nil, nil, nil
    if s.read_closed then s.read_closed = nil end
    if s.write_closed then s.write_closed = nil end
end

function tcp.tell_closing(s)
    if log.enabled(LOG_DEBUG, s.r) then
        log.debug(s.r, "lua finalize socket")
        log.debug(s.r, "lua close socket connection")
    end
end

local function shut(s)
    local fd, p = s.fd, s.pool
    if not fd then return end
    tcp.tell_closing(s)
    detach(s)
    pool.close_fd(fd)
    if p then pool.closed(p) end
end
tcp.detach, tcp.shut = detach, shut

-- Its request ends, or a thread that waited with it was killed.
Socket.abandon = shut

-- (Room for 16 fields, which are those of a socket that has its connection out of a pool and need not wait to send:
-- even nil takes a place when it is assigned.)
function tcp.new(r)
    local loc = r.loc or {}
    local s = setmetatable({
        r = r, fd = nil, buffer = reader.new(), reused = 0,
        connect_timeout = nil, send_timeout = nil, read_timeout = nil, loc = loc, pool = nil, pool_name = nil,
        registered = nil, reading = nil, asked = nil, entry = nil, writing = nil,
    }, Socket)
    owned.claim(s, r)
    return s
end

-- Raises at the method's caller when the socket is another request's.
local function check(s)
    if s.r ~= state.r then error("bad request", 3) end
end

-- Raises at the method's caller when it was called with a dot.
local function check_self(self)
    local kind = type(self)
    if kind ~= "table" then
        guard.argument(1, "table expected, got " .. (self == nil and "no value" or kind), 1)
    end
end
tcp.check_self = check_self

local BUSY_CONNECTING, BUSY_READING, BUSY_WRITING =
    "socket busy connecting", "socket busy reading", "socket busy writing"
tcp.BUSY_CONNECTING, tcp.BUSY_READING = BUSY_CONNECTING, BUSY_READING

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

-- The message of a system call that failed, which is logged as nginx does.
local function failed(s, call, code)
    local text = io.strerror(code)
    log.error(LOG_ERR, s.r, format("%s() failed (%d: %s)", call, code, text))
    return lower(text)
end

tcp.failed = failed

-- What passes bytes to and from the connection (socket/tls.lua has others); a failure of code 0 needs no word more.
function Socket.put(s, data, from) return send(s.fd, data, from) end
function Socket.get(s) return recv(s.fd, RECEIVE) end
function Socket.peek(s) return io.peek(s.fd) end

local function wait_for_room(s, seconds)
    s.writing = true
    local ok, err = sched.wait_write(s.fd, seconds)
    s.writing = nil
    if not ok then
        s.write_closed = true
        if err == "timeout" then log_error(s, "lua tcp socket write timed out") end
        return nil, err
    end
    if not s.fd then return nil, "closed" end
    return true
end

-- Sends from byte `from` on, waiting as needed. → 1 | nil, err
-- (Here and below what is done again calls itself: a loop would end LuaJIT's trace, and most often there is one turn.)
local function send_rest(s, data, from, seconds)
    local sent, err, code = s:put(data, from)
    if sent then
        from = from + sent
        if from > #data then
            s.asked = s.get == Socket.get -- (TLS may have an answer where no descriptor tells of it)
            return 1
        end
    elseif err == "again" then
        local ok
        ok, err = wait_for_room(s, seconds)
        if not ok then return nil, err end
    else
        s.write_closed = true
        return nil, code == 0 and "closed" or failed(s, "send", code)
    end
    return send_rest(s, data, from, seconds)
end

-- nginx sets it with the first data.
local function set_nodelay(s)
    s.delays = nil
    if s.loc.tcp_nodelay == false then return end
    if log.enabled(LOG_DEBUG, s.r) then log.debug(s.r, "lua socket tcp_nodelay") end
    state.host.set_option(s.fd, "tcp-nodelay", 1)
end
tcp.set_nodelay = set_nodelay

-- tcpsock:send(data) → number of bytes | nil, err
function Socket:send(...)
    local count, data = select("#", ...), ...
    if count ~= 1 then error("expecting 2 arguments (including the object), but got " .. count + 1, 2) end
    check_self(self)
    if not self.fd or self.write_closed then
        log_closed "send"
        return nil, "closed"
    end
    check(self)
    if self.connecting then return nil, BUSY_CONNECTING end
    if self.writing then return nil, BUSY_WRITING end
    local seconds = timeout_for(self, "send", self.send_timeout, self.loc.lua_socket_send_timeout)
    local text, problem = text_of(data)
    if not text then guard.argument(2, problem) end
    if text == "" then return 0 end
    if self.delays then set_nodelay(self) end
    local ok, err = send_rest(self, text, 1, seconds)
    if not ok then return nil, err end
    return #text
end

-- ---------------------------------------------------------------- the rest

-- Milliseconds; what is no number, or 0, stands for the location's value. Raises at the method's caller.
local function milliseconds(value)
    value = tonumber(value) or 0
    if value <= -1 or value >= 2147483648 then error("bad timeout value", 3) end
    return value < 0 and 0 or floor(value)
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

local OPTIONS = {keepalive = true, reuseaddr = true, ["tcp-nodelay"] = true, sndbuf = true, rcvbuf = true}

-- → true | nil, err; raises as resty.core.socket does
local function check_option(s, option)
    if not s.registered then error "socket is never created nor connected" end
    if option == nil then return nil, 'missing the "option" argument' end
    if not OPTIONS[option] then return nil, "unsupported option " .. tostring(option) end
    if not s.fd then return nil, "closed" end
    return true
end

-- tcpsock:setoption(name, value) → true | nil, err
function Socket:setoption(option, value)
    if self.registered and option ~= nil and value == nil then return nil, 'missing the "value" argument' end
    local ok, err = check_option(self, option)
    if not ok then return nil, err end
    ok, err = state.host.set_option(self.fd, option, value == true and 1 or value or 0)
    if not ok then return nil, err end
    if option == "tcp-nodelay" then self.delays = nil end
    return true
end

-- tcpsock:getoption(name) → number | nil, err
function Socket:getoption(option)
    local ok, err = check_option(self, option)
    if not ok then return nil, err end
    local value
    value, err = state.host.get_option(self.fd, option)
    if not value then return nil, err end
    return value
end

function Socket:getfd()
    if not self.fd then return nil, "closed" end
    return self.fd
end

-- tcpsock:close() → 1 | nil, "closed"
function Socket:close(...)
    local count = select("#", ...)
    if count > 0 then error("expecting 1 argument (including the object) but seen " .. count + 1, 2) end
    check_self(self)
    if not self.fd or self.read_closed and self.write_closed then return nil, "closed" end
    check(self)
    if self.connecting then return nil, BUSY_CONNECTING end
    if self.reading then return nil, BUSY_READING end
    if self.writing then return nil, BUSY_WRITING end
    shut(self)
    return 1
end

return tcp
