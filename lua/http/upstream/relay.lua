-- A response's body, from the upstream through the output filters to the client. When the client is slower, with
-- buffering on, up to the sizes of `*_buffers` wait in memory and then in a temporary file; without buffering the
-- upstream has to wait.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local io = require "pyresty.native".io
local cache = require "pyresty.http.upstream.cache"
local output = require "pyresty.http.output"
local store = require "pyresty.http.upstream.store"
local socket = require "pyresty.http.upstream.socket"

local floor, sub, unpack = math.floor, string.sub, unpack or table.unpack
local LOG_CRIT, LOG_ERR, LOG_WARN = 3, 4, 5
local OK, ERROR = 0, -1
local READING, READING_HEADER = "reading upstream", "reading response header from upstream"
local PIECE = 65536

local relay = {}

-- ---------------------------------------------------------------- the temporary file

local function close_spool(u)
    local spool = u.spool
    u.spool = nil
    state.host.close_fd(spool.fd)
    local waiter = spool.waiter
    if waiter and not waiter.dead then return sched.post(waiter, true) end
end

--- The request ends: its temporary file goes.
function relay.drop(u)
    if u.spool then close_spool(u) end
end

-- Moves what is in the file to the client, as it takes it.
local function pump(u)
    local r, spool = u.r, u.spool
    if not spool then return end
    local c = r.conn
    state.r = r
    while spool.read < spool.written do
        local left = spool.written - spool.read
        local data = io.pread(spool.fd, spool.read, left < PIECE and left or PIECE)
        if not data or data == "" then break end
        spool.read = spool.read + #data
        if not output.write(r, data) or c.broken then break end
        if c.transmit(c) == false then return c.when_sent(c, spool.pump) end
    end
    return close_spool(u)
end

local function open_spool(u)
    local fd, path = state.host.temp_file(u.conf.temp_path, unpack(u.conf.temp_levels))
    if not fd then
        socket.log(LOG_CRIT, u, path, READING)
        return nil
    end
    socket.log(LOG_WARN, u, "an upstream response is buffered to a temporary file " .. path, READING)
    state.host.unlink(path)
    local spool = {fd = fd, written = 0, read = 0}
    spool.pump = function() return pump(u) end
    u.spool = spool
    local c = u.r.conn
    c.when_sent(c, spool.pump)
    return true
end

local function into_spool(u, data)
    local spool = u.spool
    if not io.write(spool.fd, data) then return nil end
    spool.written = spool.written + #data
    return true
end

local function wait_for_spool(u)
    local spool = u.spool
    spool.waiter = state.thread
    sched.park()
end

-- ---------------------------------------------------------------- to the client

-- → true, or nil when the client or a filter takes no more
local function give(r, u, data)
    local conf, c = u.conf, r.conn
    if u.spool then
        if u.spool.written - u.spool.read < conf.max_temp_file_size then return into_spool(u, data) end
        wait_for_spool(u)
    end
    if not output.write(r, data) then return nil end
    if r.encoder.takes_status then return true end -- a capture: nobody is slow
    if c.broken then return nil end
    if not u.buffering then
        r.encoder.flush(r)
        if c.transmit(c) == false then c.flush_wait(c) end
        return not c.broken or nil
    end
    if c.write_blocked and c.out_size > conf.buffers_size then
        if conf.max_temp_file_size == 0 or not open_spool(u) then c.flush_wait(c) end
        return not c.broken or nil
    end
    return true
end

-- What of a piece lies in the one range that the client wants.
local function within_range(r, u, data)
    local range, at = r.ranges[1], u.sent_of_body or 0
    u.sent_of_body = at + #data
    local from, to = range[1] - at, range[2] - at
    if to <= 0 or from >= #data then return "" end
    return sub(data, from < 0 and 1 or from + 1, to)
end

-- → true, or nil when nobody takes more
local function put(r, u, data)
    u.state.response_length = u.state.response_length + #data
    local entry = u.cache
    if entry and entry.temp_fd then cache.write(u, data) end
    if u.store then store.write(u, data) end
    if r.header_only or u.unheard then return true end
    if r.ranges then data = within_range(r, u, data) end
    if data == "" then return true end
    if not give(r, u, data) then
        if not (entry and entry.temp_fd) and not u.store then return nil end
        u.unheard = true -- it is stored all the same
    end
    return true
end

-- Without buffering, nginx is still at the header with what has come with it.
local function action_of(u) return not u.buffering and not u.waited and READING_HEADER or READING end

local function pass_on(r, u, decode, data)
    local out, message = decode(u, data)
    if not out then
        socket.log(LOG_ERR, u, message, action_of(u))
        return nil
    end
    if out ~= "" then return put(r, u, out) end
    return true
end

-- The response ends too early: what came goes out, then the connection ends.
local function cut(r, u)
    if u.spool then wait_for_spool(u) end
    r.truncated = true
    local c = r.conn
    if not r.encoder.takes_status and not c.broken then
        if c.transmit(c) == false then c.flush_wait(c) end
    end
    return ERROR
end

local function ended(r, u, err)
    if err == "closed" then
        if u.ends_with_connection then return OK end
        -- without buffering nginx is at the client's side until it has to wait for the upstream
        local sending = not u.buffering and u.begun and not u.waited
        socket.log(LOG_ERR, u, "upstream prematurely closed connection", sending and "sending to client" or READING)
    elseif err == "timeout" then
        socket.log(LOG_ERR, u, "upstream timed out (110: Connection timed out)", READING)
    end
    return cut(r, u)
end

-- `*_limit_rate`: waits until more may be read → how many bytes
local function allowance(u, began)
    local rate = u.conf.limit_rate
    while true do
        local left = rate * (floor(state.mono) - began + 1) - u.state.bytes_received
        if left > 0 then return left < PIECE and left or PIECE end
        sched.sleep(-left / rate + 0.001)
    end
end

--- Streams the body, u.buf from u.pos on first → OK | ERROR
function relay.run(r, u)
    local decode = u.protocol.body_decoder(u)
    u.action = READING
    local data = sub(u.buf, u.pos)
    u.buf, u.pos, u.begun, u.waited = "", 1, data ~= "", false
    local first = u.first_body -- what came with the header, decoded already
    if first and first ~= "" and not put(r, u, first) then return cut(r, u) end
    local seconds, began = u.read_timeout or u.conf.read_timeout, floor(state.mono)
    while not u.finished do
        if data ~= "" and not pass_on(r, u, decode, data) then
            if r.output_failed or r.conn.broken then return ERROR end
            return cut(r, u)
        end
        if u.finished then break end
        local max = u.conf.limit_rate > 0 and allowance(u, began) or nil
        local err
        data, err = socket.receive(u, u.conn, seconds, READING, max)
        if not data then
            local rc = ended(r, u, err)
            if rc ~= OK then return rc end
            break
        end
    end
    if u.failed_at_end then
        socket.log(LOG_ERR, u, u.failed_at_end, READING)
        return cut(r, u)
    end
    if u.excess and u.protocol.excess then socket.log(LOG_WARN, u, u.protocol.excess(u), action_of(u)) end
    if u.spool then wait_for_spool(u) end
    return OK
end

return relay
