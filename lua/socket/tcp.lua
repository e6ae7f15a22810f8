-- TCP cosockets. All I/O is tried at once; only what would block is yielded as "wait until readable or writable".
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local flatten = require "pyresty.ngx.flatten"
local log = require "pyresty.http.log"
local pool = require "pyresty.socket.pool"
local reader = require "pyresty.socket.reader"
local io = require "pyresty.native".io

local concat, find, floor, format, lower, match, sub =
    table.concat, string.find, math.floor, string.format, string.lower, string.match, string.sub
local error, ipairs, select, setmetatable, tonumber, tostring, type =
    error, ipairs, select, setmetatable, tonumber, tostring, type
local recv, send = io.recv, io.send
local LOG_CRIT, LOG_ERR, LOG_DEBUG = 3, 4, 8
local RECEIVE = 65536

local Socket = {}
Socket.__index = Socket

local tcp = {Socket = Socket}

-- ---------------------------------------------------------------- life

-- The connection of a socket is over: closed, or back in its pool.
local function detach(s)
    s.fd, s.pool, s.read_closed, s.write_closed = nil, nil, nil, nil
end

local function shut(s)
    local fd, p = s.fd, s.pool
    if not fd then return end
    detach(s)
    pool.close_fd(fd)
    if p then pool.forget(p) end
end

-- All sockets of a request and its subrequests are closed when it ends.
local function close_all(r)
    for _, s in ipairs(r.sockets) do shut(s) end
end

