-- A connection to an upstream server: {fd, name, requests, start, transport}. All I/O is tried at once and waits only
-- when it would block. Errors are logged as nginx logs them, the action named behind "while".
local state = require "pyresty.state"
local ops = require "pyresty.ops"
local sched = require "pyresty.sched"
local io = require "pyresty.native".io
local log = require "pyresty.http.log"
local plain = require "pyresty.http.transport"

local push_op, CLOSE = ops.push, ops.CLOSE
local LOG_ALERT, LOG_CRIT, LOG_ERR = 2, 3, 4
local RECEIVE = 65536

local socket = {}

--- Writes a line about an upstream's work, " while ACTION" included.
function socket.log(level, u, message, action)
    local r = u.r
    if not log.enabled(level, r) then return end
    local c = r.conn
    local before = c.action
    c.action = action
    log.error(level, r, message)
    c.action = before
end
local tell = socket.log

-- What an errno of a connection means for the log (ngx_connection_error, ngx_event_connect_peer).
local NO_WAY = {[11] = true, [100] = true, [101] = true, [104] = true, [111] = true, [112] = true, [113] = true}

local function connect_failed(u, code, target)
    local what = target and "connect() to " .. target or "connect()"
    tell(NO_WAY[code] and LOG_ERR or LOG_CRIT, u, what .. " failed (" .. code .. ": " .. io.strerror(code) .. ")",
        "connecting to upstream")
    return nil, "error"
end

-- What failed is ours, not the peer's: no other one is tried, the answer is a 500 (NGX_ERROR there).
local function not_begun(u, call, code, bound)
    local level, message = LOG_ALERT
    if call == "room" then
        message = ("%d"):format(state.plan.main.worker_connections) .. " worker_connections are not enough"
    elseif call == "bind" then
        level, message = LOG_CRIT, "bind(" .. bound .. ") failed (" .. code .. ": " .. io.strerror(code) .. ")"
    else
        message = "socket() failed (" .. code .. ": " .. io.strerror(code) .. ")"
    end
    tell(level, u, message, "connecting to upstream")
    u.client_status = 500
    return nil, "client"
end

--- Connects to a peer within so many seconds → connection | nil, "error" | "timeout" | "client" (u.client_status)
function socket.connect(u, peer, seconds, bound)
    local host = state.host
    local fd, code, call = host.connect(peer.address, peer.port, bound, u.r.loc.tcp_nodelay ~= false)
    if not fd then
        if call ~= "connect" then return not_begun(u, call, code, bound) end
        return connect_failed(u, code, peer.name)
    end
    if code ~= 0 then
        u.connecting = fd
        local ok, err = sched.wait_write(fd, seconds)
        u.connecting = nil
        if not ok then
            push_op(CLOSE, 0, fd)
            return nil, err
        end
        code = host.socket_error(fd)
        if code ~= 0 then
            push_op(CLOSE, 0, fd)
            return connect_failed(u, code)
        end
    end
    return {
        fd = fd, name = peer.name, pool = peer.pool, requests = 0, start = state.now, transport = plain,
        deadline = nil, queued = nil, wait = nil, wait_fd = nil, cache = nil, on_ready = nil, on_timer = nil, sent = 0,
        asked = false,
    }
end

function socket.close(conn)
    conn.transport.close(conn)
    push_op(CLOSE, 0, conn.fd)
end

local function broken(u, call, reason, code, action)
    if code == 0 then return nil, "closed" end
    local text = code and io.strerror(code) or reason
    tell(LOG_ERR, u, call .. "() failed (" .. (code or 0) .. ": " .. text .. ")", action)
    return nil, "error"
end

-- Sends from byte `from` on. (Here and below what is done again calls itself: a loop would end LuaJIT's trace.)
local function send_rest(u, conn, data, seconds, from)
    local sent, err, code = conn.transport.send(conn, data, from)
    if sent then
        from = from + sent
        u.state.bytes_sent = u.state.bytes_sent + sent
        if from > #data then return true end
    elseif err == "again" then
        local ok
        ok, err = sched.wait_write(conn.fd, seconds)
        if not ok then return nil, err end
    else
        return broken(u, "send", err, code, "sending request to upstream")
    end
    return send_rest(u, conn, data, seconds, from)
end

--- Sends all of data → true | nil, "error" | "timeout"
function socket.send(u, conn, data, seconds)
    if data == "" then return true end
    conn.asked = conn.transport == plain -- the answer can hardly be there at once
    return send_rest(u, conn, data, seconds, 1)
end

--- What has arrived, at least one byte and at most `max` (64 KB)
--- → string | nil, "closed" (end of stream) | "error" | "timeout"
function socket.receive(u, conn, seconds, action, max)
    local data, err, code
    if conn.asked then
        conn.asked, err = false, "again"
    else
        data, err, code = conn.transport.recv(conn, max or RECEIVE)
    end
    if data then
        u.state.bytes_received = u.state.bytes_received + #data
        return data
    end
    if err ~= "again" then return broken(u, "recv", err, code, action) end
    local ok
    u.waited = true
    ok, err = sched.wait_read(conn.fd, seconds)
    if not ok then return nil, err end
    return socket.receive(u, conn, seconds, action, max)
end

return socket
