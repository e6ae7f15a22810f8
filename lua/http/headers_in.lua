-- Request headers: look-up, and the changes of ngx.req.set_header and ngx.req.clear_header.
--
-- r.headers_in = {n = number of slots in use, [1] = name, [2] = value, [3] = name …} keeps case and order; with
-- shared = true it belongs to other requests too, and is copied before it is changed.
local byte, find, lower, sub, tonumber, type = string.byte, string.find, string.lower, string.sub, tonumber, type
local host = require "pyresty.http.host"

local headers_in = {}

-- Names that requests were seen to have, to their lower case. Clients choose names, so this is bounded.
local CACHED_NAMES, CACHED_SIZE = 1024, 64
local lower_names, cached = {}, 0

-- name → lower-case name, for valid names (letters, digits, "-") only; filled by headers_in.lower.
headers_in.known = lower_names

local VALID = {}
for b = 0, 255 do
    VALID[b] = b >= 48 and b <= 57 or b >= 65 and b <= 90 or b >= 97 and b <= 122 or b == 45
end
headers_in.VALID = VALID

local function is_valid(name)
    for i = 1, #name do
        if not VALID[byte(name, i)] then return false end
    end
    return name ~= ""
end

-- Lower case of a header's name, remembered.
function headers_in.lower(name)
    local low = lower_names[name]
    if low then return low end
    low = lower(name)
    if cached < CACHED_NAMES and #name <= CACHED_SIZE and is_valid(name) then
        lower_names[name], cached = low, cached + 1
    end
    return low
end
local lower_name = headers_in.lower

for name in ("Host Connection Accept Accept-Encoding Accept-Language User-Agent Referer Cookie Content-Length " ..
    "Content-Type Transfer-Encoding Expect Range If-Range If-None-Match If-Modified-Since If-Match " ..
    "If-Unmodified-Since Authorization Upgrade Via Date Keep-Alive TE X-Forwarded-For X-Forwarded-Proto X-Real-IP " ..
    "Cache-Control Pragma Origin DNT Upgrade-Insecure-Requests Content-Range Content-Encoding X-Requested-With " ..
    "Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site Sec-Fetch-User sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform " ..
    "Sec-WebSocket-Key Sec-WebSocket-Version Sec-WebSocket-Protocol Sec-WebSocket-Extensions Priority")
    :gmatch("%S+") do
    lower_name(name)
    lower_name(lower(name))
end

-- The value of the first header of that name, or nil.
function headers_in.get(r, name)
    local headers = r.headers_in
    if not headers then return nil end
    for i = 1, headers.n, 2 do
        local key = headers[i]
        if key == name or (lower_names[key] or lower(key)) == name then return headers[i + 1] end
    end
    return nil
end

-- All values of that name, in order; an empty array when there is none.
function headers_in.all(r, name)
    local values, n, headers = {}, 0, r.headers_in
    if not headers then return values end
    for i = 1, headers.n, 2 do
        if lower_name(headers[i]) == name then
            n = n + 1
            values[n] = headers[i + 1]
        end
    end
    return values
end

