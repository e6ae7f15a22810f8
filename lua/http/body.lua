-- The request body: read whole into memory, past client_body_buffer_size into a temporary file; or thrown away.
local chunked = require "pyresty.http.chunked"
local log = require "pyresty.http.log"
local temporary = require "pyresty.http.temporary"
local http1 = require "pyresty.http.http1"

local concat, sub, greatest, least = table.concat, string.sub, math.max, math.min
local LOG_CRIT, LOG_ERR, LOG_WARN, LOG_INFO = 3, 4, 5, 7
local RECEIVE = 65536

local body = {}

-- ---------------------------------------------------------------- a sink: memory, then a file

local function spill(r, sink)
    local fd, path = temporary.open(r)
    if not fd then
        log.error(LOG_CRIT, r, path)
        return nil
    end
    if not r.body_cleans or r.loc.client_body_in_file_only == "off" then
        log.error(LOG_WARN, r, "a client request body is buffered to a temporary file " .. path)
    end
    sink.fd, r.body_file = fd, path
    if r.body_cleans or r.loc.client_body_in_file_only ~= "on" then temporary.delete_later(r, path) end
    return true
end

local function flush_sink(r, sink)
    if not sink.fd and not spill(r, sink) then return nil end
    local io = require "pyresty.native".io
    local ok, reason, code = io.write(sink.fd, concat(sink, "", 1, sink.n))
    sink.n, sink.held = 0, 0
    if not ok then
        log.error(LOG_CRIT, r, 'pwrite() "' .. r.body_file .. '" failed (' .. code .. ": " .. reason .. ")")
    end
    return ok
end

local function put(r, sink, data)
    if data == "" then return true end
    sink.n = sink.n + 1
    sink[sink.n] = data
    sink.held, sink.size = sink.held + #data, sink.size + #data
    if sink.held > sink.limit then return flush_sink(r, sink) end
    return true
end

-- client_body_in_file_only on: the file stays, unless ngx_lua or ngx_echo read it.
local function close_sink(r, sink)
    local only = r.loc.client_body_in_file_only
    if sink.fd or only ~= "off" and sink.size > 0 then
        if sink.n > 0 and not flush_sink(r, sink) then return 500 end
        temporary.close(r, sink.fd)
    else
        r.body = concat(sink, "", 1, sink.n)
    end
    r.body_size = sink.size
end

-- ---------------------------------------------------------------- reading

--- Sends "100 Continue" to a client that waits for it.
function body.expect_continue(r)
    if r.expect_continue and not r.continued and r.http_version >= 11 then
        r.continued = true
        local c = r.conn
        http1.queue(c, "HTTP/1.1 100 Continue\r\n\r\n")
        c.transmit(c)
    end
end

-- More bytes from the client → true | nil, status
local function more(r, c)
    while true do
        local data, err = c.transport.recv(c, RECEIVE)
        if data then
            c.buf, c.pos = data, 1
            return true
        end
        if err ~= "again" then
            log.error(LOG_INFO, r, err == "closed" and "client prematurely closed connection"
                or "recv() failed (" .. err .. ")")
            c.broken = true
            return nil, 400
        end
        local ok = c.wait_client(c, r.loc.client_body_timeout)
        if not ok then
            log.error(LOG_INFO, r, "client timed out (110: Connection timed out)")
            return nil, 408
        end
    end
end

