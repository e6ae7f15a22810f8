-- UDP cosockets. All I/O is tried at once; only a receive that would block waits.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local flatten = require "pyresty.ngx.flatten"
local guard = require "pyresty.ngx.guard"
local log = require "pyresty.http.log"
local owned = require "pyresty.socket.owned"
local pool = require "pyresty.socket.pool"
local target = require "pyresty.socket.target"
local io = require "pyresty.native".io
local keep = require("pyresty.http.recycled").keep

local concat, error, floor, format, lower = table.concat, error, math.floor, string.format, string.lower
local select, setmetatable, tonumber, tostring, type = select, setmetatable, tonumber, tostring, type
local recv, send = io.recv, io.send
local LOG_ALERT, LOG_CRIT, LOG_ERR, LOG_DEBUG = 2, 3, 4, 8
local MAX_DATAGRAM = 65536

local Socket = {}
Socket.__index = Socket

local udp = {Socket = Socket}

function udp.new() return setmetatable({}, Socket) end

local function debugs(r, text, ...)
    if log.enabled(LOG_DEBUG, r) then log.debug(r, format(text, ...)) end
end

-- The message of a system call that failed.
local function text_of(code) return lower(io.strerror(code)) end

-- ---------------------------------------------------------------- life

local function shut(s)
    local fd = s.fd
    if not fd then return end
    debugs(s.r, "lua close socket connection")
    owned.remove(s)
    s.fd, s.waiting = nil, nil
    pool.close_fd(fd)
end
Socket.abandon = shut

local function log_closed(action)
    local r = state.r
    if r.loc.lua_socket_log_errors == false then return end
    log.error(LOG_ERR, r, "attempt to " .. action .. " data on a closed socket: u:0000000000000000, c:0000000000000000")
end

-- Is the socket of the running request? → true | nil, err; raises at the method's caller
local function usable(s, action)
    if not s.fd then
        log_closed(action)
        return nil, "closed"
    end
    if s.r ~= state.r then error("bad request", 3) end
    if s.waiting then return nil, "socket busy" end
    return true
end

-- ---------------------------------------------------------------- setpeername, bind

local function open(s, address, port)
    local fd, code, call = state.host.connect_datagram(address, port, s.bound)
    debugs(s.r, "lua udp socket connect: %d", fd and 0 or -1)
    if not fd then
        local level = call == "socket" and LOG_ALERT or LOG_CRIT
        log.error(level, s.r, format("%s() failed (%d: %s)", call, code, io.strerror(code)))
        return nil, text_of(code)
    end
    s.fd = fd
    owned.add(s)
    return 1
end

local allowed = guard.phases("udpsock:setpeername")

-- udpsock:setpeername(host, port) or ("unix:PATH") → 1 | nil, err
function Socket:setpeername(...)
    local count, host, port = select("#", ...), ...
    if count ~= 1 and count ~= 2 then
        error("ngx.socket.udp setpeername: expecting 2 or 3 arguments (including the object), but seen "
            .. count + 1, 2)
    end
    local r = state.r
    if not r or not allowed[r.phase] then guard.refuse(r) end
    host = guard.string(2, host, count + 1)
    if count == 2 then
        local number = tonumber(port)
        if not number then guard.number(3, port, count + 1) end
        port = floor(number)
        if port < 0 or port > 65535 then return nil, "bad port number: " .. format("%d", port) end
    end
    if self.r then
        if self.r ~= r and self.fd then error("bad request", 2) end
        if self.waiting then return nil, "socket busy" end
        if self.fd then
            debugs(r, "lua udp socket reconnect without shutting down")
            shut(self)
        end
        debugs(r, "lua reuse socket upstream ctx")
    end
    keep(r)
    self.r, self.loc = r, r.loc
    local address, number, is_name = target.parse(host, port or 0)
    if not address then return nil, number end
    if is_name then
        self.waiting = true
        local err
        address, err = target.resolve(self.loc, address)
        self.waiting = nil
        if not address then return nil, err end
    else
        debugs(r, "lua udp socket network address given directly")
    end
    return open(self, address, number)
end

