-- Variables of the response.
local headers_out = require "pyresty.http.headers_out"

local find, format, gsub = string.find, string.format, string.gsub
local type = type

local first = headers_out.first
local dashed_names, dashed_count = {}, 0

local function dashed(name)
    local known = dashed_names[name]
    if known then return known end
    known = gsub(name, "_", "-")
    if dashed_count >= 2000 then dashed_names, dashed_count = {}, 0 end
    dashed_names[name] = known
    dashed_count = dashed_count + 1
    return known
end

local prefixes = {
    sent_http_ = function(r, name)
        local value = first(r, dashed(name))
        if value == nil and find(name, "_", 1, true) then return first(r, name) end
        return value
    end,
    sent_trailer_ = function(r, name)
        local trailers = r.trailers
        return trailers and trailers[dashed(name)]
    end,
}

local variables = {}

function variables.status(r)
    local status = r.status or 0
    if status == 0 and r.http_version == 9 then status = 9 end
    return format("%03d", status)
end

function variables.bytes_sent(r) return format("%.0f", r.main.bytes_sent or 0) end

-- All but the header: with the framing of chunks, as nginx counts it.
function variables.body_bytes_sent(r)
    local main = r.main
    local sent = (main.bytes_sent or 0) - (main.header_size or 0)
    return format("%.0f", sent > 0 and sent or 0)
end

function variables.request_completion(r)
    local main = r.main
    return main.eof and not main.aborted and not main.conn.broken and "OK" or ""
end

function variables.sent_http_connection(r)
    if r.status == 101 then return "upgrade" end
    return r.keepalive and r.phase ~= "log" and "keep-alive" or "close" -- what is kept is so no more when it is logged
end

function variables.sent_http_keep_alive(r)
    local seconds = r.keepalive and r.phase ~= "log" and r.loc.keepalive_header
    return seconds and seconds > 0 and format("timeout=%.0f", seconds) or nil
end

function variables.sent_http_transfer_encoding(r) return r.chunked_out and "chunked" or nil end

local function joined(name)
    return function(r)
        local value = headers_out.get(r, name)
        if type(value) == "table" then return table.concat(value, ", ") end
        return value
    end
end

variables.sent_http_cache_control = joined "cache-control"
variables.sent_http_link = joined "link"

return {variables = variables, prefixes = prefixes}
