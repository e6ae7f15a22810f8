-- The response header. Fields: content_type (with its parameters, or without and `charset`), content_length (number),
-- last_modified (seconds), location (of nginx's own redirects: a value that begins with "/" is made absolute); all
-- else is an ordered list of triples {lower-case name, name, value} in the array part, `n` its length.
local state = require "pyresty.state"
local address = require "pyresty.http.address"
local http_time = require "pyresty.http.http_time"
local recycled = require "pyresty.http.recycled"
local status_line = require "pyresty.http.status".line

local byte, concat, find, floor, format, lower =
    string.byte, table.concat, string.find, math.floor, string.format, string.lower
local rawset, tonumber, tostring, type = rawset, tonumber, tostring, type
local renew = recycled.renew
local SLASH = 47

local headers_out = {}

-- Headers that occur once: another value replaces the one there is.
local SINGLE = {
    server = true, date = true, ["content-encoding"] = true, location = true, refresh = true,
    ["last-modified"] = true, ["content-range"] = true, ["accept-ranges"] = true, ["www-authenticate"] = true,
    expires = true, etag = true, ["content-length"] = true, ["content-type"] = true,
}

local lower_names, lower_count = {}, 0

local function lower_of(name)
    local low = lower_names[name]
    if low then return low end
    low = lower(name)
    if lower_count >= 2000 then lower_names, lower_count = {}, 0 end
    lower_names[name] = low
    lower_count = lower_count + 1
    return low
end
headers_out.lower = lower_of

local kind = recycled.kind(function(h)
    h.n, h.content_type, h.content_length, h.charset, h.location, h.last_modified = 0, nil, nil, nil, nil, nil
    h.content_type_set = nil
end)

local FEW = 12 -- places of a list that is emptied

-- (It calls itself: a loop would end LuaJIT's trace.)
local function empty(h, n)
    if n == 0 then return h end
    h[n] = nil
    return empty(h, n - 1)
end

--- An empty header; h: false, or one of a request that is over, which may become it.
function headers_out.new(h) return renew(kind, h and h.n <= FEW and empty(h, h.n)) end

-- ---------------------------------------------------------------- Server and Date

local format_time, parse_time = http_time.format, http_time.parse
headers_out.http_time, headers_out.parse_time = format_time, parse_time

local now_second, now_text
local preambles = {} -- server_tokens → "Server: …\r\nDate: …\r\n" of this second

local SERVERS = {on = "nginx/1.22.1", off = "nginx", build = "nginx/1.22.1"}

local function server_value(tokens)
    if tokens == false then return "nginx" end
    return SERVERS[tokens] or SERVERS.on
end
headers_out.server_value = server_value

local function refresh_second(second)
    now_second, now_text = second, format_time(second)
    preambles = {}
end

--- The value of Date: made once a second.
function headers_out.date()
    local second = floor(state.now)
    if second ~= now_second then refresh_second(second) end
    return now_text
end

local function preamble(tokens)
    local second = floor(state.now)
    if second ~= now_second then refresh_second(second) end
    if tokens == nil then tokens = "on" end
    local text = preambles[tokens]
    if not text then
        text = "Server: " .. server_value(tokens) .. "\r\nDate: " .. now_text .. "\r\n"
        preambles[tokens] = text
    end
    return text
end

-- ---------------------------------------------------------------- the list

local function push(h, low, name, value)
    local n = h.n
    rawset(h, n + 1, low) -- (no new field)
    rawset(h, n + 2, name)
    rawset(h, n + 3, value)
    h.n = n + 3
end

local function remove_at(h, at)
    local n = h.n
    for i = at, n - 3 do h[i] = h[i + 3] end
    h[n], h[n - 1], h[n - 2], h.n = nil, nil, nil, n - 3
end

local function remove_all(h, low, from)
    local i = from or 1
    while i <= h.n do
        if h[i] == low then remove_at(h, i) else i = i + 3 end
    end
end

local function replace(h, low, name, value)
    for i = 1, h.n, 3 do
        if h[i] == low then
            h[i + 1], h[i + 2] = name, value
            return remove_all(h, low, i + 3)
        end
    end
    return push(h, low, name, value)
end

-- ---------------------------------------------------------------- setting

local setters = {}

setters["content-type"] = function(h, _, value)
    h.content_type = value
    h.charset = nil
    h.content_type_set = true
end

setters["content-length"] = function(h, name, value)
    if value == nil then
        h.content_length, h.length_listed = nil, nil
        return remove_all(h, "content-length")
    end
    value = tostring(value)
    if not find(value, "^%d+$") then return nil, "bad value" end
    h.content_length, h.length_listed = tonumber(value), true
    return replace(h, "content-length", name, value)
end

setters["last-modified"] = function(h, name, value)
    if value == nil then
        h.last_modified, h.modified_listed = nil, nil
        return remove_all(h, "last-modified")
    end
    h.last_modified, h.modified_listed = parse_time(value), true
    return replace(h, "last-modified", name, value)
end

setters.location = function(h, name, value)
    h.location = nil
    if value == nil then return remove_all(h, "location") end
    return replace(h, "location", name, value)
end

-- Once touched, nginx adds none of its own, even when the value was taken away.
setters.server = function(h, name, value)
    h.own_server = true
    if value == nil then return remove_all(h, "server") end
    return replace(h, "server", name, value)
end

setters.date = function(h, name, value)
    h.own_date = true
    if value == nil then return remove_all(h, "date") end
    return replace(h, "date", name, value)
end

local function set_many(h, low, name, values)
    local count = #values
    if SINGLE[low] then return headers_out.set_in(h, name, values[count]) end
    remove_all(h, low)
    for i = 1, count do push(h, low, name, tostring(values[i])) end
end

--- As set, on a header table.
function headers_out.set_in(h, name, value)
    local low = lower_of(name)
    if type(value) == "table" then return set_many(h, low, name, value) end
    if value == "" then value = nil end
    local setter = setters[low]
    if setter then return setter(h, name, value) end
    if value == nil then return remove_all(h, low) end
    return replace(h, low, name, value)
end

--- Replaces a header; an array makes several of it, nil or "" removes it → nil | nil, "bad value" (Content-Length).
function headers_out.set(r, name, value)
    return headers_out.set_in(r.headers_out, name, value)
end

--- Appends a header whatever is there. For those that occur once it replaces.
function headers_out.add(r, name, value)
    local h, low = r.headers_out, lower_of(name)
    if SINGLE[low] then return headers_out.set_in(h, name, value) end
    return push(h, low, name, value)
end

--- Appends to the list as it is, without a look at what it is called.
function headers_out.push(r, name, value)
    return push(r.headers_out, lower_of(name), name, value)
end

--- Forgets the whole header (ngx_http_clean_header).
function headers_out.clean(r)
    r.headers_out = headers_out.new()
    r.status = 0
end

function headers_out.clear_content_length(r)
    local h = r.headers_out
    h.content_length = nil
    if h.length_listed then setters["content-length"](h) end
end

function headers_out.clear_last_modified(r)
    local h = r.headers_out
    h.last_modified = nil
    if h.modified_listed then setters["last-modified"](h) end
end

function headers_out.remove(r, low) return remove_all(r.headers_out, low) end

-- ---------------------------------------------------------------- reading

local function full_content_type(h)
    local value, charset = h.content_type, h.charset
    if value and charset and not find(value, ";", 1, true) then return value .. "; charset=" .. charset end
    return value
end

local function from_field(h, low)
    if low == "content-type" then return full_content_type(h) end
    if low == "content-length" then
        local length = h.content_length
        return length and format("%.0f", length)
    end
    if low == "last-modified" and not h.modified_listed then
        return h.last_modified and format_time(h.last_modified)
    end
    if low == "location" then return h.location end
end

--- The first value of a header, by its lower-case name; nil when it is not set.
function headers_out.first(r, low)
    local h = r.headers_out
    local value = from_field(h, low)
    if value then return value end
    for i = 1, h.n, 3 do
        if h[i] == low then return h[i + 2] end
    end
end

--- → value | array of values | nil, by a name in any case.
function headers_out.get(r, name)
    local h, low = r.headers_out, lower_of(name)
    local value = from_field(h, low)
    if value then return value end
    local values
    for i = 1, h.n, 3 do
        if h[i] == low then
            if value == nil then
                value = h[i + 2]
            elseif values then
                values[#values + 1] = h[i + 2]
            else
                values = {value, h[i + 2]}
            end
        end
    end
    return values or value
end

--- {name → value or array of values}: what is set so far, as the header of a capture's result.
function headers_out.to_table(r)
    local h = r.headers_out
    local out = {
        ["Content-Type"] = full_content_type(h), Location = h.location,
        ["Content-Length"] = not h.length_listed and h.content_length or nil,
        ["Last-Modified"] = from_field(h, "last-modified"),
    }
    for i = 2, h.n, 3 do
        local name, value = h[i], h[i + 1]
        local known = out[name]
        if known == nil then
            out[name] = value
        elseif type(known) == "table" then
            known[#known + 1] = value
        else
            out[name] = {known, value}
        end
    end
    return out
end

-- ---------------------------------------------------------------- HTTP/1

-- Scheme, host and port in front of a redirect to a local path (absolute_redirect, server_name_in_redirect,
-- port_in_redirect).
local function absolute(r, path)
    local loc, conn = r.loc, r.conn
    local host = loc.server_name_in_redirect and r.server.name or r.host
    local own_address, port = address.server(conn)
    if not host or host == "" then host = loc.server_name_in_redirect and "" or own_address end
    local scheme, default = "http://", 80
    if conn.ssl then scheme, default = "https://", 443 end
    port = tonumber(port)
    if loc.port_in_redirect ~= false and port and port ~= 0 and port ~= default then
        return scheme .. host .. ":" .. format("%d", port) .. path
    end
    return scheme .. host .. path
end

-- A redirect's target: absolute at nginx's own place, else at its place in the list.
local function location_line(r, h)
    local target = h.location
    if byte(target, 1) == SLASH and r.loc.absolute_redirect ~= false then
        target = absolute(r, target)
        h.location = target
        return "Location: " .. target .. "\r\n", ""
    end
    return "", "Location: " .. target .. "\r\n"
end

local lines = {}

local function list_lines(h)
    local n = 0
    for i = 1, h.n, 3 do
        lines[n + 1], lines[n + 2], lines[n + 3], lines[n + 4] = h[i + 1], ": ", h[i + 2], "\r\n"
        n = n + 4
    end
    return concat(lines, "", 1, n)
end

local keep_alive_lines = {}

local function persistence(r, status)
    if status == 101 then return "Connection: upgrade\r\n" end
    if not r.keepalive then return "Connection: close\r\n" end
    local seconds = r.loc.keepalive_header
    if not seconds or seconds == 0 then return "Connection: keep-alive\r\n" end
    local text = keep_alive_lines[seconds]
    if not text then
        text = "Connection: keep-alive\r\nKeep-Alive: timeout=" .. format("%.0f", seconds) .. "\r\n"
        keep_alive_lines[seconds] = text
    end
    return text
end

local function own_preamble(r, h)
    local tokens = r.loc.server_tokens
    if not h.own_server and not h.own_date then return preamble(tokens) end
    return (h.own_server and "" or "Server: " .. server_value(tokens) .. "\r\n")
        .. (h.own_date and "" or "Date: " .. headers_out.date() .. "\r\n")
end

local function type_line(h)
    local value = h.content_type
    if not value or value == "" then return "" end
    value = full_content_type(h)
    h.content_type, h.charset = value, nil
    return "Content-Type: " .. value .. "\r\n"
end

local function clean_for_status(r, h, status)
    if status == 204 and not r.status_line then -- an upstream's header stays what it is
        h.content_type = nil
        headers_out.clear_content_length(r)
    end
    if status ~= 206 and status ~= 304 then h.last_modified = nil end -- one among the headers stays
end

--- The header as HTTP/1 bytes, the empty line included; `extra`, whole lines, comes last (ngx_http_header_filter).
-- Reads r.status, r.status_line, r.keepalive, r.chunked_out, r.gzip_vary.
function headers_out.encode(r, extra)
    local h, status = r.headers_out, r.status
    if status ~= 200 then clean_for_status(r, h, status) end
    local length, modified = h.content_length, h.last_modified
    local location, late_location = "", ""
    if h.location then location, late_location = location_line(r, h) end
    if h.length_listed and length == nil then remove_all(h, "content-length") end
    return (r.status_line and "HTTP/1.1 " .. r.status_line .. "\r\n" or status_line(status))
        .. own_preamble(r, h)
        .. type_line(h)
        .. (length and not h.length_listed and "Content-Length: " .. format("%.0f", length) .. "\r\n" or "")
        .. (modified and not h.modified_listed and "Last-Modified: " .. format_time(modified) .. "\r\n" or "")
        .. location
        .. (r.chunked_out and "Transfer-Encoding: chunked\r\n" or "")
        .. persistence(r, status)
        .. (r.gzip_vary and "Vary: Accept-Encoding\r\n" or "")
        .. late_location
        .. (h.n > 0 and list_lines(h) or "")
        .. (extra and extra .. "\r\n" or "\r\n")
end

--- The header as {name, value, …} with lower-case names for HTTP/2, `:status` first → fields, bytes in them
function headers_out.fields(r)
    local h, status = r.headers_out, r.status
    if status ~= 200 then clean_for_status(r, h, status) end
    local fields, n, size = {":status", format("%d", status)}, 2, 10
    local function put(name, value)
        fields[n + 1], fields[n + 2] = name, value
        n, size = n + 2, size + #name + #value
    end
    if not h.own_server then put("server", server_value(r.loc.server_tokens)) end
    if not h.own_date then put("date", headers_out.date()) end
    if h.content_type and h.content_type ~= "" then put("content-type", full_content_type(h)) end
    if h.content_length and not h.length_listed then put("content-length", format("%.0f", h.content_length)) end
    if h.last_modified and not h.modified_listed then put("last-modified", format_time(h.last_modified)) end
    if h.location then
        location_line(r, h)
        put("location", h.location)
    end
    if r.gzip_vary then put("vary", "Accept-Encoding") end
    for i = 1, h.n, 3 do put(h[i], h[i + 2]) end
    return fields, size
end

return headers_out
