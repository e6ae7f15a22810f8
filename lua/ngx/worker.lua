-- ngx.worker: the process, as Python knows it.
local state = require "pyresty.state"
local background = require "pyresty.background"

local function install(ngx)
    local worker = {}
    ngx.worker = worker

    function worker.pid() return state.process.pid end
    function worker.id() return state.process.worker_id end
    function worker.count() return state.process.worker_count end
    function worker.exiting() return background.exiting() end

    function worker.pids()
        local phase = ngx.get_phase()
        if phase == "init" or phase == "init_worker" then return nil, "API disabled in the current context" end
        return {state.host.worker_pids()}
    end
end

return {install = install}
