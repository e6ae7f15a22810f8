-- What headers of a response say about its keeping: X-Accel-Expires, Cache-Control, Expires, Set-Cookie, Vary.
-- c is the request's cache entry (cache.lua), u its upstream.
local state = require "pyresty.state"
local parse_time = require("pyresty.http.headers_out").parse_time

local find, floor, lower, match, sub, tonumber =
    string.find, math.floor, string.lower, string.match, string.sub, tonumber
local MOST_VARY = 128

local control = {}

-- The number behind a word of Cache-Control → seconds | nil: no such word | false: malformed
local function seconds_of(value, word)
    local _, stop = find(value, word, 1, true)
    if not stop then return nil end
    local text = match(value, "^[^,; ]*", stop + 1)
    if find(text, "%D") then return false end
    return tonumber(text) or 0
end

control["x-accel-expires"] = function(u, c, value)
    local at = sub(value, 1, 1) == "@"
    local seconds = match(value, at and "^@(%d+)$" or "^(%d+)$")
    if not seconds then return end
    c.accel_expires = true
    seconds = tonumber(seconds)
    if at then
        c.valid = seconds
    elseif seconds == 0 then
        u.cacheable = false
    else
        c.valid = floor(state.now) + seconds
    end
end

control["cache-control"] = function(u, c, value)
    if c.valid ~= 0 and c.accel_expires then return end
    value = lower(value)
    if find(value, "no-cache", 1, true) or find(value, "no-store", 1, true) or find(value, "private", 1, true) then
        u.cacheable = false
        return
    end
    local age = seconds_of(value, "s-maxage=")
    if age == nil then age = seconds_of(value, "max-age=") end
    if age == false or age == 0 then
        u.cacheable = false
        return
    end
    if age then c.valid = floor(state.now) + age end
    local updating, failing = seconds_of(value, "stale-while-revalidate="), seconds_of(value, "stale-if-error=")
    if updating == false or failing == false then
        u.cacheable = false
        return
    end
    if updating then c.updating_sec, c.error_sec = updating, updating end
    if failing then c.error_sec = failing end
end

control.expires = function(u, c, value)
    if c.valid ~= 0 then return end
    local time = parse_time(value)
    if not time or time < floor(state.now) then
        u.cacheable = false
    else
        c.valid = time
    end
end

control["set-cookie"] = function(u) u.cacheable = false end

control.vary = function(u, c, value)
    if #value > MOST_VARY or value == "*" then u.cacheable = false end
    c.vary = value
end

local NAMES = {["x-accel-expires"] = true, ["cache-control"] = true, expires = true, ["set-cookie"] = true, vary = true}

--- Reads all of a response's header.
function control.read(u, c)
    local list, ignored = u.headers, u.conf.ignore
    c.valid, c.vary, c.updating_sec, c.error_sec, c.accel_expires = 0, "", 0, 0, nil
    for i = 1, u.headers_n, 3 do
        local low = list[i + 2]
        if NAMES[low] and not ignored[low] then control[low](u, c, list[i + 1]) end
    end
end

return control
