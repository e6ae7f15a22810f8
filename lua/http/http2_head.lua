-- A request's head out of HTTP/2's fields: what lua/http/head.lua makes of bytes.
local headers_in = require "pyresty.http.headers_in"
local checks = require "pyresty.http.head_checks"
local log = require "pyresty.http.log"
local uri = require "pyresty.http.uri"

local byte, find, format = string.byte, string.find, string.format
local VALID = headers_in.VALID
local WHERE = " while reading client request headers"
local INFO, COLON, UNDERSCORE = 7, 58, 95

local REQUIRED = {":method", ":scheme", ":path"}

local RESET, CALM = -1, -11

--- What `read` answers in place of a status when there is no answer: the stream is to end, the connection is to end.
local http2_head = {RESET = RESET, CALM = CALM}

-- What the characters of a name are worth: true: fine, false: refused, nil: a header to be left out.
local function rate(name, underscores)
    local fine = true
    for i = byte(name, 1) == COLON and 2 or 1, #name do
        local b = byte(name, i)
        if b <= 32 or b == 127 or b == COLON or b >= 65 and b <= 90 then return false end
        if not VALID[b] and not (underscores and b == UNDERSCORE) then fine = nil end
    end
    return fine
end

-- Takes a field into the slots n - 1 and n → n | nil, status, message
local function take_field(r, headers, n, name, value)
    headers[n + 1], headers[n + 2] = name, value
    n = n + 2
    local kind = checks.special[name]
    if kind then
        local status, message = checks.note(r, headers, n, kind, name)
        if status then return nil, status, message end
    end
    return n
end

local function read_path(r, target, limits)
    local path, args = uri.normalize(target, limits.merge_slashes)
    if not path or byte(target, 1) ~= 47 then return 400, 'client sent invalid :path header: "' .. target .. '"' end
    r.uri, r.args, r.exten = path, args, uri.exten(path)
end

-- The pseudo-headers that come once: how a bad value looks, and where it is kept.
local PSEUDO = {
    [":method"] = {bad = "[^A-Z_-]", message = 'client sent invalid method: "%s"', field = "method"},
    [":scheme"] = {bad = "[^%a%d.+-]", message = 'client sent invalid :scheme header: "%s"', field = "scheme_sent"},
    [":path"] = {bad = "[%z\1-\32\127]", message = 'client sent invalid :path header: "%s"', field = "unparsed_uri"},
}

local function bad(message) return 400, message .. WHERE end

-- → nil | status, message
local function take_pseudo(r, given, name, value)
    local kind = PSEUDO[name]
    if not kind then return bad('client sent unknown pseudo-header "' .. name .. '"') end
    if given[name] then return bad("client sent duplicate " .. name .. " header") end
    if value == "" then return bad("client sent empty " .. name .. " header") end
    if find(value, kind.bad) then return bad(format(kind.message, value)) end
    given[name], r[kind.field] = true, value
end

local function missing(given)
    for i = 1, #REQUIRED do
        if not given[REQUIRED[i]] then return bad("client sent no " .. REQUIRED[i] .. " header") end
    end
end

-- → n | nil, status, message
local function read_field(r, given, n, name, value, limits)
    local rated = rate(name, limits.underscores)
    if rated == false or name == "" then
        return nil, RESET, 'client sent invalid header name: "' .. name .. '"' .. WHERE
    elseif find(value, "[%z\r\n]") then
        return nil, RESET, 'client sent header "' .. name .. '" with invalid value: "' .. value .. '"' .. WHERE
    end
    local headers = r.headers_in
    if name == ":authority" then return take_field(r, headers, n, "host", value) end
    if byte(name, 1) == COLON then
        local status, message = take_pseudo(r, given, name, value)
        if status then return nil, status, message end
        return n
    end
    if rated == nil and limits.ignore_invalid ~= false then
        log.error(INFO, r, 'client sent invalid header: "' .. name .. '"')
        return n
    end
    return take_field(r, headers, n, name, value)
end

local function read_fields(r, given, row, from, count, limits)
    local n, left = 0, limits.count * limits.size
    for i = from, from + 2 * count - 2, 2 do
        local name, value = row[i], row[i + 1]
        -- nginx counts what a field takes on its way: packed text about four fifths of its length
        if #name > limits.size or 4 * #value > 5 * limits.size then
            return CALM, "client sent too large header field"
        end
        left = left - #name - #value
        if left < 0 then return CALM, "client sent too large header" end
        local status, message
        n, status, message = read_field(r, given, n, name, value, limits)
        if not n then return status, message end
        r.headers_in.n = n
    end
    return missing(given)
end

--- Fills r from the `count` fields that begin at row[from]. → nil | status, message for the log at level info
function http2_head.read(r, row, from, count, limits)
    r.http_version, r.http_protocol = 20, "HTTP/2.0"
    r.headers_in = {n = 0}
    checks.reset()
    local status, message = read_fields(r, {}, row, from, count, limits)
    if status then return status, message end
    r.request_line = r.method .. " " .. r.unparsed_uri .. " HTTP/2.0"
    status, message = read_path(r, r.unparsed_uri, limits)
    if not status then status, message = checks.finish(r) end
    r.keepalive, r.expect_continue = true, false
    return status, message
end

return http2_head
