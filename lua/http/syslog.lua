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

-- Sends through a connection that is made anew when the last message was lost → true | nil, call, errno
local function deliver(fd, message)
    if broken[fd] then
        local code = state.host.syslog_reconnect(fd)
        if code ~= 0 then return nil, "connect()", code end
    end
    local sent, reason, code = send(fd, message)
    if sent or reason == "again" then
        broken[fd] = nil
        return true
    end
    broken[fd] = true
    return nil, "send()", code
end

--- The sender of a log whose peer is a table of the plan: {facility, tag, nohostname} and the connected socket `fd`
--- → function(severity, line) → true | false. Of a line that is lost nothing is kept; on_loss(call, errno) is told,
--- unless the peer is only slow.
function syslog.sender(target, fd, on_loss)
    local base, tag = target.facility * 8, target.tag .. ": "
    return function(severity, line)
        local host = target.nohostname and "" or (state.plan.hostname or "localhost") .. " "
        local message = "<" .. format("%d", base + severity) .. ">" .. timestamp() .. host .. tag .. line
        local sent, call, code = deliver(fd, sub(message, 1, MAX_MESSAGE))
        if sent then return true end
        on_loss(call, code)
        return false
    end
end

return syslog
