-- Does the client of a request take gzip, and may the response be compressed for it? (ngx_http_gzip_ok)
local browsers = require "pyresty.http.browsers"
local headers_in = require "pyresty.http.headers_in"
local headers_out = require "pyresty.http.headers_out"
local pcre = require "pyresty.native".pcre
local regex = require "pyresty.http.regex"
local state = require "pyresty.state"

local byte, find, lower, sub = string.byte, string.find, string.lower, string.sub
local ipairs, type = ipairs, type
local COMMA, SEMICOLON, SPACE, EQUALS, DOT, ZERO, ONE, NINE = 44, 59, 32, 61, 46, 48, 49, 57

-- "q=" is behind: hundredths, 0 for what is malformed
local function quality(text, at)
    local first = byte(text, at)
    if first ~= ZERO and first ~= ONE then return 0 end
    local q, digits = (first - ZERO) * 100, 0
    at = at + 1
    local c = byte(text, at)
    if not c or c == COMMA or c == SPACE then return q end
    if c ~= DOT then return 0 end
    for i = at + 1, #text do
        c = byte(text, i)
        if c == COMMA or c == SPACE then break end
        if c < ZERO or c > NINE then return 0 end
        q, digits = q + c - ZERO, digits + 1
    end
    return (q > 100 or digits > 3) and 0 or q
end

local function skip_spaces(text, at)
    while byte(text, at) == SPACE do at = at + 1 end
    return at
end

-- Behind the word "gzip" of an Accept-Encoding.
local function is_wanted(text, at)
    at = skip_spaces(text, at)
    local c = byte(text, at)
    if not c or c == COMMA then return true end
    if c ~= SEMICOLON then return false end
    at = skip_spaces(text, at + 1)
    c = byte(text, at)
    if not c then return true end
    if lower(sub(text, at, at)) ~= "q" then return false end
    if byte(text, at + 1) ~= EQUALS or at + 2 > #text then return false end
    return quality(text, at + 2) > 0
end

local function encoding_accepts(value)
    if sub(value, 1, 5) == "gzip," then return true end
    local low, from = lower(value), 1
    while true do
        local at, stop = find(low, "gzip", from, true)
        if not at then return false end
        local before = byte(low, at - 1)
        if at == 1 or before == COMMA or before == SPACE then return is_wanted(value, stop + 1) end
        from = stop + 1
    end
end

local function lists(value, word)
    if type(value) == "table" then
        for _, one in ipairs(value) do
            if lists(one, word) then return true end
        end
        return false
    end
    return value ~= nil and find(lower(value), word, 1, true) ~= nil
end

local function is_expired(r, text)
    local expires = headers_out.parse_time(text)
    if not expires then return false end
    local date = headers_out.first(r, "date")
    local now = date and headers_out.parse_time(date) or state.now
    return expires < now
end

-- The request came through a proxy: what may be compressed for it is told by gzip_proxied.
local function proxied_allows(r, wanted)
    if wanted.off then return false end
    if wanted.any then return true end
    if wanted.auth and headers_in.get(r, "authorization") then return true end
    local expires = headers_out.first(r, "expires")
    if expires then return wanted.expired and is_expired(r, expires) or false end
    local control = headers_out.get(r, "cache-control")
    if control then
        return wanted["no-cache"] and lists(control, "no-cache") or wanted["no-store"] and lists(control, "no-store")
            or wanted.private and lists(control, "private") or false
    end
    if wanted.no_last_modified and r.headers_out.last_modified then return false end
    if wanted.no_etag and headers_out.first(r, "etag") then return false end
    return true
end

local compiled = {} -- location → array of expressions

local function is_disabled(loc, agent)
    local list = compiled[loc]
    if not list then
        list = {}
        for i, text in ipairs(loc.gzip_disable.regexes) do list[i] = regex.compile(text, true).handle end
        compiled[loc] = list
    end
    for i = 1, #list do
        if pcre.find(list[i], agent, 1) then return true end
    end
    return false
end

local function decide(r)
    if r.parent then return false end
    local accepted = headers_in.get(r, "accept-encoding")
    if not accepted or #accepted < 4 or not encoding_accepts(accepted) then return false end
    local loc, agent = r.loc, headers_in.get(r, "user-agent")
    local disabled = loc.gzip_disable
    if disabled and disabled.msie6 and agent and browsers.is_msie6(agent) then return false end
    if r.http_version < loc.gzip_http_version then return false end
    if headers_in.get(r, "via") and not proxied_allows(r, loc.gzip_proxied) then return false end
    if disabled and agent and is_disabled(loc, agent) then return false end
    return true
end

--- → boolean, decided once a request.
return function(r)
    local known = r.gzip_ok
    if known == nil then
        known = decide(r)
        r.gzip_ok = known
    end
    return known
end