local function read_length(r, c, sink)
    local left = r.content_length
    -- nginx's sizes: what fits into the buffer of the header stays in memory, and so does a rest of 1.25 buffers
    local preread = greatest(0, least(left, #c.buf - c.pos + 1, c.listen.limits.first - #r.raw_head))
    local buffer = r.loc.client_body_buffer_size
    local in_file = r.loc.client_body_in_file_only ~= "off" or left > preread and left - preread >= buffer + buffer / 4
    sink.limit = in_file and buffer or left
    while true do
        local n = least(left, #c.buf - c.pos + 1)
        if n > 0 then
            if not put(r, sink, sub(c.buf, c.pos, c.pos + n - 1)) then return 500 end
            c.pos, left = c.pos + n, left - n
        end
        if left == 0 then return end
        r.body_left = left
        local ok, status = more(r, c)
        if not ok then return status end
    end
end

local function read_chunked(r, c, sink)
    local decoder, max = chunked.new(), r.loc.client_max_body_size
    r.decoder = decoder
    sink.limit = r.loc.client_body_buffer_size
    while true do
        if c.pos <= #c.buf then
            local pieces, after, done = chunked.feed(decoder, c.buf, c.pos, max)
            if not pieces then
                log.error(LOG_ERR, r, after)
                return done
            end
            c.pos = after
            if not put(r, sink, pieces) then return 500 end
            if done then return end
        end
        local ok, status = more(r, c)
        if not ok then return status end
    end
end

local function is_short(r, size)
    local length = r.content_length
    if not length or size >= length then return false end
    log.error(LOG_INFO, r, "client prematurely closed stream: only " .. size .. " out of " .. length
        .. " bytes of request body received")
    return true
end

-- → nil | status
local function is_too_much(r, size)
    local length, max = r.content_length, r.loc.client_max_body_size
    if length then
        if size <= length then return nil end
        log.error(LOG_INFO, r, "client intended to send body data larger than declared")
        return 400
    elseif max > 0 and size > max then
        log.error(LOG_ERR, r, "client intended to send too large chunked body: " .. size .. " bytes")
        return 413
    end
end

--- In a light thread, where the connection itself brings the body, as HTTP/2's streams do (c.take_body(c) → bytes |
--- "" (none yet) | nil (the end)): waits for the next piece, `size` bytes have come before.
--- → bytes | nil: the end | false, status
function body.next_piece(r, c, size)
    while true do
        local data = c.take_body(c)
        if not data then
            if is_short(r, size) then return false, 400 end
            return nil
        elseif data ~= "" then
            local status = is_too_much(r, size + #data)
            if status then return false, status end
            return data
        elseif c.broken then
            return false, 400
        elseif not c.wait_client(c, r.loc.client_body_timeout) then
            log.error(LOG_INFO, r, "client timed out (110: Connection timed out)")
            return false, 408
        end
    end
end

local function read_pieces(r, c, sink)
    local size = 0
    sink.limit = r.loc.client_body_buffer_size
    while true do
        local data, status = body.next_piece(r, c, size)
        if not data then return status end
        size = size + #data
        if not put(r, sink, data) then return 500 end
    end
end

local function reader_of(r)
    if r.conn.take_body then return read_pieces end
    return r.chunked and read_chunked or read_length
end

-- In a light thread: reads the whole body. `kept`: for a module that keeps its file under client_body_in_file_only on.
-- → true | nil, status
function body.read(r, kept)
    r = r.main
    if r.body_read then return true end
    r.body_cleans = not kept
    body.expect_continue(r)
    if not r.chunked and not r.content_length then
        r.body_read = true
        return true
    end
    r.body_read, r.body_reading = true, true
    local sink = {n = 0, held = 0, size = 0, limit = 0, fd = nil}
    local status = reader_of(r)(r, r.conn, sink)
    if not status then
        r.body_reading = nil
        status = close_sink(r, sink)
    end
    if status then
        r.keepalive, r.lingering = false, true
        return nil, status
    end
    return true
end

-- ---------------------------------------------------------------- discarding

local function discard_chunks(r, c)
    local decoder = r.decoder or chunked.new()
    local function discard(data)
        local pieces, after, done = chunked.feed(decoder, data, 1)
        if not pieces then return nil end
        return done and 0 or 1, done and sub(data, after) or ""
    end
    local left, rest = discard(c.pos > 1 and sub(c.buf, c.pos) or c.buf)
    if left == nil then
        r.keepalive = false
        return 1
    end
    c.buf, c.pos, r.discard = rest, 1, discard
    return left
end

local function discard_length(r, c, left)
    local n = least(left, #c.buf - c.pos + 1)
    c.pos, left = c.pos + n, left - n
    r.discard = function(data)
        local take = least(left, #data)
        left = left - take
        return left, sub(data, take + 1)
    end
    return left
end

--- What handlers that never read a body do before they answer (ngx_http_discard_request_body). → nil | status
function body.discard_early(r)
    if r.parent or r.body_read or not r.chunked and not r.content_length or r.conn.take_body then return nil end
    body.expect_continue(r)
    r.discarded = body.discard(r)
    if r.chunked and not r.discard then
        log.error(LOG_ERR, r, "client sent invalid chunked body")
        return 400
    end
end

-- Throws away what the request left unread. → 0 when the connection stands at the next request, else what is missing
-- (r.discard takes more: discard(data) → left, rest of data | nil on a broken body).
function body.discard(r)
    if r.body_read and not r.body_reading then return 0 end
    if r.discarded then return r.discarded end
    local c = r.conn
    if c.take_body then return 0 end
    if r.chunked then return discard_chunks(r, c) end
    local left = r.body_reading and r.body_left or r.content_length
    if not left then return 0 end
    return discard_length(r, c, left)
end

return body