local function register(s)
    local r = s.r.main
    local list = r.sockets
    if not list then
        list = {}
        r.sockets = list
        r.cleanup = r.cleanup or {}
        r.cleanup[#r.cleanup + 1] = close_all
    end
    list[#list + 1] = s
end

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

local function log_error(s, text)
    if s.loc.lua_socket_log_errors ~= false then log.error(LOG_ERR, s.r, text) end
end

local function log_closed(action)
    if state.r.loc.lua_socket_log_errors == false then return end
    log.error(LOG_ERR, state.r, "attempt to " .. action
        .. " data on a closed socket: u:0000000000000000, c:0000000000000000, ft:0 eof:0")
end
tcp.log_error, tcp.log_closed = log_error, log_closed

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

-- ---------------------------------------------------------------- connect

local function parse_target(host, port)
    if sub(host, 1, 5) == "unix:" then return host, nil, host end
    return host, port, host .. ":" .. tostring(port)
end

local function is_numeric(host)
    return match(host, "^%d+%.%d+%.%d+%.%d+$") or find(host, ":", 1, true)
end

local function failed(s, message)
    local p = s.connecting_pool
    s.connecting_pool = nil
    if p then pool.forget(p) end
    return nil, message
end

local function refused(s, code)
    local text = io.strerror(code)
    log_error(s, format("connect() failed (%d: %s)", code, text))
    return failed(s, lower(text))
end

-- connect() itself failed (ngx_event_connect_peer).
local NO_WAY = {[11] = true, [100] = true, [101] = true, [104] = true, [111] = true, [112] = true, [113] = true}

local function not_begun(s, code, name)
    local text = io.strerror(code)
    log.error(NO_WAY[code] and LOG_ERR or LOG_CRIT, s.r, format("connect() to %s failed (%d: %s)", name, code, text))
    return failed(s, lower(text))
end

local function open(s, address, port)
    local seconds = timeout_for(s, "connect", s.connect_timeout, s.loc.lua_socket_connect_timeout)
    local fd, code = state.host.connect(address, port or 0, s.bound)
    if not fd then return not_begun(s, code, port and address .. ":" .. port or address) end
    if code ~= 0 then
        local ok, err = sched.wait_write(fd, seconds)
        if not ok then
            pool.close_fd(fd)
            if err == "timeout" then
                log_error(s, "lua tcp socket connect timed out, when connecting to "
                    .. (port and address .. ":" .. port or address))
            end
            return failed(s, err)
        end
        code = state.host.socket_error(fd)
        if code ~= 0 then
            pool.close_fd(fd)
            return refused(s, code)
        end
    end
    s.fd, s.pool, s.reused, s.connecting_pool = fd, s.connecting_pool, 0, nil
    return 1
end

-- Waits for a place in a pool that limits its connections. → true | nil, err
local function enter_queue(s, p)
    if #p.queue >= p.backlog then return nil, "too many waiting connect operations" end
    local thread = state.thread
    p.queue[#p.queue + 1] = thread
    local ok, err = sched.park(timeout_of(s.connect_timeout, s.loc.lua_socket_connect_timeout))
    if not ok then
        for i, waiter in ipairs(p.queue) do
            if waiter == thread then
                table.remove(p.queue, i)
                break
            end
        end
        log_error(s, "lua tcp socket queued connect timed out, when trying to connect to " .. s.target)
        return nil, err
    end
    return true
end

local function from_pool(s, p)
    local fd, reused, extra = pool.get(p)
    if not fd then return false end
    s.fd, s.pool, s.reused, s.extra = fd, p, reused, extra
    if log.enabled(LOG_DEBUG, s.r) then
        log.debug(s.r, format("lua tcp socket get keepalive peer: using connection %016X, fd:%d", fd, fd))
    end
    return true
end

local function pool_options(s, options)
    if options == nil then return nil, nil end
    local size, backlog = options.pool_size, options.backlog
    if size ~= nil then
        size = tonumber(size)
        if not size or size <= 0 then error('bad "pool_size" option value: ' .. tostring(options.pool_size), 3) end
    end
    if backlog ~= nil then
        backlog = tonumber(backlog)
        if not backlog or backlog < 0 then error('bad "backlog" option value: ' .. tostring(options.backlog), 3) end
    end
    if backlog and not size then size = s.loc.lua_socket_pool_size end
    return size, backlog
end

local function resolve(s, host)
    if not s.loc.resolver then return nil, 'no resolver defined to resolve "' .. host .. '"' end
    local resolver = s.loc.resolver
    local servers = {}
    for i, server in ipairs(resolver.servers) do servers[i] = server.address .. " " .. format("%d", server.port) end
    local limits = s.loc.resolver_timeout .. (resolver.ipv6 == false and " off " or " on ") .. (resolver.valid or "")
    return sched.call("resolver.resolve", host, concat(servers, ","), limits)
end

local function shut_again(s)
    local debugged = log.enabled(LOG_DEBUG, s.r)
    if s.fd and debugged then log.debug(s.r, "lua tcp socket reconnect without shutting down") end
    shut(s)
    if debugged then log.debug(s.r, "lua reuse socket upstream ctx") end
end

-- tcpsock:connect(host, port, options?) or (unix:path, options?) → 1 | nil, err
function Socket:connect(host, port, options)
    if self.registered then check(self) else self.r, self.loc = state.r, state.r.loc end
    if type(host) ~= "string" then
        error("bad argument #1 to 'connect' (string expected, got " .. type(host) .. ")", 2)
    end
    if sub(host, 1, 5) == "unix:" then
        options, port = port, nil
    else
        if port == nil then return nil, "missing the port number" end
        local number = tonumber(port)
        if not number then error("bad argument #2 to 'connect' (number expected, got " .. type(port) .. ")", 2) end
        if number < 0 or number > 65535 then return nil, "bad port number: " .. tostring(port) end
        port = floor(number)
    end
    if self.connecting then return nil, BUSY_CONNECTING end
    if self.reading then return nil, BUSY_READING end
    if self.writing then return nil, BUSY_WRITING end
    if self.registered then shut_again(self) end
    self.buffer = reader.new()
    local size, backlog = pool_options(self, options)
    local _, _, key = parse_target(host, port)
    self.target = key
    local name = options and options.pool and tostring(options.pool) or key
    self.pool_name = name
    if not self.registered then
        self.registered = true
        register(self)
    end
    self.connecting = true
    local ok, err = self:enter(name, size, backlog, host, port)
    self.connecting = nil
    if not ok then return nil, err end
    return 1
end

-- The way into the pool, or to a new connection.
function Socket:enter(name, size, backlog, host, port)
    local p = pool.find(name)
    if not p and size then p = pool.create(name, size, backlog, self.r) end
    if p then
        if from_pool(self, p) then return 1 end
        if p.backlog and p.connections >= p.size then
            local ok, err = enter_queue(self, p)
            if not ok then return nil, err end
            if from_pool(self, p) then return 1 end
        end
        p.connections = p.connections + 1
        self.connecting_pool = p
    end
    local address = host
    if port and not is_numeric(host) then
        local err
        address, err = resolve(self, host)
        if not address then return failed(self, err) end
    end
    return open(self, address, port)
end

function Socket:bind(address)
    check(self)
    self.bound = address
    return 1
end

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

function Socket:getreusedtimes()
    if not self.fd then return nil, "closed" end
    return self.reused
end

local function log_keepalive(s, fd, seconds)
    if not log.enabled(LOG_DEBUG, s.r) then return end
    log.debug(s.r, format("lua tcp socket set keepalive: saving connection %016X", fd))
    log.debug(s.r, "lua tcp socket keepalive timeout: "
        .. (seconds > 0 and format("%.0f ms", seconds * 1000) or "unlimited"))
end

-- tcpsock:setkeepalive(ms?, size?) → 1 | nil, err
function Socket:setkeepalive(...)
    local ms, size = ...
    if not self.connecting and (not self.fd or self.read_closed or self.write_closed) then return nil, "closed" end
    check(self)
    if self.connecting then return nil, BUSY_CONNECTING end
    if self.reading then return nil, BUSY_READING end
    if self.writing then return nil, BUSY_WRITING end
    if reader.size(self.buffer) > 0 then return nil, "unread data in buffer" end
    local _, err = io.peek(self.fd)
    if err ~= "again" then
        if err == nil then return nil, "connection in dubious state" end
        shut(self)
        return nil, err == "closed" and "closed" or "connection in dubious state"
    end
    local p = self.pool or pool.find(self.pool_name)
    if not p then
        size = size and tonumber(size) or self.loc.lua_socket_pool_size
        p = pool.create(self.pool_name, size > 0 and size or 1, nil, self.r)
    end
    if not self.pool then p.connections = p.connections + 1 end
    local seconds = ms and tonumber(ms) and ms / 1000 or self.loc.lua_socket_keepalive_timeout
    local fd, reused, extra = self.fd, self.reused, self.extra
    log_keepalive(self, fd, seconds)
    detach(self)
    if require("pyresty.background").exiting() then
        if log.enabled(LOG_DEBUG, self.r) then
            log.debug(self.r, format("lua tcp socket set keepalive while process exiting, closing connection %016X", fd))
        end
        pool.close_fd(fd)
        pool.forget(p)
        return 1
    end
    pool.put(p, fd, reused, seconds > 0 and seconds or nil, extra)
    return 1
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
