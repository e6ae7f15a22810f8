-- ngx_http_stub_status_module: counters of all workers. Each worker writes its own, at the end of what it does.
local state = require "pyresty.state"
local connection_counts = require "pyresty.http.connection".counts
local discard_early = require("pyresty.http.body").discard_early
local native = require "pyresty.native"
local output = require "pyresty.http.output"

local format = string.format
local SLOTS, LATER = 900, 0.1 -- seconds between counts of what connections are at
local OK = 0

local module = {content = {}, variables = {}}
local handle, slot
local before_accepted, before_requests = 0, 0 -- of a process that had the slot before
local reading, writing, counted = 0, 0, 0

local function open()
    local zone = state.plan.module_zones and state.plan.module_zones["stub_status:"]
    if not zone then return nil end
    handle, slot = native.counters.open(zone.address), state.host.pid() % SLOTS
    before_accepted, before_requests = native.counters.get(handle, slot)
    return handle
end

local function publish(now)
    local accepted, requests, active = connection_counts()
    if now or state.mono - counted > LATER then
        counted = state.mono
        accepted, requests, active, reading, writing = connection_counts(true)
    end
    if handle or open() then
        native.counters.set(handle, slot, before_accepted + accepted, before_requests + requests, active, reading,
            writing, 0)
    end
end

if state.plan and state.plan.stub_status then state.publish = publish end

-- → accepted, requests, active, reading, writing
local function totals()
    publish(true)
    if not handle then return connection_counts(true) end
    return native.counters.sums(handle, SLOTS)
end

function module.content.stub_status(r)
    if r.method ~= "GET" and r.method ~= "HEAD" then return 405 end
    local refused = discard_early(r)
    if refused then return refused end
    local accepted, requests, active, read, write = totals()
    local text = format("Active connections: %.0f \nserver accepts handled requests\n %.0f %.0f %.0f \n"
        .. "Reading: %.0f Writing: %.0f Waiting: %.0f \n", active, accepted, accepted, requests, read, write,
        active - read - write)
    local h = r.headers_out
    if not r.err_status then r.status = 200 end
    h.content_type, h.content_length = "text/plain", #text
    local ok, status = output.send_header(r)
    if not ok then return status or -1 end
    if not r.header_only then output.write(r, text, not r.parent) end
    return OK
end

local function counter(which)
    return function()
        local _, _, active, read, write = totals()
        local values = {active = active, reading = read, writing = write, waiting = active - read - write}
        return format("%.0f", values[which])
    end
end

for _, which in ipairs {"active", "reading", "writing", "waiting"} do
    module.variables["connections_" .. which] = counter(which)
end

return module
