-- Messages to syslog peers (ngx_syslog.c), one datagram each: "<PRI>Nov  5 15:00:00 host tag: LINE".
local state = require "pyresty.state"
local io = require "pyresty.native".io

local date, floor, format, sub = os.date, math.floor, string.format, string.sub
local tonumber = tonumber
local send = io.send

local MAX_MESSAGE = 2048 + 128 -- NGX_SYSLOG_MAX_STR

local syslog = {}

local second, stamp

-- nginx pads the day with a space.
local function timestamp()
    local now = floor(state.now)
    if now ~= second then
        second, stamp = now, date("%b ", now) .. format("%2d", tonumber(date("%d", now))) .. date(" %H:%M:%S ", now)
    end
    return stamp
end

local broken = {} -- fd → whether a message was lost there

--- The sender of a log whose peer is a table of the plan: {facility, tag, nohostname} and the connected socket `fd`
--- → function(severity, line) → true | nil, reason, errno. Of a line that is lost nothing is kept; the next one goes
--- through a new connection.
function syslog.sender(target, fd)
    local base, tag = target.facility * 8, target.tag .. ": "
    return function(severity, line)
        local host = target.nohostname and "" or (state.plan.hostname or "localhost") .. " "
        local message = "<" .. format("%d", base + severity) .. ">" .. timestamp() .. host .. tag .. line
        if broken[fd] then state.host.syslog_reconnect(fd) end
        local sent, reason, code = send(fd, sub(message, 1, MAX_MESSAGE))
        broken[fd] = not sent
        if not sent then return nil, reason, code end
        return true
    end
end

return syslog
