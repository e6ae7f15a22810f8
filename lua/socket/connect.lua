-- How a TCP cosocket gets its connection, new or out of a pool, and gives it to one: connect, bind, setkeepalive.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local guard = require "pyresty.ngx.guard"
local log = require "pyresty.http.log"
local owned = require "pyresty.socket.owned"
local pool = require "pyresty.socket.pool"
local reader = require "pyresty.socket.reader"
local target = require "pyresty.socket.target"
local tcp = require "pyresty.socket.tcp"
local io = require "pyresty.native".io

local error, find, floor, format, lower, select, tonumber, tostring, type =
    error, string.find, math.floor, string.format, string.lower, select, tonumber, tostring, type
local LOG_ALERT, LOG_CRIT, LOG_ERR, LOG_DEBUG = 2, 3, 4, 8

local Socket = tcp.Socket
local busy, log_error, shut, timeout_for, timeout_of =
    tcp.busy, tcp.log_error, tcp.shut, tcp.timeout_for, tcp.timeout_of

-- ---------------------------------------------------------------- a new connection

-- The connect failed before or after it began.
local function failed(s, message)
    local p = s.connecting_pool
    s.connecting_pool = nil
    if p then pool.lost(p) end
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

local function no_socket(s, code)
    local text = io.strerror(code)
    log.error(LOG_ALERT, s.r, format("socket() failed (%d: %s)", code, text))
    return failed(s, lower(text))
end

local function not_bound(s, code)
    local text = io.strerror(code)
    log.error(LOG_CRIT, s.r, format("bind(%s) failed (%d: %s)", s.bound, code, text))
    return failed(s, lower(text))
end

local function no_room(s)
    local message = "worker_connections are not enough"
    log.error(LOG_ALERT, s.r, format("%d ", state.plan.main.worker_connections) .. message)
    return failed(s, message)
end

local function end_connecting(s)
    local fd = s.fd
    tcp.tell_closing(s)
    tcp.detach(s)
    pool.close_fd(fd)
end

-- The thread that connects was killed, or its request ended.
local function abort_connecting(thread)
    local s = thread.socket
    local p = s.connecting_pool
    thread.socket, thread.on_cancel = nil, nil
    s.connecting, s.connecting_pool = nil, nil
    end_connecting(s)
    if p then return pool.closed(p) end
end

-- Waits until the connection stands. → true | nil, err
local function finish(s, fd, name)
    local thread = state.thread
    s.fd, thread.socket, thread.on_cancel = fd, s, abort_connecting
    owned.add(s)
    local ok, err = sched.wait_write(fd, s.seconds)
    thread.socket, thread.on_cancel = nil, nil
    if not ok then
        end_connecting(s)
        if err == "timeout" then log_error(s, "lua tcp socket connect timed out, when connecting to " .. name) end
        return failed(s, err)
    end
    local code = state.host.socket_error(fd)
    if code ~= 0 then
        end_connecting(s)
        return refused(s, code)
    end
    return true
end

local function open(s, address, port)
    local name = port == 0 and address or address .. ":" .. format("%d", port)
    local fd, code, call = state.host.connect(address, port, s.bound)
    if not fd then
        if call == "bind" then return not_bound(s, code) end
        if call == "room" then return no_room(s) end
        if call == "socket" then return no_socket(s, code) end
        return not_begun(s, code, name)
    end
    if code ~= 0 then
        local ok, err = finish(s, fd, name)
        if not ok then return nil, err end
    else
        owned.add(s)
    end
    s.fd, s.pool, s.reused, s.connecting_pool = fd, s.connecting_pool, 0, nil
    s.delays = port ~= 0
    return 1
end

local function abort_resolving(thread)
    local s = thread.socket
    if log.enabled(LOG_DEBUG, nil) then log.debug(nil, "lua tcp socket abort resolver") end
    thread.socket, thread.on_cancel = nil, nil
    s.connecting = nil
    failed(s)
end

local function resolve(s, name)
    local thread = state.thread
    thread.socket, thread.on_cancel = s, abort_resolving
    local address, err = target.resolve(s.loc, name)
    thread.socket, thread.on_cancel = nil, nil
    return address, err
end

local function connect_anew(s, host, port)
    local address, number, is_name = target.parse(host, port)
    if not address then return failed(s, number) end
    s.seconds = timeout_for(s, "connect", s.connect_timeout, s.loc.lua_socket_connect_timeout)
    if is_name then
        local err
        address, err = resolve(s, address)
        if not address then return failed(s, err) end
    elseif log.enabled(LOG_DEBUG, s.r) then
        log.debug(s.r, "lua tcp socket network address given directly")
    end
    return open(s, address, number)
