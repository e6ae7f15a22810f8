-- Clocks and dates; ngx.sleep.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local guard = require "pyresty.ngx.guard"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"

local date, error, floor, format, select, type = os.date, error, math.floor, string.format, select, type

local LOG_DEBUG = 8
local COOKIE_YEAR_2038 = 2145916800 -- 2038-01-01: years after 2037 have four digits

local function install_clock(ngx)
    function ngx.now() return floor(state.now * 1000) / 1000 end
    function ngx.time() return floor(state.now) end
    function ngx.update_time() state.touch() end
    function ngx.today() return date("%Y-%m-%d", floor(state.now)) end
    function ngx.localtime() return date("%Y-%m-%d %H:%M:%S", floor(state.now)) end
    function ngx.utctime() return date("!%Y-%m-%d %H:%M:%S", floor(state.now)) end
end

local function install_dates(ngx)
    function ngx.http_time(seconds)
        if type(seconds) ~= "number" then error("number argument only", 2) end
        return headers_out.http_time(seconds < 0 and 0 or floor(seconds))
    end

    function ngx.cookie_time(seconds)
        if type(seconds) ~= "number" then error("number argument only", 2) end
        seconds = seconds < 0 and 0 or floor(seconds)
        local year = seconds >= COOKIE_YEAR_2038 and "%Y" or "%y"
        return date("!%a, %d-%b-" .. year .. " %H:%M:%S GMT", seconds)
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
