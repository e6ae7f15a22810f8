-- require "ngx.errlog": raw lines, and the capture of what is logged (lua_capture_error_log SIZE).
local state = require "pyresty.state"
local log = require "pyresty.http.log"

local error, floor, sub, tostring, type = error, math.floor, string.sub, tostring, type

local errlog = {version = "0.1.33"}

local HEADER = 16 -- bytes that nginx keeps for each line beside its text

-- Captured lines, oldest first: {level, time, text} triples, and the bytes they take.
local lines, first, last, held = {}, 1, 0, 0
local capacity, filter = 0, 8

local function forget_oldest()
    local entry = lines[first]
    lines[first] = nil
    first, held = first + 1, held - #entry.text - HEADER
end

local function capture(level, line)
    if level > filter then return end
    local text = sub(line, 1, -2)
    local size = #text + HEADER
    if size > capacity then return end
    while held + size > capacity and first <= last do forget_oldest() end
    last = last + 1
    lines[last] = {level = level, time = state.now, text = text}
    held = held + size
end

--- Turns the capture on: bytes that the lines may take.
function errlog.enable(bytes)
    capacity = bytes
    log.capture = bytes > 0 and capture or nil
end

local MISSING = 'directive "lua_capture_error_log" is not set'

function errlog.set_filter_level(level)
    if not level then return nil, 'missing "level" argument' end
    if capacity == 0 then return nil, MISSING end
    if type(level) ~= "number" or level < 0 or level > 8 then return nil, "bad log level: " .. tostring(level) end
    filter = level
    return true
end

function errlog.get_logs(max, logs)
    if capacity == 0 then return nil, MISSING end
    max, logs = max or 10, logs or {}
    local count = 0
    for _ = 1, max do
        local entry = lines[first]
        if not entry then break end
        logs[count + 1], logs[count + 2], logs[count + 3] = entry.level, entry.time, entry.text
        count = count + 3
        forget_oldest()
    end
    logs[count + 1] = nil
    return logs
end

function errlog.get_sys_filter_level() return log.level(state.r) end

function errlog.raw_log(level, message)
    if type(level) ~= "number" then error("bad argument #1 to 'raw_log' (must be a number)", 2) end
    if type(message) ~= "string" then error("bad argument #2 to 'raw_log' (must be a string)", 2) end
    if level < 0 or level > 8 then error("bad log level", 2) end
    log.error(floor(level), state.r, message)
end

return errlog
