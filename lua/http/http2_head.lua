-- A request's head out of HTTP/2's fields: what lua/http/head.lua makes of bytes.
local byte = string.byte
local headers_in = require "pyresty.http.headers_in"
local checks = require "pyresty.http.head_checks"
local log = require "pyresty.http.log"
local uri = require "pyresty.http.uri"

local VALID = headers_in.VALID
local INFO, COLON, UNDERSCORE = 7, 58, 95

local http2_head = {}

local function is_valid(name, underscores)
    for i = 1, #name do
        local b = byte(name, i)
        if not VALID[b] and not (underscores and b == UNDERSCORE) then return false end
    end
    return true
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
    if not path or byte(target, 1) ~= 47 then return 400, 'client sent invalid ":path" header: "' .. target .. '"' end
    r.uri, r.args, r.exten = path, args, uri.exten(path)
end

local function read_fields(r, row, from, count, limits)
    local headers, n = r.headers_in, 0
    for i = from, from + 2 * count - 2, 2 do
        local name, value = row[i], row[i + 1]
        local status, message
        if name == ":method" then
            r.method = value
        elseif name == ":path" then
            r.unparsed_uri = value
        elseif name == ":authority" then
            n, status, message = take_field(r, headers, n, "host", value)
        elseif byte(name, 1) ~= COLON then
            if limits.ignore_invalid ~= false and not is_valid(name, limits.underscores) then
                log.error(INFO, r, 'client sent invalid header: "' .. name .. '"')
            else
                n, status, message = take_field(r, headers, n, name, value)
            end
        end
        if not n then return status, message end
        headers.n = n
    end
end

--- Fills r from the `count` fields that begin at row[from]. → nil | status, message for the log at level info
function http2_head.read(r, row, from, count, limits)
    r.http_version, r.http_protocol = 20, "HTTP/2.0"
    r.headers_in = {n = 0}
    checks.reset()
    local status, message = read_fields(r, row, from, count, limits)
    r.request_line = r.method .. " " .. r.unparsed_uri .. " HTTP/2.0"
    if status then return status, message end
    if not r.host then return 400, 'client sent neither ":authority" nor "Host" header' end
    status, message = read_path(r, r.unparsed_uri, limits)
    if not status then status, message = checks.finish(r) end
    r.keepalive, r.expect_continue = true, false
    return status, message
end

return http2_head
