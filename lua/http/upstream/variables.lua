-- $upstream_*: one value for each peer that was tried, ", " between them and " : " where an internal redirect lies.
local cache = require "pyresty.http.upstream.cache"
local headers = require "pyresty.http.upstream.headers"

local concat, format, gsub, lower, match, sub =
    table.concat, string.format, string.gsub, string.lower, string.match, string.sub
local tostring = tostring

local variables = {}

local function joined(value_of)
    return function(r)
        local states = r.upstream_states
        if not states or not states[1] then return nil end
        local parts, n = {}, 0
        for i = 1, #states do
            local s = states[i]
            if s then
                if i > 1 then
                    n = n + 1
                    parts[n] = states[i - 1] and ", " or " : "
                end
                n = n + 1
                parts[n] = value_of(s) or "-"
            end
        end
        return concat(parts, "", 1, n)
    end
end

local function time(field)
    return joined(function(s)
        local value = s[field]
        return value and format("%.3f", value > 0 and value or 0)
    end)
end

local function count(field)
    return joined(function(s) return format("%.0f", s[field]) end)
end

variables.upstream_addr = joined(function(s) return s.peer or nil end)
variables.upstream_status = joined(function(s) return s.status > 0 and tostring(s.status) end)
variables.upstream_connect_time = time "connect_time"
variables.upstream_header_time = time "header_time"
variables.upstream_response_time = time "response_time"
variables.upstream_response_length = count "response_length"
variables.upstream_bytes_received = count "bytes_received"
variables.upstream_bytes_sent = count "bytes_sent"

local STATUSES = {
    miss = "MISS", bypass = "BYPASS", expired = "EXPIRED", stale = "STALE", updating = "UPDATING",
    revalidated = "REVALIDATED", hit = "HIT",
}
function variables.upstream_cache_status(r)
    local u = r.upstream
    return u and u.cache_status and STATUSES[u.cache_status]
end

variables.upstream_cache_last_modified, variables.upstream_cache_etag = cache.last_modified, cache.etag

-- ---------------------------------------------------------------- families

local prefixes = {}

local MULTIPLE = {["set-cookie"] = "; ", ["cache-control"] = ", ", link = ", ", vary = ", "}

function prefixes.upstream_http_(r, name)
    local u = r.upstream
    if not u or not u.headers then return nil end
    local dashed = gsub(name, "_", "-")
    local first = headers.first(u, dashed)
    local separator = MULTIPLE[dashed]
    if not first or not separator then return first end
    local values, list = {}, u.headers
    for i = 1, u.headers_n, 3 do
        if list[i + 2] == dashed then values[#values + 1] = list[i + 1] end
    end
    return concat(values, separator)
end

function prefixes.upstream_trailer_(r, name)
    local trailers = r.upstream and r.upstream.trailers
    return trailers and trailers[(gsub(name, "_", "-"))]
end

function prefixes.upstream_cookie_(r, name)
    local u = r.upstream
    if not u or not u.headers then return nil end
    local list = u.headers
    for i = 1, u.headers_n, 3 do
        if list[i + 2] == "set-cookie" then
            local value = list[i + 1]
            if lower(sub(value, 1, #name)) == name then
                local content = match(value, "^ *= *([^;]*)", #name + 1)
                if content then return content end
            end
        end
    end
end

return {variables = variables, prefixes = prefixes}