end

-- ---------------------------------------------------------------- pools

local function from_pool(s, p)
    local debugs = log.enabled(LOG_DEBUG, s.r)
    if debugs then log.debug(s.r, "lua tcp socket pool get keepalive peer") end
    local entry = pool.get(p)
    if not entry then return false end
    local fd, extra = entry.fd, entry.extra
    s.fd, s.pool, s.reused, s.entry = fd, p, entry.reused, entry
    if s.delays then s.delays = nil end
    if extra then tcp.secure_again(s, extra) end
    owned.add(s)
    if debugs then
        log.debug(s.r, format("lua tcp socket get keepalive peer: using connection %016X, fd:%d", fd, fd))
    end
    return true
end

-- Waits for a place in a pool that is full. → true | nil, err
local function wait_for_place(s, p, host, port)
    if log.enabled(LOG_DEBUG, s.r) then
        log.debug(s.r, format('lua tcp socket queue connect operation for connection pool "%s", connections: %d',
            p.name, p.connections))
    end
    local ok, err = pool.wait(p, s, timeout_of(s.connect_timeout, s.loc.lua_socket_connect_timeout))
    p.connections = p.connections - 1
    if not ok then
        log_error(s, format("lua tcp socket queued connect timed out, when trying to connect to %s:%d", host, port))
    end
    return ok, err
end

-- A new connection, or one out of the pool when its turn has come.
local function connect_in(s, p, host, port)
    p.connections = p.connections + 1
    if p.backlog then
        if p.connections > p.size + p.backlog then
            p.connections = p.connections - 1
            return nil, "too many waiting connect operations"
        end
        if p.connections > p.size then
            local ok, err = wait_for_place(s, p, host, port)
            if not ok then return nil, err end
            if from_pool(s, p) then return 1 end
            p.connections = p.connections + 1
        end
    end
    s.connecting_pool = p
    return connect_anew(s, host, port)
end

-- Only what may have to wait is seen by other threads.
local function connect_slowly(s, p, host, port)
    s.connecting = true
    local ok, err
    if p then ok, err = connect_in(s, p, host, port) else ok, err = connect_anew(s, host, port) end
    s.connecting = nil
    return ok, err
end

-- ---------------------------------------------------------------- connect

local function integer(value)
    value = tonumber(value)
    return value and (value < 0 and -floor(-value) or floor(value))
end

-- → nil or a message about the option
local function bad_number(name, value, least)
    local number = integer(value)
    if number then
        return number < least and format('bad "%s" option value: %d', name, number) or nil
    end
    return format('bad "%s" option type: %s', name, type(value))
end

-- The options of connect. → size, backlog, name | nil, nil, nil, what is wrong with them
local function read_options(options, loc)
    local size, backlog, name = options.pool_size, options.backlog, options.pool
    local problem = size ~= nil and bad_number("pool_size", size, 1)
    if problem then return nil, nil, nil, problem end
    size, backlog = integer(size), integer(backlog)
    if backlog then
        problem = bad_number("backlog", backlog, 0)
        if problem then return nil, nil, nil, problem end
        size = size or loc.lua_socket_pool_size
    end
    local kind = type(name)
    if kind ~= "string" and kind ~= "number" and kind ~= "nil" then
        return nil, nil, nil, format('bad "pool" option type: %s', kind)
    end
    return size, backlog, name and tostring(name)
end

local function shut_again(s)
    local debugs = log.enabled(LOG_DEBUG, s.r)
    if s.fd then
        if debugs then log.debug(s.r, "lua tcp socket reconnect without shutting down") end
        shut(s)
    end
    if debugs then log.debug(s.r, "lua reuse socket upstream ctx") end
end

-- → port, key of the pool | nil, err
local function port_of(host, port)
    local number = integer(port)
    if number then
        if number < 0 or number > 65535 then return nil, "bad port number: " .. format("%d", number) end
        return number, host .. ":" .. tostring(port)
    end
    if find(host, "^[uU][nN][iI][xX]:") then return 0, host end
    return nil, "missing the port number"
end

local allowed = guard.phases("tcpsock:connect")

