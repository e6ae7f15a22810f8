-- The ngx table, put together from its namespaces.
local NAMESPACES = {
    "constants", "config", "magic", "var", "header", "arg", "output", "control", "log", "req", "req_headers",
    "req_args", "req_body", "capture", "encoding", "time", "thread", "worker_thread", "timer", "worker", "socket", "re",
    "shared", "ndk",
}

local guard = require "pyresty.ngx.guard"

local builder = {}

--- Fills `ngx`; `globals` is the table that gets `print`. A namespace either installs itself or is the table.
function builder.install(ngx, globals)
    ngx.req, ngx.resp, ngx.location = ngx.req or {}, ngx.resp or {}, ngx.location or {}
    for i = 1, #NAMESPACES do
        local name = NAMESPACES[i]
        local namespace = require("pyresty.ngx." .. name)
        if namespace.install then
            namespace.install(ngx, globals)
        else
            ngx[name] = namespace
        end
    end
    return ngx
end

--- A new ngx table, for the globals of this VM.
function builder.build()
    local ngx = builder.install({}, _G)
    guard.note_own {ngx, print}
    return ngx
end

return builder
