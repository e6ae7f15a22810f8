-- The HTTP/1 encoder: a response's header and its body, chunked or not, queued on the connection.
local headers_out = require "pyresty.http.headers_out"
local pace = require "pyresty.http.pace"

local concat, format, setmetatable = table.concat, string.format, setmetatable

-- Output waits for the end of the entry until it is so much: postpone_output where that is less than its default.
local ROOM, POSTPONE = 65536, 1460

local http1 = {}

-- Sizes of chunks as lines; those of small ones are kept.
local hexadecimal = setmetatable({}, {__index = function(lines, n)
    local line = format("%x\r\n", n)
    if n < 4096 then lines[n] = line end
    return line
end})

-- Queues bytes; they leave when the entry ends, the request is through, or c.room bytes have come together.
local function queue(c, data)
    local size = c.out_size
    if size == 0 then c.dirty(c) end
    c.out:put(data)
    c.out_size = size + #data
end
http1.queue = queue

-- Sends what is queued if that is much. → false when the client has gone
local function send_much(c)
    if c.out_size >= c.room and c.transmit(c) == nil then return false end
end

local function has_no_body(r, status)
    return r.method == "HEAD" or status == 204 or status == 304
end

http1.has_no_body = has_no_body

-- Decides framing and persistence (ngx_http_chunked_header_filter, ngx_http_header_filter).
function http1.head(r)
    local out, main = r.headers_out, r.main
    if r.status == 0 then r.status = 200 end
    local status = r.status
    if r.http_version < 10 then -- HTTP/0.9 has no header
        main.keepalive = false
        return
    end
    if has_no_body(r, status) then
        r.header_only = true
        if status == 204 and not r.status_line then out.content_length = nil end
    elseif (not out.content_length or r.expect_trailers) and status >= 200 then -- below, anything may follow
        if r.http_version < 11 then
            main.keepalive = false
        elseif r.loc.chunked_transfer_encoding ~= false then
            if out.content_length then headers_out.clear_content_length(r) end
            r.chunked_out = true
        elseif not out.content_length then
            main.keepalive = false
        end
    end
    local c = r.conn
    if r.loc.limit_rate ~= 0 or main.limit_rate then pace.begin(r) end
    local postponed = r.loc.postpone_output
    c.room = postponed < POSTPONE and postponed or ROOM
    local head = headers_out.encode(r)
    r.header_size = #head
    main.bytes_sent = main.bytes_sent + #head
    queue(c, head)
    return send_much(c)
end

local function count(r, bytes, framed)
    local main = r.main
    main.bytes_sent = main.bytes_sent + framed
    main.body_bytes_sent = main.body_bytes_sent + bytes
end

function http1.body(r, data)
    local c, n = r.conn, #data
    if r.main.chunked_out then
        local size = hexadecimal[n]
        local framed, queued = n + #size + 2, c.out_size
        if queued == 0 then c.dirty(c) end
        c.out:put(size, data, "\r\n")
        c.out_size = queued + framed
        count(r, n, framed)
    else
        queue(c, data)
        count(r, n, n)
    end
    return send_much(c)
end

function http1.file(r, fd, offset, bytes)
    local c = r.conn
    local framed = bytes
    if r.main.chunked_out then
        local size = hexadecimal[bytes]
        framed = bytes + #size + 2
        queue(c, size)
    end
    c.queue_file(c, {fd = fd, offset = offset, count = bytes})
    if r.main.chunked_out then queue(c, "\r\n") end
    count(r, bytes, framed)
end

-- trailers: array {name, value, name, value …}
local function last_chunk(trailers)
    local lines = {"0\r\n"}
    for i = 1, #trailers, 2 do lines[#lines + 1] = trailers[i] .. ": " .. trailers[i + 1] .. "\r\n" end
    return concat(lines) .. "\r\n"
end

function http1.last(r)
    if r.main.chunked_out then
        local trailers = r.main.trailers_out
        local last = trailers and last_chunk(trailers) or "0\r\n\r\n"
        queue(r.conn, last)
        r.main.bytes_sent = r.main.bytes_sent + #last
        return send_much(r.conn)
    end
end

function http1.flush(r) r.conn.flush = true end

return http1
