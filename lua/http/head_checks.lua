-- What nginx looks at in a request's headers before it serves the request (the handlers of ngx_http_headers_in and
-- ngx_http_process_request_header).
local lower = string.lower
local headers_in = require "pyresty.http.headers_in"
local host = require "pyresty.http.host"

local lower_name, parse_length, connection_type = headers_in.lower, headers_in.parse_length, headers_in.connection_type

local WHERE = " while reading client request headers"

-- Headers that say something about the request itself, or may come only once.
local HOST, CONNECTION, UNIQUE, LENGTH, ENCODING, EXPECT = 1, 2, 3, 4, 5, 6

local checks = {HOST = HOST}

-- lower-case name → its kind, for `note`
checks.special = {
    host = HOST, connection = CONNECTION, expect = EXPECT,
    ["content-length"] = LENGTH, ["transfer-encoding"] = ENCODING,
    ["if-modified-since"] = UNIQUE, ["if-unmodified-since"] = UNIQUE, ["if-match"] = UNIQUE, ["if-none-match"] = UNIQUE,
    ["content-range"] = UNIQUE, ["if-range"] = UNIQUE, authorization = UNIQUE,
}

-- What the head that is being read has said so far; one head at a time, others keep a copy.
local found = {host = false, connection = false, length = false, encoding = false, expect = false}

function checks.reset()
    found.host, found.connection, found.length, found.encoding, found.expect = false, false, false, false, false
end

function checks.save()
    return {found.host, found.connection, found.length, found.encoding, found.expect}
end

function checks.restore(saved)
    found.host, found.connection, found.length, found.encoding, found.expect =
        saved[1], saved[2], saved[3], saved[4], saved[5]
end

-- Refuses the header in slots n - 1 and n when there is an earlier one of its name. → nil | status, message
local function once(headers, n, low, what)
    for i = 1, n - 2, 2 do
        if lower_name(headers[i]) == low then
            return 400, "client sent duplicate " .. what .. ': "' .. headers[n - 1] .. ": " .. headers[n]
                .. '", previous value: "' .. headers[i] .. ": " .. headers[i + 1] .. '"' .. WHERE
        end
    end
    return nil
end

local function note_host(r, headers, n, value)
    if found.host then return once(headers, n, "host", "host header") end
    found.host = true
    local name = host.validate(value)
    if not name then return 400, "client sent invalid host header" .. WHERE end
    if not r.host then r.host = name end
    return nil
end

-- Takes the special header in slots n - 1 and n. → nil | status, message
function checks.note(r, headers, n, kind, low)
    local value = headers[n]
    if kind == HOST then return note_host(r, headers, n, value) end
    if kind == CONNECTION then
        found.connection = connection_type(value) or found.connection
        return nil
    end
    if kind == LENGTH then
        found.length = value
    elseif kind == ENCODING then
        found.encoding = value
    elseif kind == EXPECT then
        found.expect = value
    end
    return once(headers, n, low, "header line")
end

local function check_encoding(r)
    local encoding = found.encoding
    if r.http_version < 11 then
        return 400, 'client sent HTTP/1.0 request with "Transfer-Encoding" header' .. WHERE
    elseif encoding ~= "chunked" and lower(encoding) ~= "chunked" then
        return 501, 'client sent unknown "Transfer-Encoding": "' .. encoding .. '"' .. WHERE
    elseif found.length then
        return 400, 'client sent "Content-Length" and "Transfer-Encoding" headers at the same time' .. WHERE
    end
    r.chunked = true
    return nil
end

-- The whole head is there: derives r.content_length, chunked, keepalive, expect_continue. → nil | status, message
function checks.finish(r)
    local version = r.http_version
    if version > 10 and not found.host then
        return 400, 'client sent HTTP/1.1 request without "Host" header' .. WHERE
    end
    r.content_length, r.chunked = nil, false
    if found.length then
        r.content_length = parse_length(found.length)
        if not r.content_length then return 400, 'client sent invalid "Content-Length" header' .. WHERE end
    end
    if found.encoding then
        local status, message = check_encoding(r)
        if status then return status, message end
    end
    local method, connection = r.method, found.connection
    if method == "CONNECT" or method == "TRACE" then return 405, "client sent " .. method .. " method" .. WHERE end
    r.keepalive = connection == "keep-alive" or version > 10 and connection ~= "close"
    local expect = found.expect
    r.expect_continue = version > 10 and expect ~= false and lower(expect) == "100-continue"
    return nil
end

return checks
