-- Variables of the clock. Texts of whole seconds are made once a second.
local state = require "pyresty.state"

local date, floor, format, sub = os.date, math.floor, string.format, string.sub

local variables = {}
local cached_second, local_text, iso_text

local function refresh(second)
    local zone = date("%z", second) -- +hhmm
    local_text = date("%d/", second) .. sub("JanFebMarAprMayJunJulAugSepOctNovDec", date("*t", second).month * 3 - 2,
        date("*t", second).month * 3) .. date("/%Y:%H:%M:%S ", second) .. zone
    iso_text = date("%Y-%m-%dT%H:%M:%S", second) .. sub(zone, 1, 3) .. ":" .. sub(zone, 4)
    cached_second = second
end

function variables.time_local()
    local second = floor(state.now)
    if second ~= cached_second then refresh(second) end
    return local_text
end

function variables.time_iso8601()
    local second = floor(state.now)
    if second ~= cached_second then refresh(second) end
    return iso_text
end

-- Milliseconds are cut off, as nginx's cached clock has them.
function variables.msec() return format("%.3f", floor(state.now * 1000) / 1000) end

function variables.request_time(r)
    local elapsed = floor(state.now * 1000) - floor(r.main.start * 1000)
    return format("%.3f", elapsed > 0 and elapsed / 1000 or 0)
end

return {variables = variables}
