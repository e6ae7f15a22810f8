-- ngx_http_userid_filter_module: a cookie that names the client, sent when it came without one. An id is 16 bytes;
-- its four words are little-endian numbers in texts, as they are on nginx's usual machines.
local state = require "pyresty.state"
local address = require "pyresty.http.address"
local binary = require "pyresty.http.vars.connection".binary
local crypto = require "pyresty.native".crypto
local headers_in = require "pyresty.http.headers_in"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local cookie_of = require "pyresty.http.vars.request".cookie
local variables = require "pyresty.http.variables"

local byte, char, date, floor, format, lower, rep, sub =
    string.byte, string.char, os.date, math.floor, string.format, string.lower, string.rep, string.sub
local LOG_ERR, LOG_NOTICE = 4, 6
local COOKIE = 22 -- letters of base64 that count
local NONE = rep("\0", 4)

local module = {variables = {}}
local start_value
local sequence_v1, sequence_v2 = 1, 0x03030302

local function little(n)
    return char(n % 256, floor(n / 256) % 256, floor(n / 65536) % 256, floor(n / 16777216) % 256)
end

local function big(n)
    return char(floor(n / 16777216) % 256, floor(n / 65536) % 256, floor(n / 256) % 256, n % 256)
end

local function text_of(name, id)
    local out = name .. "="
    for at = 1, 13, 4 do
        local a, b, c, d = byte(id, at, at + 3)
        out = out .. format("%02X%02X%02X%02X", d, c, b, a)
    end
    return out
end

-- Each worker has a start value of its own.
local function start()
    if not start_value then
        start_value = (floor(state.now * 1000) % 65536) * 65536 + state.host.pid() % 65536
    end
    return start_value
end

local function is_set(id) return id ~= nil and sub(id, 13) ~= NONE end

-- What the client sent: {cookie, got}
local function read(r)
    local main = r.main
    local known = main.userid
    if known then return known end
    known = {}
    main.userid = known
    local value = cookie_of(r, lower(r.main.loc.userid_name))
    if not value then return known end
    known.cookie = value
    if #value < COOKIE then
        log.error(LOG_ERR, r, 'client sent too short userid cookie "' .. headers_in.get(r, "cookie") .. '"')
        return known
    end
    known.got = crypto.decode_base64(sub(value, 1, COOKIE))
    if not known.got then
        log.error(LOG_ERR, r, 'client sent invalid userid cookie "' .. headers_in.get(r, "cookie") .. '"')
    end
    return known
end

-- The server's address, or its last four bytes.
local function service_of(r)
    local server = address.server(r.conn)
    if sub(server, 1, 5) == "unix:" then return NONE end
    return sub(binary(server), -4)
end

local function new_id(r, loc)
    local service, now = loc.userid_service, floor(state.now)
    if loc.userid == "v1" then
        local id = little(service or 0) .. little(now) .. little(start()) .. little(sequence_v1)
        sequence_v1 = (sequence_v1 + 0x100) % 4294967296
        return id
    end
    local id = (service and big(service) or service_of(r)) .. big(now) .. big(start()) .. big(sequence_v2)
    sequence_v2 = sequence_v2 + 0x100
    if sequence_v2 >= 4294967296 then sequence_v2 = 0x03030302 end
    return id
end

-- What is to be set: known.set, unless the client's own will do.
local function create(r, known)
    if known.set then return end
    local loc = r.main.loc
    if is_set(known.got) then
        local reset = variables.get(r, "uid_reset") or ""
        if reset == "" or reset == "0" then
            local mark, cookie = loc.userid_mark, known.cookie
            if mark == "" or #cookie > 23 and sub(cookie, 23, 24) == mark .. "=" then return end
            known.set = known.got
            return
        end
        known.reset = true
        if reset == "log" then
            log.error(LOG_NOTICE, r,
                'userid cookie "' .. text_of(loc.userid_name, known.got) .. '" was reset')
        end
    end
    known.set = new_id(r, loc)
end

local function cookie_text(loc, known)
    local mark = loc.userid_mark
    local value
    if not is_set(known.got) or known.reset then
        value = crypto.encode_base64(known.set)
        if mark ~= "" then value = sub(value, 1, COOKIE) .. mark .. sub(value, COOKIE + 2) end
    else
        value = sub(known.cookie, 1, COOKIE) .. mark .. "="
    end
    return loc.userid_name .. "=" .. value
end

local function expires_text(seconds)
    if seconds == 0 then return "" end
    if seconds < 0 then return "; expires=Thu, 31-Dec-37 23:55:55 GMT" end
    return date("!; expires=%a, %d-%b-", floor(state.now) + seconds)
        .. date("!%y %H:%M:%S GMT", floor(state.now) + seconds)
end

function module.header_filter(loc)
    if loc.userid ~= "on" and loc.userid ~= "v1" then return nil end
    return function(r)
        if r.parent then return end
        local known = read(r)
        create(r, known)
        if not is_set(known.set) then return end
        headers_out.push(r, "Set-Cookie", cookie_text(loc, known) .. expires_text(loc.userid_expires)
            .. loc.userid_domain .. loc.userid_path .. loc.userid_flags)
        if loc.userid_p3p ~= "" then headers_out.push(r, "P3P", loc.userid_p3p) end
    end
end

function module.variables.uid_got(r)
    local loc = r.main.loc
    if loc.userid == "off" then return nil end
    local known = read(r)
    return is_set(known.got) and text_of(loc.userid_name, known.got) or nil
end

function module.variables.uid_set(r)
    local loc = r.main.loc
    if loc.userid ~= "on" and loc.userid ~= "v1" then return nil end
    local known = read(r)
    create(r, known)
    return is_set(known.set) and text_of(loc.userid_name, known.set) or nil
end

module.variables.uid_reset = {stored = true, get = function() return "" end}

return module