-- tcpsock:connect(host, port, options?) or ("unix:PATH", options?) → 1 | nil, err
function Socket:connect(...)
    local count, host, port, options = select("#", ...), ...
    if count < 1 or count > 3 then
        error("ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen " .. count + 1, 2)
    end
    local r = state.r
    if not r or not allowed[r.phase] then guard.refuse(r) end
    if type(host) ~= "string" then host = guard.string(2, host, count + 1) end
    if count == 2 and type(port) == "table" then port, options = nil, port end
    local size, backlog, name, problem
    if type(options) == "table" then
        size, backlog, name, problem = read_options(options, r.loc)
        if problem then guard.argument(count + 1, problem) end
    end
    local number, key = port_of(host, port)
    if not number then return nil, key end
    if self.registered then
        if self.r ~= r and not self.r.main.done then error("bad request", 2) end
        local what = busy(self)
        if what then return nil, what end
        shut_again(self)
    end
    owned.claim(self, r)
    self.loc, self.registered = r.loc, true
    if reader.size(self.buffer) > 0 then self.buffer = reader.new() end
    name = name or key
    self.pool_name = name
    local p = pool.find(name)
    if not p and size then p = pool.create(name, size, backlog, r) end
    if p and from_pool(self, p) then return 1 end
    local ok, err = connect_slowly(self, p, host, number)
    if not ok then return nil, err end
    return 1
end

local bind_phases = guard.phases("tcpsock:bind")

-- tcpsock:bind(address): where its connections come from, as a numeric address → true | nil, err
function Socket:bind(...)
    local count, address = select("#", ...), ...
    if count ~= 1 then error("expecting 2 arguments, but got " .. count + 1, 2) end
    local r = state.r
    if not r or not bind_phases[r.phase] then guard.refuse(r) end
    address = guard.string(2, address, 2)
    if not target.is_numeric(address) then return nil, "bad address" end
    self.bound = address
    if log.enabled(LOG_DEBUG, r) then log.debug(r, "lua tcp socket bind ip: " .. address) end
    return true
end

-- ---------------------------------------------------------------- setkeepalive

local function log_keepalive(s, fd, seconds)
    if not log.enabled(LOG_DEBUG, s.r) then return end
    log.debug(s.r, "lua tcp socket keepalive timeout: "
        .. (seconds > 0 and format("%.0f ms", seconds * 1000) or "unlimited"))
    log.debug(s.r, format("lua tcp socket set keepalive: saving connection %016X", fd))
end

-- The pool to put the connection into. → pool | nil, what is wrong with its size
local function pool_for(s, size)
    local p = pool.find(s.pool_name)
    if p then return p end
    size = size ~= nil and integer(size) or s.loc.lua_socket_pool_size
    if size <= 0 then return nil, format('bad "pool_size" option value: %d', size) end
    return pool.create(s.pool_name, size, nil, s.r)
end

-- Is the connection quiet? → true | nil, err
local function check_quiet(s)
    local _, err = s:peek()
    if err == "again" then return true end
    shut(s)
    return nil, err == "closed" and "closed" or "connection in dubious state"
end

-- tcpsock:setkeepalive(ms?, size?) → 1 | nil, err
function Socket:setkeepalive(...)
    local count, ms, size = select("#", ...), ...
    if count > 2 then error("expecting 1 to 3 arguments (including the object), but got " .. count + 1, 2) end
    tcp.check_self(self)
    if not self.fd or self.read_closed or self.write_closed then return nil, "closed" end
    if self.r ~= state.r then error("bad request", 2) end
    local what = busy(self)
    if what then return nil, what end
    if reader.size(self.buffer) > 0 then return nil, "unread data in buffer" end
    local quiet, err = check_quiet(self)
    if not quiet then return nil, err end
    if state.exiting then
        if log.enabled(LOG_DEBUG, self.r) then
            log.debug(self.r, format("lua tcp socket set keepalive while process exiting, closing connection %016X",
                self.fd))
        end
        shut(self)
        return 1
    end
    local p, problem = pool_for(self, size)
    if not p then guard.argument(count + 1, problem) end
    local seconds = ms ~= nil and floor(guard.number(2, ms, count + 1)) / 1000 or self.loc.lua_socket_keepalive_timeout
    local fd, counted, reused, extra, entry = self.fd, self.pool, self.reused, self.tls, self.entry
    log_keepalive(self, fd, seconds)
    tcp.detach(self)
    pool.put(p, fd, reused, seconds > 0 and seconds or nil, extra, counted, entry)
    return 1
end

-- tcpsock:getreusedtimes() → number | nil, err
function Socket:getreusedtimes(...)
    local count = select("#", ...)
    if count > 0 then error("expecting 1 argument (including the object), but got " .. count + 1, 2) end
    tcp.check_self(self)
    if not self.fd then return nil, "closed" end
    return self.reused
end
