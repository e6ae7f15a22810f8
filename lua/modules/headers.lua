-- ngx_http_headers_filter_module: add_header, expires.
local state = require "pyresty.state"
local headers_out = require "pyresty.http.headers_out"
local script = require "pyresty.http.script"

local date, find, floor, format, lower, match, sub = os.date, string.find, math.floor, string.format, string.lower,
    string.match, string.sub
local ipairs, time, tonumber = ipairs, os.time, tonumber

local module = {}

local SAFE = {
    [200] = true, [201] = true, [204] = true, [206] = true, [301] = true, [302] = true, [303] = true, [304] = true,
    [307] = true, [308] = true,
}
local REPLACES = {["last-modified"] = true, etag = true}
local EPOCH, NEVER = "Thu, 01 Jan 1970 00:00:01 GMT", "Thu, 31 Dec 2037 23:55:55 GMT"

-- ---------------------------------------------------------------- expires

local function send(r, expires, cache_control)
    headers_out.set(r, "Expires", expires)
    headers_out.set(r, "Cache-Control", cache_control)
end

local function send_seconds(r, seconds)
    local now = floor(state.now)
    send(r, headers_out.http_time(now + seconds),
        seconds >= 0 and format("max-age=%.0f", seconds) or "no-cache")
end

-- Seconds until the next time it is so many seconds past midnight.
local function until_daily(seconds)
    local now = floor(state.now)
    local parts = date("*t", now)
    parts.hour, parts.min, parts.sec = 0, 0, seconds
    parts.isdst = nil
    local at = time(parts)
    if at <= now then
        parts.day = parts.day + 1
        parts.hour, parts.min, parts.sec = 0, 0, seconds
        parts.isdst = nil
        at = time(parts)
    end
    return at - now
end

local senders = {
    epoch = function(r) send(r, EPOCH, "no-cache") end,
    max = function(r) send(r, NEVER, "max-age=315360000") end,
    off = function() end,
    access = function(r, seconds) send_seconds(r, seconds) end,
    daily = function(r, seconds) send_seconds(r, until_daily(seconds)) end,
    modified = function(r, seconds)
        local modified = r.headers_out.last_modified
        if not modified then return send_seconds(r, seconds) end
        send_seconds(r, modified + seconds - floor(state.now))
    end,
}

local UNITS = {s = 1, m = 60, h = 3600, d = 86400, w = 604800, M = 2592000, y = 31536000}

-- "1h 30m" → seconds | nil
local function parse_time(text)
    local total, at = 0, 1
    if text == "" then return nil end
    while at <= #text do
        local digits, unit, stop = match(text, "^(%d+)(%a?) *()", at)
        if not digits or unit ~= "" and not UNITS[unit] then return nil end
        total = total + tonumber(digits) * (UNITS[unit] or 1)
        at = stop
    end
    return total
end

-- The text of variables → kind, seconds; nothing when it means nothing, as for "off".
local function parse(text, modified)
    if not modified and senders[text] and find(text, "^[emo]") then return text, 0 end
    local sign, daily = 1, false
    local first = sub(text, 1, 1)
    if first == "@" then
        if modified then return "off", 0 end
        daily, text = true, sub(text, 2)
    elseif first == "-" or first == "+" then
        sign, text = first == "-" and -1 or 1, sub(text, 2)
    end
    local seconds = parse_time(text)
    if not seconds or daily and seconds > 86400 then return "off", 0 end
    return daily and "daily" or modified and "modified" or "access", sign * seconds
end

local function expires_step(spec)
    if not spec or spec.kind == "off" then return nil end
    if spec.kind == "dynamic" then
        local value = script.compile(spec.value)
        return function(r)
            local kind, seconds = parse(script.eval(r, value), spec.modified)
            return senders[kind](r, seconds)
        end
    end
    local sender, seconds = senders[spec.kind], spec.seconds
    return function(r) return sender(r, seconds) end
end

-- ---------------------------------------------------------------- add_header

local function header_steps(entries)
    local steps = {}
    for i, entry in ipairs(entries or {}) do
        local low = lower(entry.name)
        steps[i] = {
            name = entry.name, value = script.compile(entry.value), always = entry.always,
            put = REPLACES[low] and headers_out.set or headers_out.push, clears = REPLACES[low],
        }
    end
    return steps
end

-- ---------------------------------------------------------------- add_trailer

local function expects_trailers(trailers, safe)
    for i = 1, #trailers do
        if safe or trailers[i].always then return true end
    end
    return false
end

local function trailer_steps(entries)
    local steps = {}
    for i, entry in ipairs(entries or {}) do -- also those without a value, which is why chunks are sent
        steps[i] = {
            name = entry.name, low = lower(entry.name), value = script.compile(entry.value), always = entry.always,
        }
    end
    return steps
end

-- Their values are those at the body's end.
function module.body_filter(loc)
    local steps = trailer_steps(loc.add_trailer)
    if not steps[1] then return nil end
    return function(r, data, last)
        if not last or not r.expect_trailers then return data, last end
        local safe, known, out = SAFE[r.status], {}, {}
        r.trailers, r.trailers_out = known, out
        for i = 1, #steps do
            local step = steps[i]
            local value = (safe or step.always) and script.eval(r, step.value) or ""
            if value ~= "" then
                known[step.low] = value
                out[#out + 1], out[#out + 2] = step.name, value
            end
        end
        return data, last
    end
end

function module.header_filter(loc)
    local expires, steps, trailers = expires_step(loc.expires), header_steps(loc.add_header),
        trailer_steps(loc.add_trailer)
    local count = #steps
    if not expires and count == 0 and not trailers[1] then return nil end
    return function(r)
        if r.parent then return end
        local safe = SAFE[r.status == 0 and 200 or r.status]
        if expires and safe then expires(r) end
        if trailers[1] and expects_trailers(trailers, safe) then r.expect_trailers = true end
        for i = 1, count do
            local step = steps[i]
            if safe or step.always then
                local value = script.eval(r, step.value)
                if value ~= "" or step.clears then step.put(r, step.name, value) end
            end
        end
    end
end

return module
