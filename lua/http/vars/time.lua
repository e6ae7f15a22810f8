-- Variables of the clock. Texts of whole seconds are made once a second.
local state = require "pyresty.state"

local calendar = require "pyresty.http.calendar"

local abs, floor, format = math.abs, math.floor, string.format

local variables = {}
local cached_second, local_text, iso_text

local function refresh(second)
    local offset = calendar.offset(second)
    local year, month, day, hour, minute, seconds = calendar.parts(second + offset)
    local minutes = floor(abs(offset) / 60)
    local sign, ahead = offset < 0 and "-" or "+", floor(minutes / 60)
    local_text = format("%02d/%s/%d:%02d:%02d:%02d %s%02d%02d", day, calendar.MONTHS[month], year, hour, minute,
        seconds, sign, ahead, minutes - ahead * 60)
    iso_text = format("%d-%02d-%02dT%02d:%02d:%02d%s%02d:%02d", year, month, day, hour, minute, seconds, sign, ahead,
        minutes - ahead * 60)
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
