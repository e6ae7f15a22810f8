-- require "ngx.process": what this process is.
local state = require "pyresty.state"

local type = type

local process = {version = "0.1.33"}

function process.type() return state.process.type end

function process.enable_privileged_agent(connections)
    local r = state.r
    if not r or r.phase ~= "init" then return nil, "API disabled in the current context" end
    connections = connections or 512
    if type(connections) ~= "number" or connections < 0 then
        return nil, "bad 'connections' argument: number expected and greater than 0"
    end
    return state.host.enable_privileged_agent(connections)
end

function process.signal_graceful_exit() state.host.graceful_exit() end

local master_pid -- known for good once the process serves

function process.get_master_pid()
    if master_pid then return master_pid end
    local pid = state.host.master_pid()
    local r = state.r
    if r and r.phase ~= "init" then master_pid = pid end
    return pid
end

return process
