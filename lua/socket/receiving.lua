-- How a TCP cosocket reads: receive, receiveany, receiveuntil. The bytes' own side of it is reader.lua.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local guard = require "pyresty.ngx.guard"
local log = require "pyresty.http.log"
local reader = require "pyresty.socket.reader"
local tcp = require "pyresty.socket.tcp"

local error, find, floor, format, select, tonumber, type = error, string.find, math.floor, string.format, select,
    tonumber, type
local LOG_DEBUG = 8

local Socket = tcp.Socket
local check_self, failed, log_closed, log_error, timeout_for, timeout_of =
    tcp.check_self, tcp.failed, tcp.log_closed, tcp.log_error, tcp.timeout_for, tcp.timeout_of
local BUSY_CONNECTING, BUSY_READING = tcp.BUSY_CONNECTING, tcp.BUSY_READING

-- More bytes into the buffer. When something has just been sent, the answer can hardly be there. → true | nil, err
function Socket.fill(s, seconds)
    local fd = s.fd
    if not fd then return nil, "closed" end
    local data, err, code
    if s.asked then
        s.asked, err = false, "again"
    else
        data, err, code = s:get()
    end
    if data then
        reader.feed(s.buffer, data)
        return true
    end
    if err ~= "again" then
        s.read_closed = true
        return nil, code == 0 and "closed" or failed(s, "recv", code)
    end
    local ok
    ok, err = sched.wait_read(fd, seconds)
    if not ok then
        if err == "timeout" then log_error(s, "lua tcp socket read timed out") end
        return nil, err
    end
    return s:fill(seconds)
end

-- Before a method reads, or (`silent`) a search's iterator. → true | nil, err; raises at its caller
local function may_read(s, silent)
    if not s.fd or s.read_closed then
        if not silent then log_closed "receive" end
        return nil, "closed"
    end
    if s.r ~= state.r then error("bad request", 3) end
    if s.connecting then return nil, BUSY_CONNECTING end
    if s.reading then return nil, BUSY_READING end
    return true
end

local function read_on(s, read, argument)
    local ok, err = s:fill(timeout_of(s.read_timeout, s.loc.lua_socket_read_timeout)) -- may have been set meanwhile
    if not ok then
        s.reading = nil
        return nil, err, reader.take_all(s.buffer)
    end
    local data = read(s.buffer, argument)
    if not data then return read_on(s, read, argument) end
    s.reading = nil
    return data
end

-- Runs a reader until it has its data. → data | nil, err, partial
local function receive_with(s, read, argument)
    timeout_for(s, "read", s.read_timeout, s.loc.lua_socket_read_timeout)
    local data = read(s.buffer, argument)
    if data then return data end
    s.reading = true
    return read_on(s, read, argument)
end

local function receive_all(s)
    s.reading = true
    timeout_for(s, "read", s.read_timeout, s.loc.lua_socket_read_timeout)
    while true do
        local ok, err = s:fill(timeout_of(s.read_timeout, s.loc.lua_socket_read_timeout))
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

-- What the debug log says first; cheap when there is none.
local function tell(s, text, ...)
    if log.enabled(LOG_DEBUG, s.r) then log.debug(s.r, format(text, ...)) end
end

local function receive_number(s, n)
    n = floor(n)
    if n == 0 then return "" end
    return receive_with(s, reader.bytes, n)
end

-- tcpsock:receive(size | "*l" | "*a") → data | nil, err, partial
function Socket:receive(...)
    local count, what = select("#", ...), ...
    if count > 1 then error("expecting 1 or 2 arguments (including the object), but got " .. count + 1, 2) end
    check_self(self)
    tell(self, "lua tcp socket calling receive() method")
    local ok, err = may_read(self)
    if not ok then return nil, err end
    if count == 0 or what == "*l" then return receive_with(self, reader.line) end
    if what == "*a" then return receive_all(self) end
    local n = tonumber(what)
    if n and n >= 0 then return receive_number(self, n) end
    local named = not n and type(what) == "string" and not find(what, "^%*.$") and ": " .. what or ""
    guard.argument(2, "bad pattern argument" .. named)
end

local function any(buffer, max)
    local size = reader.size(buffer)
    if size > 0 then return reader.take(buffer, size < max and size or max) end
end

-- tcpsock:receiveany(max) → data | nil, err
function Socket:receiveany(...)
    local count, max = select("#", ...), ...
    if count ~= 1 then error("expecting 2 arguments (including the object), but got " .. count + 1, 2) end
    check_self(self)
    local ok, err = may_read(self)
    if not ok then return nil, err end
    local n = tonumber(max)
    n = n and (n < 0 and -1 or floor(n))
    if not n or n <= 0 then guard.argument(2, "bad max argument") end
    tell(self, "lua tcp socket calling receiveany() method to read at most %d bytes", n)
    tell(self, "lua tcp socket read any")
    return receive_with(self, any, n)
end

-- The next part of what comes before the pattern, of at most size bytes, or all. → data | nil, err, partial
local function search_on(s, search, size)
    local done
    local function piece(buffer)
        local data
        data, done = reader.read_until(buffer, search, size)
        return data
    end
    local data, err, partial = receive_with(s, piece)
    if not data then return nil, err, partial end
    if done and size then search.over = true end
    return data
end

local function is_inclusive(options)
    if type(options) ~= "table" then guard.argument(3, "table expected, got " .. type(options)) end
    local value = options.inclusive
    if value ~= nil and type(value) ~= "boolean" then
        error('bad "inclusive" option value type: ' .. type(value), 3)
    end
    return value
end

-- tcpsock:receiveuntil(pattern, options?) → iterator(size?) → data | nil, err, partial
function Socket:receiveuntil(...)
    local count, pattern, options = select("#", ...), ...
    if count ~= 1 and count ~= 2 then
        error("expecting 2 or 3 arguments (including the object), but got " .. count + 1, 2)
    end
    check_self(self)
    local inclusive = count == 2 and is_inclusive(options)
    pattern = guard.string(2, pattern, count + 1)
    tell(self, "lua tcp socket calling receiveuntil() method")
    if pattern == "" then return nil, "pattern is empty" end
    local search = reader.until_new(pattern, inclusive)
    return function(...)
        local n, size = select("#", ...), ...
        if n > 1 then error("expecting 0 or 1 arguments, but seen " .. n, 2) end
        if n == 1 then size = floor(guard.number(1, size, 1)) end
        local ok, err = may_read(self, true)
        if not ok then return nil, err end
        tell(self, "lua tcp socket receiveuntil iterator")
        if search.over then
            search.over = false
            return nil, nil, nil
        end
        return search_on(self, search, size and size > 0 and size or nil)
    end
end