-- {lower-case name → value, or array of values when there are several}, built at first use. Not to be changed.
function headers_in.index(r)
    local index = r.header_index
    if index then return index end
    index = {}
    local headers = r.headers_in
    for i = 1, headers and headers.n or 0, 2 do
        local name, value = lower_name(headers[i]), headers[i + 1]
        local old = index[name]
        if old == nil then
            index[name] = value
        elseif type(old) == "table" then
            old[#old + 1] = value
        else
            index[name] = {old, value}
        end
    end
    r.header_index = index
    return index
end

-- The headers of r for another request: whichever changes them, changes a copy.
function headers_in.share(r)
    local headers = r.headers_in
    headers.shared = true
    return headers
end

-- A copy of a headers table.
function headers_in.copy(headers)
    local copy = {n = headers.n}
    for i = 1, headers.n do copy[i] = headers[i] end
    return copy
end

-- ---------------------------------------------------------------- what follows from a header

-- A Content-Length's number (ngx_atoof), or nil: not digits alone, or 2^63 and more.
function headers_in.parse_length(value)
    if value == "" then return nil end
    local length = 0
    for i = 1, #value do
        local c = byte(value, i)
        if c < 48 or c > 57 then return nil end
        length = length * 10 + c - 48
    end
    if #value < 16 then return length end
    local from = find(value, "[^0]") or #value
    local digits = sub(value, from)
    if #digits > 19 or #digits == 19 and digits > "9223372036854775807" then return nil end
    return tonumber(digits)
end

-- What a Connection header asks for: "close", "keep-alive" or nil (ngx_http_process_connection).
function headers_in.connection_type(value)
    if value == "keep-alive" or value == "close" then return value end
    value = lower(value)
    return find(value, "close", 1, true) and "close" or find(value, "keep-alive", 1, true) and "keep-alive" or nil
end

local derived = {}

function derived.host(r, value)
    if not value then
        r.host = nil
        return true
    end
    local name = host.validate_set(value)
    if not name then return false end
    r.host = name
    return true
end

derived["content-length"] = function(r, value)
    if not value then
        r.content_length = nil
        return true
    end
    local length = headers_in.parse_length(value)
    if not length then return false end
    r.content_length = length
    return true
end

function derived.expect(r, value)
    r.expect_continue = r.http_version > 10 and value ~= nil and lower(value) == "100-continue"
    return true
end

-- ---------------------------------------------------------------- change

local function remove(headers, from, name)
    local kept = from - 1
    for i = from, headers.n, 2 do
        if lower_name(headers[i]) ~= name then
            headers[kept + 1], headers[kept + 2] = headers[i], headers[i + 1]
            kept = kept + 2
        end
    end
    for i = kept + 1, headers.n do headers[i] = nil end
    headers.n = kept
end

local function append(headers, name, value)
    local n = headers.n
    headers[n + 1], headers[n + 2], headers.n = name, value, n + 2
end

-- Puts the one value into the first header of that name and removes the others.
local function replace(headers, name, low, value)
    for i = 1, headers.n, 2 do
        if lower_name(headers[i]) == low then
            headers[i + 1] = value
            return remove(headers, i + 2, low)
        end
    end
    return append(headers, name, value)
end

-- Of these ngx_lua knows the first one by a pointer: it changes that one alone, and "adds" by changing it too.
local SINGLE = {}
for name in ("host connection if-modified-since if-unmodified-since if-match if-none-match user-agent referer " ..
    "content-length content-type range if-range transfer-encoding expect upgrade accept-encoding via authorization " ..
    "keep-alive x-real-ip depth destination overwrite date"):gmatch("%S+") do
    SINGLE[name] = true
end

local function set_single(headers, name, low, value)
    for i = 1, headers.n, 2 do
        if lower_name(headers[i]) == low then
            headers[i + 1] = value
            return
        end
    end
    return append(headers, name, value)
end

-- A copy of shared headers, for r and for those it has its headers from: what a subrequest changes, its parent sees,
-- unless it was made with headers of its own (a capture).
local function own_copy(r, headers)
    local copy = headers_in.copy(headers)
    repeat
        if r.headers_in == headers then r.headers_in = copy end
        r = not r.private_headers and r.parent
    until not r
    return copy
end

local function set_one(r, name, low, value, add)
    if value == "" and (not add or SINGLE[low]) then value = nil end
    local update = derived[low]
    if update and not update(r, value) then return false end
    local headers = r.headers_in
    if headers.shared then headers = own_copy(r, headers) end
    r.header_index = nil
    if not value then
        remove(headers, 1, low)
    elseif SINGLE[low] then
        set_single(headers, name, low, value)
    elseif add then
        append(headers, name, value)
    else
        replace(headers, name, low, value)
    end
    return true
end

-- ngx.req.set_header(name, value): replaces; an array sets several; nil, "" and {} remove. Host, Content-Length and
-- Expect change what r derives from them; Connection does not, persistence was settled before Lua ran.
-- → true, or false for a value that nginx would refuse
function headers_in.set(r, name, value)
    local low = lower_name(name)
    if type(value) ~= "table" then return set_one(r, name, low, value, false) end
    if #value == 0 then return set_one(r, name, low, nil, false) end
    for i = 1, #value do
        if not set_one(r, name, low, value[i], i > 1) then return false end
    end
    return true
end

-- Adds a header after those that are there already (set_header without override).
function headers_in.add(r, name, value) return set_one(r, name, lower_name(name), value, true) end

return headers_in