-- udpsock:bind(address): where the socket sends from, as a numeric address → 1 | nil, err
function Socket:bind(...)
    local count, address = select("#", ...), ...
    if count ~= 1 then error("expecting 2 arguments (including the object), but got " .. count + 1, 2) end
    address = guard.string(2, address, 2)
    if not target.is_numeric(address) then return nil, "bad address" end
    self.bound = address
    return 1
end

-- ---------------------------------------------------------------- sending and receiving

local pieces = {} -- never live across an operation

-- udpsock:send(data) → 1 | nil, err
function Socket:send(...)
    local count, data = select("#", ...), ...
    if count ~= 1 then error("expecting 2 arguments (including the object), but got " .. count + 1, 2) end
    local ok, err = usable(self, "send")
    if not ok then return nil, err end
    local kind = type(data)
    if kind == "function" or kind == "userdata" or kind == "thread" then
        guard.argument(2, "string, number, boolean, nil, or array table expected, got " .. kind)
    end
    local n, problem = flatten.append(pieces, 0, data, kind == "table")
    if not n then guard.argument(2, problem) end
    local datagram = concat(pieces, "", 1, n)
    local sent, _, code = send(self.fd, datagram)
    if not sent then return nil, text_of(code) end
    debugs(self.r, "send: fd:%d %d of %d", self.fd, sent, #datagram)
    if sent ~= #datagram then return nil, "partial write" end
    return 1
end

-- One datagram, at most size bytes of it. → data | nil, reason, errno
local function take(fd, size)
    local data, reason, code = recv(fd, size)
    if not data and reason == "closed" and code == 0 then return "" end -- an empty datagram
    return data, reason, code
end

local function failed(s, code)
    log.error(LOG_ERR, s.r, format("recv() failed (%d: %s)", code, io.strerror(code)))
    return text_of(code)
end

local function wait(s, size, seconds)
    while true do
        local ok, err = sched.wait_read(s.fd, seconds)
        if not ok then
            if err == "timeout" and s.loc.lua_socket_log_errors ~= false then
                log.error(LOG_ERR, s.r, "lua udp socket read timed out")
            end
            return nil, err
        end
        if not s.fd then return nil, "closed" end
        local data, reason, code = take(s.fd, size)
        if data then return data end
        if reason ~= "again" then return nil, failed(s, code) end
    end
end

-- udpsock:receive(size?) → data | nil, err
function Socket:receive(...)
    local count, size = select("#", ...), ...
    if count > 1 then error("expecting 1 or 2 arguments (including the object), but got " .. count + 1, 2) end
    debugs(state.r, "lua udp socket calling receive() method")
    local ok, err = usable(self, "receive")
    if not ok then return nil, err end
    local ms = self.timeout or 0
    local seconds = ms > 0 and ms / 1000 or self.loc.lua_socket_read_timeout
    debugs(self.r, "lua udp socket read timeout: %.0f", seconds * 1000)
    size = size ~= nil and floor(guard.number(2, size, 2)) or MAX_DATAGRAM
    if size < 0 or size > MAX_DATAGRAM then size = MAX_DATAGRAM end
    debugs(self.r, "lua udp socket receive buffer size: %d", size)
    local data, reason, code = take(self.fd, size)
    if data then
        debugs(self.r, "lua udp socket receive done in a single run")
        return data
    end
    if reason ~= "again" then return nil, failed(self, code) end
    self.waiting = true
    data, err = wait(self, size, seconds)
    self.waiting = nil
    if not data then return nil, err end
    return data
end

-- ---------------------------------------------------------------- the rest

-- udpsock:settimeout(ms): of receive; what is not positive stands for lua_socket_read_timeout.
function Socket:settimeout(...)
    local count, ms = select("#", ...), ...
    if count ~= 1 then
        error("ngx.socket settimeout: expecting at least 2 arguments (including the object) but seen "
            .. tostring(count + 1), 2)
    end
    self.timeout = floor(tonumber(ms) or 0)
end

-- udpsock:close() → 1 | nil, err
function Socket:close(...)
    local count = select("#", ...)
    if count ~= 0 then error("expecting 1 argument (including the object) but seen " .. count + 1, 2) end
    if not self.fd then return nil, "closed" end
    if self.r ~= state.r then error("bad request", 2) end
    if self.waiting then return nil, "socket busy" end
    shut(self)
    return 1
end

return udp
