-- ngx_http_memcached_module: responses out of memcached, by $memcached_key.
local body = require "pyresty.http.body"
local conf_of = require "pyresty.http.upstream.conf"
local content_type = require "pyresty.http.content_type"
local core = require "pyresty.http.upstream.core"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local params = require "pyresty.http.upstream.params"
local socket = require "pyresty.http.upstream.socket"
local uri = require "pyresty.http.uri"
local variables = require "pyresty.http.variables"

local find, floor, match, sub, tonumber = string.find, math.floor, string.match, string.sub, tonumber
local LOG_ERR, LOG_INFO = 4, 7
local READING_HEADER = "reading response header from upstream"
local TRAILER = "\r\nEND\r\n"
local MEMCACHED_ESCAPES = 5

local memcached = {name = "memcached", schema = "memcached://"}
local module = {content = {}, protocol = memcached}

function memcached.create_request(r, u)
    local key = variables.get(r, "memcached_key")
    if not key or key == "" then
        log.error(LOG_ERR, r, 'the "$memcached_key" variable is not set')
        return nil, 500
    end
    u.key = uri.escape(key, MEMCACHED_ESCAPES)
    return "get " .. u.key .. "\r\n"
end

function memcached.may_stream_body() return false end
function memcached.parse_url(_, _, text) return params.parse_url(text) end

local function about(what, line, key)
    return "memcached sent invalid " .. what .. ' in response "' .. line .. '" for key "' .. key .. '"'
end

-- Flags and length behind the key → true | false, message
local function read_value(u, line)
    local key, flag = u.key, u.r.loc.memcached_gzip_flag
    if sub(line, 7, 6 + #key) ~= key then return false, about("key", line, key) end
    local flags, length = match(line, "^ ([^ ]*) (.*)$", 7 + #key)
    if not flags then return false, 'memcached sent invalid response: "' .. line .. '"' end
    u.flags = flags
    if flag > 0 then
        if not find(flags, "^%d+$") then return false, about("flags", line, key) end
        if floor(tonumber(flags) / flag) % 2 == 1 then headers_out.set(u.r, "Content-Encoding", "gzip") end
    end
    if not find(length, "^%d+$") then return false, about("length", line, key) end
    u.status, u.content_length, u.status_line = 200, tonumber(length), nil
    return true
end

function memcached.read_header(u)
    local lf = find(u.buf, "\n", u.pos, true)
    if not lf then return nil end
    local line = sub(u.buf, u.pos, lf - 1)
    u.pos = lf + 1
    if sub(line, -1) ~= "\r" then return false, 'memcached sent invalid response: "' .. line .. '"' end
    line = sub(line, 1, -2)
    if sub(line, 1, 6) == "VALUE " then return read_value(u, line) end
    if line == "END" then
        socket.log(LOG_INFO, u, 'key: "' .. u.key .. '" was not found by memcached', READING_HEADER)
        u.status, u.content_length, u.keepalive = 404, 0, true
        return true
    end
    return false, 'memcached sent invalid response: "' .. line .. '"'
end

-- The value, then its trailer, which may come in pieces.
local function decode(u, data)
    local left = u.left
    if #data <= left then
        u.left = left - #data
        return data
    end
    local text = sub(data, 1, left)
    local trailer = u.trailer .. sub(data, left + 1)
    u.left, u.trailer = 0, trailer
    if #trailer > #TRAILER or trailer ~= sub(TRAILER, 1, #trailer) then
        socket.log(LOG_ERR, u, "memcached sent invalid trailer", "reading upstream")
        u.finished = true
    elseif #trailer == #TRAILER then
        u.finished, u.keepalive = true, true
    end
    return text
end

function memcached.body_decoder(u)
    u.left, u.trailer, u.ends_with_connection = u.content_length, "", false
    if u.status == 404 then u.finished = true end
    return decode
end

-- ---------------------------------------------------------------- the handler

local function compile(loc, spec)
    local conf = conf_of.compile(loc, spec, memcached)
    conf.buffering, conf.intercept_404 = false, true
    loc.memcached_conf = conf
    return conf
end

function module.content.memcached(r, spec)
    if r.method ~= "GET" and r.method ~= "HEAD" then return 405 end
    local status = body.discard_early(r)
    if status then return status end
    content_type.set(r)
    local loc = r.loc
    return core.run(r, loc.memcached_conf or compile(loc, spec))
end

module.variables = {memcached_key = {stored = true}}

return module
