-- Clocks and dates; ngx.sleep.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local calendar = require "pyresty.http.calendar"
local guard = require "pyresty.ngx.guard"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"

local error, floor, format, select, sub, type = error, math.floor, string.format, select, string.sub, type

local LOG_DEBUG = 8

local function install_clock(ngx)
    function ngx.now() return floor(state.now * 1000) / 1000 end
    function ngx.time() return floor(state.now) end
    function ngx.update_time() state.touch() end
    function ngx.today() return sub(calendar.here(state.now), 1, 10) end
    function ngx.localtime() return calendar.here(state.now) end
    function ngx.utctime() return calendar.utc(state.now) end
end

local function install_dates(ngx)
    function ngx.http_time(seconds)
        if type(seconds) ~= "number" then error("number argument only", 2) end
        return headers_out.http_time(seconds < 0 and 0 or floor(seconds))
    end

    function ngx.cookie_time(seconds)
        if type(seconds) ~= "number" then error("number argument only", 2) end
        return calendar.cookie(seconds < 0 and 0 or seconds)
    end

    function ngx.parse_http_time(s)
        if type(s) ~= "string" then error("string argument only", 2) end
        return headers_out.parse_time(s)
    end
end

local function expired(thread)
    log.debug(thread.r, 'lua sleep timer expired: "' .. log.target(thread.r) .. '"')
    return sched.run(thread)
end

sched.on_slept(expired)

local function install_sleep(ngx)
    local allowed = guard.phases("ngx.sleep")

    function ngx.sleep(...)
        local count, seconds = select("#", ...), ...
        if count ~= 1 then error("attempt to pass " .. count .. " arguments, but accepted 1", 2) end
        local r = state.r
        if not r or r.phase == "init" then error("no request found", 2) end
        seconds = guard.number(1, seconds, 1)
        local milliseconds = floor(seconds * 1000)
        if seconds < 0 then
            milliseconds = -floor(-seconds * 1000)
            if milliseconds < 0 then error(format('invalid sleep duration "%d"', milliseconds), 2) end
        end
        if not allowed[r.phase] then guard.refuse(r) end
        local debugged = log.enabled(LOG_DEBUG, r)
        if debugged then log.debug(r, format("lua ready to sleep for %d ms", milliseconds)) end
        if milliseconds <= 0 and not debugged then return sched.yield_now() end
        return sched.sleep(milliseconds / 1000, debugged and expired)
    end
end

local function install(ngx)
    install_clock(ngx)
    install_dates(ngx)
    install_sleep(ngx)
end

return {install = install}
