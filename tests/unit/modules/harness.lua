-- Serves requests of a plan in one VM without a socket: the connection's transport is a pair of strings.
local host, plan, module_names, filter_names = ...
local state = require "pyresty.state"
state.host, state.plan, state.api_phases = host, plan, {}
state.touch()

local log = require "pyresty.http.log"
local lines = {}
log.error = function(level, _, message) lines[#lines + 1] = level .. " " .. message end
log.enabled = function() return false end

local connection = require "pyresty.http.connection"
local ops = require "pyresty.ops"
local programs = require "pyresty.http.programs"
local route = require "pyresty.http.route"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local variables = require "pyresty.http.variables"

local function load(names)
    local list = {}
    for i, name in ipairs(names) do list[i] = require("pyresty.modules." .. name) end
    return list
end

local list = load(module_names)
programs.use(list, load(filter_names))
for _, module in ipairs(list) do variables.use(module) end
programs.setup(plan)
route.setup(plan)
for _, listen in ipairs(plan.listens) do
    local server = plan.servers[listen.default_server]
    local large = server.large_client_header_buffers
    listen.default = server
    listen.limits = {
        first = server.client_header_buffer_size, count = large.count, size = large.size,
        underscores = server.underscores_in_headers, ignore_invalid = server.ignore_invalid_headers,
        merge_slashes = server.merge_slashes, header_timeout = server.client_header_timeout,
    }
end

local function sendfile(fd, offset, count)
    return (require "pyresty.native".io.pread(fd, offset, count))
end

local last_id = 0
local harness = {}

-- The numbers of the operations in a list of them.
function harness.operations(...)
    local list = {...}
    return function(_, i)
        i = i + 6
        if list[i] then return i, list[i] end
    end, nil, -5
end

function harness.end_turn()
    harness.turns = harness.turns + 1
    require("pyresty.modules.log").end_turn()
end

--- Sends the bytes of a client → what it gets.
function harness.exchange(bytes, address)
    last_id = last_id + 1
    local received, c = {}, connection.open(last_id, -1, 1, address, 40000, last_id)
    c.transport = {
        recv = function()
            if bytes == "" then return nil, "again" end
            local data = bytes
            bytes = ""
            return data
        end,
        peek = function() return nil, "again" end,
        send_output = function(_, b)
            local data = b.n and table.concat(b, "", 1, b.n) or tostring(b)
            b:reset()
            received[#received + 1] = data
            return #data
        end,
        sendfile = function(_, fd, offset, count)
            local data = sendfile(fd, offset, count)
            received[#received + 1] = data
            return #data
        end,
        shutdown = function() end,
    }
    connection.readable(last_id)
    for _ = 1, 50 do
        sched.drain()
        require("pyresty.http.sending").flush_marked()
        if c.closed or c.state == "idle" or c.state == "lingering" then break end
        state.mono = state.mono + 0.1
        timers.tick()
    end
    harness.turns = 0
    for _, op in harness.operations(ops.take()) do
        if op == ops.TURN then harness.end_turn() end
    end
    return table.concat(received)
end

--- The messages logged since the last call.
function harness.log()
    local text = table.concat(lines, "\n")
    lines = {}
    return text
end

return harness
