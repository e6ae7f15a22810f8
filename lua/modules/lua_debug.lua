-- What ngx_lua tells the debug log about its handlers and filters. Decided when a location is compiled: one whose log
-- takes no debug lines gets its handlers as they are.
local state = require "pyresty.state"
local chunks = require "pyresty.chunks"
local crypto = require "pyresty.native".crypto
local log = require "pyresty.http.log"

local format, ipairs, type = string.format, ipairs, type
local md5 = function(text) return crypto.md5(text) end

local debugging = {}

function debugging.on(loc) return log.enabled(8, {loc = loc}) end

-- ngx_http_request_t's count: the main request, until it is logged, and the subrequests that run.
local function count(r)
    local n = r.main.done and 0 or 1
    for _, sub in ipairs(r.main.subs or {}) do
        if not sub.done then n = n + 1 end
    end
    return n
end

--- A phase's handler, told about under its name ("rewrite handler").
function debugging.handler(loc, name, handler)
    if not debugging.on(loc) then return handler end
    return function(r)
        log.debug(r, format('lua %s, uri:"%s" c:%d', name, r.uri, count(r)))
        return handler(r)
    end
end

-- ---------------------------------------------------------------- the code cache

local numbers, last_number = {}, 0 -- key → reference

local function key_of(chunk)
    if chunk.code then return chunk.kind .. "_nhli_" .. md5(chunk.code) end
    return type(chunk.file) == "string" and "nhlf_" .. md5(chunk.file) or nil
end

local function tell_cache(r, what, key, ref)
    return log.debug(r, format("code cache %s (key='%s', ref=%d)", what, key, ref))
end

-- → whether the code is known
local function look_up(r, chunk, key)
    tell_cache(r, "lookup", key, chunk.reference or -1)
    local ref = numbers[key]
    if not ref then
        tell_cache(r, "miss", key, -1)
        return false
    end
    if not chunk.reference then
        chunk.reference = ref
        tell_cache(r, "setting ref", key, ref)
    end
    tell_cache(r, "hit", key, ref)
    return true
end

--- Has the use of chunks told about, where some log takes it.
function debugging.watch(plan)
    local wanted = false
    for _, loc in ipairs(plan.locations) do wanted = wanted or debugging.on(loc) end
    if not wanted then return end
    local get = chunks.get
    function chunks.get(chunk, r)
        if not r or not log.enabled(8, r) then return get(chunk, r) end
        local key = chunk.cache_key or key_of(chunk)
        if not key then return get(chunk, r) end
        chunk.cache_key = key
        local known = look_up(r, chunk, key)
        local fn, err, missing, what = get(chunk, r)
        if fn and not known then
            last_number = last_number + 1
            numbers[key], chunk.reference = last_number, last_number
        end
        return fn, err, missing, what
    end
end

-- ---------------------------------------------------------------- filters, which are there for all locations or none

local seen -- {plan =, capture =, header =, body =}: which filters ngx_lua would install

local function look(plan)
    seen = {plan = plan}
    for _, loc in ipairs(plan.locations or {}) do
        local content = loc.content
        if loc.rewrite_by_lua or loc.access_by_lua or loc.server_rewrite_by_lua
            or content and content.kind == "lua" then
            seen.capture = true
        end
        if loc.body_filter_by_lua then seen.body, seen.header = true, true end
        if loc.header_filter_by_lua then seen.header = true end
    end
end

local function lines(loc, part)
    if not debugging.on(loc) then return nil end
    local plan = state.plan
    if not seen or seen.plan ~= plan then look(plan) end
    local list = {}
    if seen[part] then list[1] = "lua " .. part .. ' filter for user lua code, uri "' end
    if seen.capture then list[#list + 1] = "lua capture " .. part .. ' filter, uri "' end
    return #list > 0 and list or nil
end

local function tell(r, list)
    for _, line in ipairs(list) do log.debug(r, line .. r.uri .. '"') end
end

--- filter: the location's own header filter, or nil → what is to run, or nil
function debugging.header_filter(loc, filter)
    local list = lines(loc, "header")
    if not list then return filter end
    return function(r)
        tell(r, list)
        if filter then return filter(r) end
    end
end

function debugging.body_filter(loc, filter)
    local list = lines(loc, "body")
    if not list then return filter end
    return function(r, data, last)
        tell(r, list)
        if filter then return filter(r, data, last) end
        return data, last
    end
end

return debugging
