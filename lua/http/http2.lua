-- HTTP/2: a connection carries streams, and each looks like a connection of its own to the request on it. The protocol
-- is the h2 library's, in Python (pyresty/net/http2.py); here are requests, responses, windows.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local connection = require "pyresty.http.connection"
local encoder = require "pyresty.http.http2_encoder"
local http2_head = require "pyresty.http.http2_head"
local log = require "pyresty.http.log"
local phases = require "pyresty.http.phases"
local request = require "pyresty.http.request"
local special = require "pyresty.http.special"

local setmetatable, sub = setmetatable, string.sub
local LOG_INFO = 7
local REQUEST, DATA, END, RESET, WINDOW, ACKNOWLEDGED = 1, 2, 3, 4, 5, 7
local NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, REFUSED_STREAM, ENHANCE_YOUR_CALM = 0, 1, 2, 7, 11
local FIRST_WINDOW = 65535
local PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
local take_output = encoder.take_output

local http2, protocol = {}, {}

-- ---------------------------------------------------------------- a connection's life

local function each_stream(c, f)
    local streams = {}
    for _, s in next, c.streams do streams[#streams + 1] = s end
    for i = 1, #streams do f(streams[i]) end
end

local function ignore() end

-- nginx reads on for a while, so that the client can read what was sent.
local function linger(c)
    if c.closed then return end
    if c.out_size > 0 then return c.when_sent(c, linger) end
    local root = c.default.root_loc
    if root.lingering_close == "off" then return connection.close(c) end
    c.receive, c.on_timer, c.drain = ignore, connection.close, nil
    c.transport.shutdown(c)
    timers.set(c, root.lingering_timeout)
end

-- No more streams than there are.
local function announce_end(c, code)
    if c.last_stream then return end
    c.last_stream = true
    state.host.h2_goaway(c.id, code, c.highest)
    return take_output(c)
end

local function say_goodbye(c, code)
    if c.going then return end
    c.going = true
    if code ~= NO_ERROR then c.last_stream = false end
    announce_end(c, code)
    return linger(c)
end

-- No stream is open any more.
local function rest(c)
    if c.going or c.closed then return end
    if c.last_stream then return say_goodbye(c, NO_ERROR) end
    timers.set(c, c.keepalive_timeout or 75)
end

local function idle_too_long(c) return say_goodbye(c, NO_ERROR) end

-- The worker ends.
local function drain(c)
    if c.open_streams == 0 then return say_goodbye(c, NO_ERROR) end
    return announce_end(c, NO_ERROR)
end

local function lost(s)
    s.broken = true
    local r = s.request
    if r then return connection.client_gone(s, r) end
end

local function closed(c)
    each_stream(c, lost)
    state.host.h2_end(c.id)
end

-- ---------------------------------------------------------------- streams

local function take_body(s)
    local data = s.buf
    if data == "" then return not s.remote_ended and "" or nil end
    s.buf = ""
    if not s.broken then
        state.host.h2_consumed(s.connection.id, s.stream, s.unacknowledged)
        s.unacknowledged = 0
        take_output(s.connection)
    end
    return data
end

local function new_stream(c, id)
    return setmetatable({
        stream = id, connection = c, requests = c.requests, protocol = protocol, encoder = encoder,
        buf = "", unacknowledged = 0, remote_ended = false, broken = false, request = nil, reader = nil,
        queue = {}, first = 1, last = 0, out_size = 0, ended = false, sent_end = false, trailers = nil, waiters = nil,
        held = false, failure = nil,
        when_sent = encoder.when_sent, flush_wait = encoder.flush_wait, transmit = encoder.pump,
        take_body = take_body, hand_over = false,
    }, c.of_streams)
end

local function refuse(r, status, message)
    if message then log.error(LOG_INFO, r, message) end
    if status > 0 then return special.send(r, status) end
    local s = r.conn
    s.broken, s.failure = true, PROTOCOL_ERROR
    phases.complete(r)
    if status == http2_head.CALM then return say_goodbye(s.connection, ENHANCE_YOUR_CALM) end
end

local function reset(c, id, code)
    state.host.h2_reset(c.id, id, code)
    return take_output(c)
end

-- Does the connection take no more streams, or not this one?
local function is_refused(c, id, ended)
    if c.last_stream then return true end
    local limit = c.default.root_loc.http2_max_concurrent_streams
    local reason
    if c.open_streams >= limit then
        reason = "concurrent streams exceeded " .. c.open_streams
    elseif not ended and not c.acknowledged and c.default.root_loc.http2_body_preread_size < FIRST_WINDOW then
        reason = "client sent stream with data before settings were acknowledged"
    else
        return false
    end
    log.error(LOG_INFO, c, reason)
    reset(c, id, REFUSED_STREAM)
    return true
end

local function open_stream(c, id, ended, size, row, from, count)
    if is_refused(c, id, ended) then return end
    local s = new_stream(c, id)
    s.remote_ended = ended
    local r = request.new(s)
    c.requests, c.highest = s.requests, id
    c.streams[id], c.open_streams = s, c.open_streams + 1
    timers.clear(c)
    s.request, r.head_size = r, size
    local status, message = http2_head.read(r, row, from, count, c.listen.limits)
    if r.host then request.choose_server(s, r) end
    if c.requests >= r.loc.keepalive_requests or state.now - c.start > r.loc.keepalive_time then
        announce_end(c, NO_ERROR)
    end
    if status then return refuse(r, status, message) end
    if not ended and not r.content_length then r.chunked = true end -- it ends with the stream
    return phases.start(r)
end

local function wake_reader(s)
    local reader = s.reader
    if not reader then return end
    s.reader = nil
    timers.clear(reader)
    if not reader.dead then return sched.run(reader, true) end
end

-- A handler gets what came in one go at once.
local function wake_later(s)
    local woken = s.connection.woken
    woken[#woken + 1] = s
end

local function wake_readers(c)
    local woken = c.woken
    if not woken[1] then return end
    c.woken = {}
    for i = 1, #woken do wake_reader(woken[i]) end
end

local function canceled(s)
    s.reset = true
    if s.request then log.error(LOG_INFO, s.request, "client canceled stream " .. s.stream) end
    return lost(s)
end

-- ---------------------------------------------------------------- protocol: what phases ask of a connection

function protocol.discard_output(s) encoder.clear(s) end

local function forget(s, code)
    local c = s.connection
    c.streams[s.stream], c.open_streams = nil, c.open_streams - 1
    s.request = nil
    if c.closed then return end
    if not s.reset and (not s.sent_end or not s.remote_ended) then
        state.host.h2_reset(c.id, s.stream, s.sent_end and NO_ERROR or s.failure or code)
    end
    take_output(c)
    if c.open_streams == 0 then return rest(c) end
end

function protocol.abandon(s)
    s.broken = true
    return forget(s, INTERNAL_ERROR)
end

local function finished(s)
    local r = s.request
    if r and not r.done then return phases.complete(r) end
end

function protocol.finish(s, r)
    if r.aborted or s.broken then return phases.complete(r) end
    return s.when_sent(s, finished)
end

function protocol.request_done(s, r)
    s.connection.keepalive_timeout = r.loc.keepalive_timeout
    return forget(s, INTERNAL_ERROR)
end

-- ---------------------------------------------------------------- events

local events = {
    [DATA] = function(s, data, size)
        if s then
            s.buf, s.unacknowledged = s.buf .. data, s.unacknowledged + size
            return wake_later(s)
        end
    end,
    [END] = function(s)
        if s then
            s.remote_ended = true
            return wake_later(s)
        end
    end,
    [RESET] = function(s)
        if s then return canceled(s) end
    end,
}

local LENGTHS = {[DATA] = 4, [END] = 2, [RESET] = 3, [WINDOW] = 2}

local function failed(c, code, message)
    log.error(LOG_INFO, c, "client sent invalid HTTP/2 frames: " .. message)
    return say_goodbye(c, code)
end

local function perform(c, row)
    local i = 1
    while row[i] and not c.closed do
        local kind, id = row[i], row[i + 1]
        if kind == REQUEST then
            local count = row[i + 4]
            open_stream(c, id, row[i + 2], row[i + 3], row, i + 5, count)
            i = i + 5 + 2 * count
        elseif kind == WINDOW then
            if id == 0 then each_stream(c, encoder.pump) elseif c.streams[id] then encoder.pump(c.streams[id]) end
            i = i + 2
        elseif kind == ACKNOWLEDGED then
            c.acknowledged = true
            i = i + 2
        elseif LENGTHS[kind] then
            events[kind](c.streams[id], row[i + 2], row[i + 3])
            i = i + LENGTHS[kind]
        else
            return failed(c, id, row[i + 2])
        end
    end
end

-- Bytes of a client that speaks HTTP/2.
local function receive(c, data)
    perform(c, {state.host.h2_receive(c.id, data)})
    wake_readers(c)
    take_output(c)
end

--- From here on the connection speaks HTTP/2.
function http2.begin(c)
    local root = c.default.root_loc
    state.host.h2_start(c.id, root.http2_max_concurrent_streams, root.http2_body_preread_size)
    c.http2, c.receive, c.drain, c.state = true, receive, drain, "http2"
    c.streams, c.open_streams, c.highest, c.woken, c.of_streams = {}, 0, 0, {}, {__index = c}
    c.on_timer, c.on_closed = idle_too_long, closed
    timers.set(c, c.listen.limits.header_timeout)
    return take_output(c)
end

-- What a connection without TLS begins with tells which version it speaks.
local function detect(c, data)
    data = c.begun .. data
    local known = #data < #PREFACE and #data or #PREFACE
    if sub(data, 1, known) == sub(PREFACE, 1, known) then
        c.begun = data
        if known < #PREFACE then return end
        http2.begin(c)
        return c.receive(c, data)
    end
    if c.listen.http2_alone then
        log.error(LOG_INFO, c, "invalid connection preface")
        http2.begin(c)
        return say_goodbye(c, PROTOCOL_ERROR)
    end
    c.receive = nil
    c.buf, c.pos = data, 1
    return connection.serve(c)
end

--- A connection without TLS begins.
function http2.attach(c) c.receive, c.begun = detect, "" end

return http2
