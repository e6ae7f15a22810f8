-- The request's way to the upstream: head, then the body from memory, from its file, or as the client sends it.
local io = require "pyresty.native".io
local body = require "pyresty.http.body"
local socket = require "pyresty.http.upstream.socket"

local concat, format, least, sub = table.concat, string.format, math.min, string.sub
local RECEIVE, PIECE = 65536, 65536
local LOG_ERR, LOG_INFO = 4, 7

local request_body = {}

-- A protocol may have the body framed: body_frame(u, data) → bytes, and body_end, the bytes behind it.

-- ---------------------------------------------------------------- streamed

--- The body will be read while it is sent on (`*_request_buffering off`). → nil
function request_body.begin(r)
    body.expect_continue(r)
    r.body_read, r.body_reading, r.body_left = true, true, r.content_length
end

-- $request_body has what was sent on while it is no larger than client_body_buffer_size.
local function remember(r, data)
    local kept = r.kept_body or {n = 0, size = 0}
    r.kept_body = kept
    kept.size = kept.size + #data
    if kept.size <= r.loc.client_body_buffer_size then
        kept.n = kept.n + 1
        kept[kept.n] = data
    end
end

local function conclude(r)
    local kept = r.kept_body
    r.body_reading, r.kept_body = nil, nil
    if not kept then return end
    r.body_size = kept.size
    if kept.size <= r.loc.client_body_buffer_size then r.body = concat(kept, "", 1, kept.n) end
end

-- More of the body → bytes | nil, status
local function take(r, c, max)
    while true do
        local data
        if c.pos <= #c.buf then
            data = sub(c.buf, c.pos, c.pos + max - 1)
            c.pos = c.pos + #data
            return data
        end
        local err
        data, err = c.transport.recv(c, max)
        if data then return data end
        if err ~= "again" then
            socket.log(LOG_INFO, r.upstream, "client prematurely closed connection", "sending request to upstream")
            c.broken = true
            return nil, 400
        end
        if not c.wait_client(c, r.loc.client_body_timeout) then return nil, 408 end
    end
end

-- `head` leaves with what of the body has come already.
local function stream_length(u, r, c, seconds, head)
    if c.pos > #c.buf then
        local ok, err = socket.send(u, u.conn, head, seconds)
        if not ok then return err end
        head = ""
    end
    while r.body_left > 0 do
        local data, status = take(r, c, least(RECEIVE, r.body_left))
        if not data then return "client", status end
        r.body_left = r.body_left - #data
        remember(r, data)
        local framed = u.protocol.body_frame and u.protocol.body_frame(u, data) or data
        if r.body_left == 0 and u.protocol.body_end then framed = framed .. u.protocol.body_end end
        local ok, err = socket.send(u, u.conn, head .. framed, seconds)
        head = ""
        if not ok then return err end
    end
end

local CHUNKED_END = "0\r\n\r\n"

local function frame(u, data)
    if u.protocol.body_frame then return u.protocol.body_frame(u, data) end
    return format("%x\r\n", #data) .. data .. "\r\n"
end

-- The client's chunks are wrong. Of those that came with its header nginx says so before there is an upstream.
local function tell_wrong(u, message, begun)
    if begun then return socket.log(LOG_ERR, u, message, "sending request to upstream") end
    local peer = u.peer_name
    u.peer_name = nil
    socket.log(LOG_ERR, u, message, nil)
    u.peer_name = peer
end

local function stream_chunks(u, r, c, seconds, head)
    local chunked = require "pyresty.http.chunked"
    local decoder = chunked.new()
    r.decoder = decoder
    if c.pos > #c.buf then
        local ok, err = socket.send(u, u.conn, head, seconds)
        if not ok then return err end
        head = ""
    end
    while true do
        local data, status = take(r, c, RECEIVE)
        if not data then return "client", status end
        local pieces, after, done = chunked.feed(decoder, data, 1, r.loc.client_max_body_size)
        if not pieces then
            tell_wrong(u, after, head == "")
            return "client", done
        end
        local framed = head .. (pieces == "" and "" or frame(u, pieces))
        head = ""
        if pieces ~= "" then remember(r, pieces) end
        if done then framed = framed .. (u.protocol.body_end or CHUNKED_END) end
        if framed ~= "" then
            local ok, err = socket.send(u, u.conn, framed, seconds)
            if not ok then return err end
        end
        if done then
            if after <= #data then c.buf, c.pos = sub(data, after) .. sub(c.buf, c.pos), 1 end
            return nil
        end
    end
end

local function last_of(u, r)
    return u.protocol.body_end or r.chunked and CHUNKED_END or ""
end

-- HTTP/2: the length may be known or not, and the stream tells the end.
local function stream_pieces(u, r, c, seconds, head)
    local size = 0
    if c.buf == "" and not c.remote_ended then
        local ok, err = socket.send(u, u.conn, head, seconds)
        if not ok then return err end
        head = ""
    end
    while true do
        local data, status = body.next_piece(r, c, size)
        if data == false then return "client", status end
        local framed
        if data then
            size = size + #data
            remember(r, data)
            framed = r.chunked and frame(u, data) or u.protocol.body_frame and u.protocol.body_frame(u, data) or data
        else
            framed = last_of(u, r)
        end
        local ok, err = socket.send(u, u.conn, head .. framed, seconds)
        if not ok then return err end
        head = ""
        if not data then return nil end
    end
end

local function streamer(r)
    if r.conn.take_body then return stream_pieces end
    return r.chunked and stream_chunks or stream_length
end

local function stream(u, seconds)
    local r = u.r
    local failure, status = streamer(r)(u, r, r.conn, seconds, u.request)
    if not failure then conclude(r) end
    if failure == "client" then u.client_status = status end
    return failure
end

-- ---------------------------------------------------------------- buffered

local function framed_or_plain(u, data)
    local framed = u.protocol.body_frame
    return framed and framed(u, data) or data
end

local function send_file(u, path, seconds)
    local fd, err = io.open(path)
    if not fd then return err end
    local offset, failure = 0, nil
    while true do
        local data = io.pread(fd, offset, PIECE)
        if not data or data == "" then break end
        offset = offset + #data
        local ok
        ok, failure = socket.send(u, u.conn, framed_or_plain(u, data), seconds)
        if not ok then break end
    end
    io.close(fd)
    if not failure and u.protocol.body_end then
        local _
        _, failure = socket.send(u, u.conn, u.protocol.body_end, seconds)
    end
    return failure
end

--- Sends u.request and the body → nil | "error" | "timeout"
function request_body.send(u)
    local seconds = u.send_timeout or u.conf.send_timeout
    if u.unbuffered then return stream(u, seconds) end
    local data, file = u.request, nil
    local held = u.body
    if not held and u.passes_body then held, file = u.r.body, u.r.body_file end
    if held and held ~= "" then
        data, file = data .. framed_or_plain(u, held), nil
    end
    if not file and u.protocol.body_end then data = data .. u.protocol.body_end end
    local ok, err = socket.send(u, u.conn, data, seconds)
    if not ok then return err end
    if file then return send_file(u, file, seconds) end
end

return request_body
