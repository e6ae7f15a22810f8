-- The HTTP/2 encoder: a response's header at once, its body as far as the client's windows go. `r.conn` is a stream.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local headers_out = require "pyresty.http.headers_out"
local http1 = require "pyresty.http.http1"
local pace = require "pyresty.http.pace"
local io = require "pyresty.native".io

local concat, ipairs, lower, min, sub, type = table.concat, ipairs, string.lower, math.min, string.sub, type
local unpack = unpack or table.unpack
local POSTPONE, HIGH_WATER, CHUNK = 1460, 262144, 8192

local encoder = {}
local pump

-- ---------------------------------------------------------------- what waits to be sent

local function push(s, piece, size)
    s.last = s.last + 1
    s.queue[s.last] = piece
    s.out_size = s.out_size + size
end

--- Drops what waits.
function encoder.clear(s) s.queue, s.first, s.last, s.out_size = {}, 1, 0, 0 end

local function shift(s)
    s.queue[s.first] = nil
    s.first = s.first + 1
end

-- Up to `most` bytes of the first piece; what is left of it stays.
local function take_some(s, most)
    local piece = s.queue[s.first]
    if type(piece) == "string" then
        if #piece <= most then
            shift(s)
            return piece
        end
        s.queue[s.first] = sub(piece, most + 1)
        return sub(piece, 1, most)
    end
    local data = io.pread(piece.fd, piece.offset, min(piece.count, most))
    if not data or data == "" then return nil end
    piece.offset, piece.count = piece.offset + #data, piece.count - #data
    if piece.count == 0 then shift(s) end
    return data
end

local function take(s, most)
    local parts, n, size = {}, 0, 0
    while s.first <= s.last and size < most do
        local data = take_some(s, most - size)
        if not data then break end
        n = n + 1
        parts[n], size = data, size + #data
    end
    s.out_size = s.out_size - size
    return concat(parts, "", 1, n), size
end

-- ---------------------------------------------------------------- sending

local function hold(s, seconds)
    s.held = true
    s.pacer = s.pacer or {on_timer = function()
        s.held = false
        return pump(s)
    end}
    timers.set(s.pacer, seconds)
    return 0
end

-- How many bytes may go now; 0: something has to happen before.
local function allowed(s)
    if s.held then return 0 end
    local c = s.connection
    if c.out_size > HIGH_WATER then
        c.when_sent(c, function() return pump(s) end)
        return 0
    end
    local most = min(state.host.h2_room(c.id, s.stream), s.request and s.request.loc.http2_chunk_size or CHUNK)
    local slow = s.pace
    if not slow or most <= 0 then return most end
    local may, wait = slow.allowance(slow)
    if may then return min(most, may) end
    return hold(s, wait)
end

--- What HTTP/2 has to send goes to the connection's output.
function encoder.take_output(c)
    if c.closed then return end
    local data = state.host.h2_take(c.id)
    if data ~= "" then http1.queue(c, data) end
end
local take_output = encoder.take_output

local function all_sent(s)
    local waiters = s.waiters
    if not waiters then return end
    s.waiters = nil
    for _, f in ipairs(waiters) do f(s) end
end

local function send_end(c, s)
    if s.trailers then return state.host.h2_header(c.id, s.stream, true, unpack(s.trailers)) end
    return state.host.h2_body(c.id, s.stream, "", true)
end

-- Sends what the windows have room for.
function pump(s)
    local c = s.connection
    if c.closed or s.broken then return all_sent(s) end
    while s.first <= s.last do
        local most = allowed(s)
        if most < 0 then s.broken = true end
        if most <= 0 then break end
        local data, size = take(s, most)
        if size == 0 then s.broken = true break end
        local last = s.ended and s.first > s.last and not s.trailers
        if not state.host.h2_body(c.id, s.stream, data, last) then s.broken = true break end
        s.sent_end = last
        local wait = s.pace and s.pace.sent(s.pace, size) or 0
        if wait > 0 and s.first <= s.last then
            hold(s, wait)
            break
        end
    end
    if s.ended and not s.sent_end and not s.broken and s.first > s.last then s.sent_end = send_end(c, s) end
    take_output(c)
    if s.out_size == 0 or s.broken then return all_sent(s) end
end
encoder.pump = pump

--- f(s) when all that waits has gone (or the stream broke): at once, or later.
function encoder.when_sent(s, f)
    pump(s)
    if s.out_size == 0 or s.broken then return f(s) end
    local waiters = s.waiters or {}
    s.waiters = waiters
    waiters[#waiters + 1] = f
end

local function flush_wait(thread, s)
    return encoder.when_sent(s, function()
        if not thread.dead then return sched.post(thread, true) end
    end)
end
--- In a light thread: waits until all has gone.
function encoder.flush_wait(s) return sched.operate(flush_wait, s) end

-- ---------------------------------------------------------------- the encoder

function encoder.head(r)
    local main, s = r.main, r.conn
    if r.status == 0 then r.status = 200 end
    if http1.has_no_body(r, r.status) then
        r.header_only = true
        if r.status == 204 then r.headers_out.content_length = nil end
    end
    if r.loc.limit_rate ~= 0 or main.limit_rate then pace.begin(r) end
    local fields, size = headers_out.fields(r)
    r.header_size, main.bytes_sent = size, main.bytes_sent + size
    local c = s.connection
    if c.closed or not state.host.h2_header(c.id, s.stream, r.header_only, unpack(fields)) then
        s.broken = true
        return
    end
    s.sent_end = r.header_only
    return take_output(c)
end

local function count(r, bytes)
    local main = r.main
    main.bytes_sent, main.body_bytes_sent = main.bytes_sent + bytes, main.body_bytes_sent + bytes
end

function encoder.body(r, data)
    local s = r.conn
    push(s, data, #data)
    count(r, #data)
    if s.out_size > POSTPONE then return pump(s) end
end

function encoder.file(r, fd, offset, bytes)
    push(r.conn, {fd = fd, offset = offset, count = bytes}, bytes)
    count(r, bytes)
end

-- {name, value, name, value …} as HTTP/2 has names
local function trailers_of(r)
    local given = r.main.trailers_out
    if not given or not given[1] then return nil end
    local fields = {}
    for i = 1, #given, 2 do fields[i], fields[i + 1] = lower(given[i]), given[i + 1] end
    return fields
end

function encoder.last(r)
    r.conn.ended, r.conn.trailers = true, trailers_of(r)
    return pump(r.conn)
end

function encoder.flush(r) return pump(r.conn) end

return encoder
