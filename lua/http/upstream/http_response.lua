-- Reads an HTTP/1 response without I/O: u.buf from u.pos on is what has arrived. (ngx_http_parse_status_line,
-- ngx_http_proxy_process_header, the body filters of ngx_http_proxy_module)
local chunked = require "pyresty.http.chunked"
local header_line = require "pyresty.http.header_line"
local headers = require "pyresty.http.upstream.headers"
local lower_of = require("pyresty.http.headers_out").lower

local byte, find, format, match, sub, tonumber =
    string.byte, string.find, string.format, string.match, string.sub, tonumber
local scan, process = header_line.scan, headers.process
local CR, LF = 13, 10

local http_response = {}

-- ---------------------------------------------------------------- header

--- → true | nil (more is needed) | false (no status line)
local function read_status_line(u)
    local data, pos = u.buf, u.pos
    local size = #data - pos + 1
    local seen = sub(data, pos, pos + 4)
    if seen ~= sub("HTTP/", 1, #seen) then return false end
    local lf = find(data, "\n", pos, true)
    if not lf then
        if size > 12 and not find(data, "^HTTP/%d+%.%d+ +%d%d%d", pos) then return false end
        return nil
    end
    local line = sub(data, pos, byte(data, lf - 1) == CR and lf - 2 or lf - 1)
    local major, minor, status = match(line, "^HTTP/(%d+)%.(%d+) +(%d%d%d)")
    if not major then return false end
    local at = find(line, "%d", (find(line, " ", 1, true)))
    local rest = sub(line, at)
    local after = sub(rest, 4, 4)
    if after ~= "" and after ~= " " and after ~= "." then return false end
    u.status, u.status_line = tonumber(status), rest
    if tonumber(major) * 10 + tonumber(minor) < 11 then u.connection_close = true end
    u.pos = lf + 1
    return true
end

http_response.read_status_line = read_status_line

local function add(u, name, value)
    local n, list, low = u.headers_n, u.headers, lower_of(name)
    list[n + 1], list[n + 2], list[n + 3], u.headers_n = name, value, low, n + 3
    local handler = process[low]
    if handler then handler(u, value) end
end
--- Reads header lines of data from pos on, up to the empty one → true | nil (more is needed) | false (invalid, which
--- u.bad_line shows), position behind what was read
function http_response.read_lines(u, data, pos)
    local last = #data
    while true do
        local first = byte(data, pos)
        if first == LF then
            return true, pos + 1
        elseif first == CR then
            local second = byte(data, pos + 1)
            if second == LF then
                return true, pos + 2
            end
            u.bad_line = "\\x0d"
            if second then return false, pos end
            return nil, pos
        end
        local lf = find(data, "\n", pos, true)
        if not lf then return nil, pos end
        local name_end, value, value_end, invalid = scan(data, pos, lf, true)
        if not name_end then
            u.bad_line = sub(data, pos, value - 1) .. format("\\x%02x", byte(data, value))
            return false, pos
        end
        if not invalid then add(u, sub(data, pos, name_end - 1), sub(data, value, value_end - 1)) end
        pos = lf + 1
        if pos > last then return nil, pos end
    end
end

--- → true when the header is complete, nil when more is needed, false, message when it is none of HTTP
function http_response.read_header(u)
    if u.status == 0 then
        local ok = read_status_line(u)
        if ok == nil then return nil end
        if not ok then return false, "upstream sent no valid HTTP/1.0 header" end
    end
    local ok
    ok, u.pos = http_response.read_lines(u, u.buf, u.pos)
    if ok == false then return false, 'upstream sent invalid header: "' .. u.bad_line .. '..."' end
    return ok
end

--- The status of a response in CGI's manner, whose header is read: from "Status", "Location", or 200 → true | false,
--- message
function http_response.cgi_status(u)
    if u.status ~= 0 then return true end
    local line = headers.first(u, "status")
    if line then
        local status = match(line, "^%d%d%d")
        if not status then return false, 'upstream sent invalid status "' .. line .. '"' end
        u.status, u.status_line = tonumber(status), line
    elseif u.location then
        u.status, u.status_line = 302, "302 Moved Temporarily"
    else
        u.status, u.status_line = 200, "200 OK"
    end
    return true
end

-- ---------------------------------------------------------------- body

--- Decoders: decode(u, data) → body bytes | nil, message (of level error). They set u.finished at the end of the body
--- and u.excess when more came.
function http_response.until_close(_, data) return data end

function http_response.by_length(u, data)
    local left, size = u.left, #data
    if size < left then
        u.left = left - size
        return data
    end
    u.left, u.finished = 0, true
    if size == left then return data end
    u.excess = true
    return sub(data, 1, left)
end

function http_response.by_chunks(u, data)
    local decoder = u.decoder
    if not decoder then
        decoder = chunked.new()
        u.decoder = decoder
    end
    local body, after, done = chunked.feed(decoder, data, 1)
    if not body then return nil, "upstream sent invalid chunked response" end
    if done then
        u.finished = true
        if after <= #data then u.excess = true end
    end
    return body
end

return http_response
