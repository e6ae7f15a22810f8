-- resty.core.time: the monotonic clock.
local io = require "pyresty.native".io

local floor = math.floor
local monotonic = io.monotonic

local time = {version = require "resty.core.base".version}

--- Whole milliseconds.
function time.monotonic_msec() return floor(monotonic() * 1000) end

--- Seconds, to the millisecond.
function time.monotonic_time() return floor(monotonic() * 1000) / 1000 end

return time
