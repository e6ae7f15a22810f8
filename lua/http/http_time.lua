-- HTTP dates.
local floor, match, sub, tonumber = math.floor, string.match, string.sub, tonumber

local http_time = {}

http_time.format = require("pyresty.http.calendar").http

local MONTHS = {F = 2, S = 9, O = 10, N = 11, D = 12}

-- nginx looks at no more letters than it needs.
local function month_number(name)
    local first, second, third = sub(name, 1, 1), sub(name, 2, 2), sub(name, 3, 3)
    if first == "J" then return second == "a" and 1 or third == "n" and 6 or 7 end
    if first == "M" then return third == "r" and 3 or 5 end
    if first == "A" then return second == "p" and 4 or 8 end
    return MONTHS[first]
end

-- Days from a fixed day long ago to the first of a month; the year begins in March, its month 1, so that February ends
-- it.
local function days_before(year, month)
    month = month - 2
    if month <= 0 then year, month = year - 1, month + 12 end
    return 365 * year + floor(year / 4) - floor(year / 100) + floor(year / 400) + floor(367 * month / 12) - 30
end

local EPOCH = days_before(1970, 1)

local function seconds_of(day, month, year, hour, minute, second)
    month = month_number(month)
    day, year, hour = tonumber(day), tonumber(year), tonumber(hour)
    minute, second = tonumber(minute), tonumber(second)
    if not month or day < 1 or day > 31 or hour > 23 or minute > 59 or second > 59 then return nil end
    return ((days_before(year, month) + day - 1 - EPOCH) * 24 + hour) * 3600 + minute * 60 + second
end

--- Seconds of an HTTP date in any of the three formats, or nil (ngx_parse_http_time).
function http_time.parse(text)
    local day, month, year, hour, minute, second =
        match(text, "^%a+, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d)")
    if not day then
        day, month, year, hour, minute, second = match(text, "^%a+, (%d%d)%-(%a%a%a)%-(%d%d) (%d%d):(%d%d):(%d%d)")
        year = year and (tonumber(year) < 70 and 2000 or 1900) + tonumber(year)
    end
    if not day then
        month, day, hour, minute, second, year =
            match(text, "^%a+ (%a%a%a) ([ %d]%d) (%d%d):(%d%d):(%d%d) (%d%d%d%d)")
    end
    if not day then return nil end
    return seconds_of(day, month, year, hour, minute, second)
end

return http_time
