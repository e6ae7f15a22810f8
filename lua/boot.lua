-- Builds the serving half of a VM from a plan and returns the entries Python calls. Each entry brings the clocks up to
-- date, does its work, runs the threads it woke, sends what is due, and returns the operations left for Python.
local state = require "pyresty.state"

local function boot(host, plan, api_phases, fresh)
    state.host, state.plan, state.api_phases, state.fresh = host, plan, api_phases, fresh
    state.touch()

    local ops = require "pyresty.ops"
    local sched = require "pyresty.sched"
    local timers = require "pyresty.timers"
    local connection = require "pyresty.http.connection"
    local setup = require "pyresty.setup"
    local background = require "pyresty.background"
    local pool = require "pyresty.socket.pool"
    local phases = require "pyresty.http.phases"

    local touch, drain, flush, arm, take = state.touch, sched.drain, connection.flush_marked, timers.arm, ops.take
    local readable, step, tick = connection.readable, sched.step, timers.tick

    setup(plan)

    local function finish()
        drain()
        flush()
        drain()
        arm()
        state.r, state.thread = nil, nil
        return take()
    end

    local entries = {}

    function entries.open(id, fd, listen, address, port, number)
        touch()
        connection.open(id, fd, listen, address, port, number)
        arm()
        return take()
    end

    function entries.readable(id)
        touch()
        readable(id)
        return finish()
    end

    function entries.step(id, ...)
        touch()
        step(id, ...)
        return finish()
    end

    function entries.tick()
        touch()
        tick()
        return finish()
    end

    entries.more = take

    -- An entry failed: the request it served answers 500 if it still can, else its connection is closed.
    function entries.rescue()
        touch()
        phases.rescue()
        return finish()
    end

    -- A connection whose next request another VM serves, or has served.
    function entries.adopt(id, fd, listen, address, port, number, data, requests)
        touch()
        connection.adopt(id, fd, listen, address, port, number, data, requests)
        return finish()
    end

    function entries.take_back(id, data, requests)
        touch()
        connection.take_back(id, data, requests)
        return finish()
    end

    function entries.forget(id)
        connection.forget(id)
        return take()
    end

    function entries.drain()
        touch()
        connection.drain()
        background.drain()
        pool.drain()
        return finish()
    end

    function entries.run(name) -- init, init_worker, exit_worker → nil | message
        touch()
        local lua = require "pyresty.modules.lua"
        local chunk = plan.lua and plan.lua[name]
        if not chunk then return nil end
        local ok, message = lua.run_process_phase(chunk, name)
        return not ok and message or nil
    end

    function entries.script(script, done) -- what the resty command runs
        touch()
        require "pyresty.console"(script, done)
        return finish()
    end

    function entries.finish() return finish() end
    function entries.busy() return connection.count(), sched.count(), timers.count() end

    return entries
end

return boot
