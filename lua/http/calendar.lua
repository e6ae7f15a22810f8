-- Dates out of seconds since the epoch, by arithmetic alone: LuaJIT compiles no os.date.
local date, floor, format = os.date, math.floor, string.format

local calendar = {}

local DAY = 86400

-- → year, month 1…12, day 1…31, hour, minute, second, day of the week 0 (Sunday) … 6; of whole seconds, in UTC
local function parts(seconds)
    local days = floor(seconds / DAY)
    local rest = seconds - days * DAY
    local shifted = days + 719468 -- since 0000-03-01: leap days end the years
    local era = floor(shifted / 146097)
    local of_era = shifted - era * 146097
    local year_of_era = floor((of_era - floor(of_era / 1460) + floor(of_era / 36524) - floor(of_era / 146096)) / 365)
    local of_year = of_era - (365 * year_of_era + floor(year_of_era / 4) - floor(year_of_era / 100))
    local shifted_month = floor((5 * of_year + 2) / 153)
    local day = of_year - floor((153 * shifted_month + 2) / 5) + 1
    local month = shifted_month < 10 and shifted_month + 3 or shifted_month - 9
    local year = year_of_era + era * 400
    if month <= 2 then year = year + 1 end
    local hour = floor(rest / 3600)
    local minute = floor(rest / 60) - hour * 60
    return year, month, day, hour, minute, rest % 60, (days + 4) % 7
end
calendar.parts = parts

local NAMES = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
calendar.MONTHS = NAMES
local DAYS = {[0] = "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

--- "Mon, 28 Sep 1970 06:00:00 GMT"
function calendar.http(seconds)
    local year, month, day, hour, minute, second, weekday = parts(floor(seconds))
    return format("%s, %02d %s %d %02d:%02d:%02d GMT", DAYS[weekday], day, NAMES[month], year, hour, minute, second)
end

local COOKIE_YEAR_2038 = 2145916800 -- years after 2037 have four digits

--- "Mon, 28-Sep-70 06:00:00 GMT"
function calendar.cookie(seconds)
    seconds = floor(seconds)
    local year, month, day, hour, minute, second, weekday = parts(seconds)
    if seconds < COOKIE_YEAR_2038 then year = year % 100 end
    return format("%s, %02d-%s-%02d %02d:%02d:%02d GMT", DAYS[weekday], day, NAMES[month], year, hour, minute, second)
end

--- "1970-09-28 06:00:00"
function calendar.utc(seconds)
    local year, month, day, hour, minute, second = parts(floor(seconds))
    return format("%04d-%02d-%02d %02d:%02d:%02d", year, month, day, hour, minute, second)
end

local QUARTER = 900 -- clocks are changed at whole quarters of an hour
local quarter, offset

local function look_up(seconds)
    local t = date("*t", seconds)
    local days = floor((t.hour * 3600 + t.min * 60 + t.sec - seconds % DAY) / QUARTER + 0.5) * QUARTER
    local _, _, day = parts(seconds)
    if t.day ~= day then -- the local date is a day ahead or behind
        local ahead = t.day == day + 1 or t.day == 1 and day >= 28
        days = days + (ahead and DAY or -DAY)
    end
    return days
end

--- Seconds that the local clock is ahead of UTC.
function calendar.offset(seconds)
    local now = floor(seconds / QUARTER)
    if now ~= quarter then quarter, offset = now, look_up(floor(seconds)) end
    return offset
end

--- "1970-09-28 06:00:00" in local time
function calendar.here(seconds) return calendar.utc(seconds + calendar.offset(seconds)) end

return calendar
