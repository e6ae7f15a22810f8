-- The warning for a global that a request writes: all requests of a worker share one table (lua_globals worker).
local state = require "pyresty.state"
local errors = require "pyresty.errors"
local log = require "pyresty.http.log"

local getmetatable, rawset, setmetatable, tostring = getmetatable, rawset, setmetatable, tostring
local LOG_WARN = 5
local QUIET = {init = true, init_worker = true}

local globals = {}

local function guard(t, name, value)
    local r = state.r
    local phase = r and r.phase
    if phase and not QUIET[phase] then
        log.error(LOG_WARN, r, "[lua] _G write guard:12: __newindex(): writing a global Lua variable ('"
            .. tostring(name) .. "') which may lead to race conditions between concurrent requests, so prefer the use"
            .. " of 'local' variables\n" .. errors.traceback(1))
    end
    rawset(t, name, value)
end

-- Guards a table of globals that has no metatable of its own.
function globals.guard(t)
    if not getmetatable(t) then setmetatable(t, {__newindex = guard}) end
end

return globals
