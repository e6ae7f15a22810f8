-- The response header of an upstream server: what each header means to us, and what of it goes on to the client
-- (ngx_http_upstream_headers_in). u.headers = {name, value, lower-case name, …}, u.headers_n its length.
local headers_out = require "pyresty.http.headers_out"
local socket = require "pyresty.http.upstream.socket"
local parse_unsafe = require("pyresty.http.uri").parse_unsafe
local parse_length = require("pyresty.http.headers_in").parse_length

local byte, find, lower, match, sub, tonumber =
    string.byte, string.find, string.lower, string.match, string.sub, tonumber
local push, set = headers_out.push, headers_out.set

local SLASH, AT, LOG_ERR = 47, 64, 4

local headers = {}

-- ---------------------------------------------------------------- as they arrive

local process = {}
headers.process = process

process["content-length"] = function(u, value) u.content_length = parse_length(value) end

process["transfer-encoding"] = function(u, value)
    if find(lower(value), "chunked", 1, true) then u.chunked = true end
end

process.connection = function(u, value)
    value = lower(value)
    if find(value, "close", 1, true) then u.connection_close = true end
end

process.location = function(u, value) u.location = u.location or value end

process["x-accel-redirect"] = function(u, value) u.accel_redirect = u.accel_redirect or value end

process["x-accel-buffering"] = function(u, value)
    if u.conf.ignore["x-accel-buffering"] or not u.conf.changes_buffering then return end
    value = lower(value)
    if value == "no" then u.buffering = false elseif value == "yes" then u.buffering = true end
end

process["x-accel-charset"] = function(u, value)
    if not u.conf.ignore["x-accel-charset"] then u.r.headers_out.override_charset = value end
end

process["x-accel-limit-rate"] = function(u, value)
    if u.conf.ignore["x-accel-limit-rate"] then return end
    local rate = tonumber(match(value, "^%d+$"))
    if rate then u.r.limit_rate = rate end
end

-- ---------------------------------------------------------------- to the client

local copy = {}
headers.copy = copy

local function ignore() end

copy["content-length"], copy.connection, copy["keep-alive"], copy["transfer-encoding"] = ignore, ignore, ignore, ignore

-- The type without its charset, which is kept apart (ngx_http_upstream_copy_content_type).
copy["content-type"] = function(r, _, value)
    local out = r.headers_out
    out.content_type, out.charset, out.content_type_set = value, nil, true
    local semicolon = find(value, ";", 1, true)
    if not semicolon then return end
    local from = find(value, "[^ ]", semicolon + 1)
    if not from or lower(sub(value, from, from + 7)) ~= "charset=" then return end
    local charset = sub(value, from + 8)
    if sub(charset, 1, 1) == '"' then
        charset = sub(charset, 2)
        if sub(charset, -1) == '"' then charset = sub(charset, 1, -2) end
    end
    out.content_type, out.charset = sub(value, 1, semicolon - 1), charset
end

local function single(r, name, value) return set(r, name, value) end

copy.date, copy.server, copy.etag, copy.expires, copy["last-modified"] = single, single, single, single, single
copy["content-range"], copy["content-encoding"] = single, single

-- Of what is cached or being so, we make the ranges ourselves.
copy["accept-ranges"] = function(r, name, value, u)
    if u.conf.force_ranges then
        return
    elseif r.cached or u.cacheable then
        r.allow_ranges, r.single_range = true, not r.cached
    else
        set(r, name, value)
    end
end

copy.location = function(r, name, value, u)
    local rewrite, out = u.conf.rewrite_redirect, r.headers_out
    local changed = rewrite and rewrite(r, value, 1)
    out.location = nil
    if changed and byte(changed, 1) == SLASH then -- made absolute later
        out.location = changed
        return
    end
    return push(r, name, changed or value)
end

copy.refresh = function(r, name, value, u)
    local rewrite = u.conf.rewrite_redirect
    if rewrite then
        local at = find(lower(value), "url=", 1, true)
        if at then value = rewrite(r, value, at + 4) or value end
    end
    return push(r, name, value)
end

copy["set-cookie"] = function(r, name, value, u)
    local rewrite = u.conf.rewrite_cookie
    return push(r, name, rewrite and rewrite(r, value) or value)
end

-- What an X-Accel-Redirect leaves standing.
local STAYS = {
    ["content-type"] = true, ["set-cookie"] = true, ["content-disposition"] = true, ["cache-control"] = true,
    expires = true, ["accept-ranges"] = true,
}

--- Copies the header to the client's response; only those that outlive a redirect when `redirect` is true.
function headers.copy_all(u, redirect)
    local r, list, hidden = u.r, u.headers, u.conf.hidden
    for i = 1, u.headers_n, 3 do
        local low = list[i + 2]
        if redirect and STAYS[low] or not redirect and not hidden[low] then
            local handler = copy[low]
            if handler then
                handler(r, list[i], list[i + 1], u)
            else
                push(r, list[i], list[i + 1])
            end
        end
    end
end

--- After copy_all: what the client is told beside the header itself.
function headers.complete(u)
    local conf, r = u.conf, u.r
    if conf.force_ranges then r.allow_ranges, r.single_range = true, not r.cached end
    if not conf.passes_own then return end
    local hidden, out = conf.hidden, r.headers_out
    if not hidden.server and not headers.first(u, "server") then out.own_server = true end
    if not hidden.date and not headers.first(u, "date") then out.own_date = true end
end

--- X-Accel-Redirect: another location answers. → what the content handler returns
function headers.redirect(u)
    local r, target = u.r, u.accel_redirect
    headers.copy_all(u, true)
    if byte(target, 1) == AT then
        r.exec = {uri = target}
        return "exec"
    end
    local path, args = parse_unsafe(target)
    if not path then
        socket.log(LOG_ERR, u, 'unsafe URI "' .. target .. '" was detected', "reading response header from upstream")
        return 404
    end
    if r.method ~= "HEAD" then r.method = "GET" end
    r.exec = {uri = path, args = args}
    return "exec"
end

--- The first value of a response header, by its lower-case name, or nil.
function headers.first(u, low)
    local list = u.headers
    for i = 1, u.headers_n, 3 do
        if list[i + 2] == low then return list[i + 1] end
    end
end

return headers
