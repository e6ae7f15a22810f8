-- Builds the serving half of a VM from a plan and returns the entries Python calls. Each entry brings the clocks up to
-- date, does its work, runs the threads it woke, sends what is due, and returns the operations left for Python.
local memory = require "pyresty.memory"
local state = require "pyresty.state"

local function boot(host, plan, api_phases, fresh)
    state.host, state.plan, state.api_phases, state.fresh = host, plan, api_phases, fresh
    state.touch()
    state.know_process()

    local ops = require "pyresty.ops"
    local sched = require "pyresty.sched"
    local timers = require "pyresty.timers"
    local connection = require "pyresty.http.connection"
    local lending = require "pyresty.http.lending"
    local sending = require "pyresty.http.sending"
    local setup = require "pyresty.setup"
    local background = require "pyresty.background"
    local pool = require "pyresty.socket.pool"
    local upstreams = require "pyresty.http.upstream.keepalive"
    local phases = require "pyresty.http.phases"
    local renew = require("pyresty.http.request").renew
    local access_log = require "pyresty.modules.log"

    local touch, drain, flush, arm, take = state.touch, sched.drain, sending.flush_marked, timers.arm, ops.take
    local readable, step, tick = connection.readable, sched.step, timers.tick

    local retiring = false

    setup(plan)

    -- The VM was told to retire: is it needed still?
    local function leave_if_idle()
        if connection.count() > 0 or not background.idle() then return end
        retiring = false
        pool.drain()
        upstreams.drain()
        access_log.flush()
        ops.push(ops.RELEASE)
    end

    local function finish()
        drain()
        flush()
        drain()
        if retiring then leave_if_idle() end
        if state.publish then state.publish() end
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

    function entries.step(id, a, b, c, d, e)
        touch()
        renew()
        step(id, a, b, c, d, e)
        return finish()
    end

    function entries.tick()
        touch()
        tick()
        return finish()
    end

    entries.more = take

    -- An entry failed, and perhaps it was about a connection: the request it served answers 500 if it still can, else
    -- the connection is closed.
    function entries.rescue(id)
        touch()
        timers.rearm()
        if not phases.rescue() and id then connection.abandon(id) end
        return finish()
    end

    -- A connection whose next request another VM serves, or has served.
    function entries.adopt(id, fd, listen, address, port, number, data, requests)
        touch()
        lending.adopt(id, fd, listen, address, port, number, data, requests)
        return finish()
    end

    function entries.take_back(id, data, requests, keepalive_timeout)
        touch()
        lending.take_back(id, data, requests, keepalive_timeout)
        return finish()
    end

    function entries.abandon(id)
        touch()
        connection.abandon(id)
        return finish()
    end

    function entries.forget(id)
        touch()
        lending.forget(id)
        return finish()
    end

    -- Other VMs serve from now on: connections end when their requests do, timers run now.
    function entries.drain()
        touch()
        retiring = true
        connection.drain()
        background.drain()
        pool.drain()
        upstreams.drain()
        return finish()
    end

    -- A fresh VM has no connection any more, but perhaps timers.
    function entries.retire()
        touch()
        retiring = true
        return finish()
    end

    -- Gives connections up that only wait for a request, those that have waited longest first.
    function entries.reuse()
        touch()
        connection.reuse()
        return finish()
    end

    -- init_by_lua failed in a fresh VM: its request gets a 500.
    function entries.init_failed() state.init_failed = true end

    -- The descriptors that were ready in this turn of the loop have been served.
    function entries.end_turn()
        touch()
        access_log.end_turn()
        return take()
    end

    function entries.flush_logs()
        touch()
        access_log.flush()
        return finish()
    end

    -- All that still runs ends now.
    function entries.abort()
        touch()
        connection.abort()
        return finish()
    end

    function entries.run(name) -- init, init_worker, exit_worker → nil | message
        touch()
        if name == "init_worker" then
            state.know_process()
            if plan.upstream_zones then require("pyresty.http.upstream.shared").start() end
            if plan.cache_zones and next(plan.cache_zones) then require("pyresty.http.upstream.cache_zones").start() end
        end
        local lua = require "pyresty.modules.lua"
        local chunk = plan.lua and plan.lua[name]
        if not chunk then return nil end
        state.console = name == "init" and plan.console
        local ok, message = lua.run_process_phase(chunk, name)
        state.console = nil
        return not ok and message or nil
    end

    function entries.script(script, done) -- what the resty command runs
        touch()
        require "pyresty.console"(script, done)
        return finish()
    end

    function entries.finish() return finish() end
    function entries.busy() return connection.count(), sched.count(), timers.count() end

    for _, name in ipairs {"open", "readable", "step", "tick"} do entries[name] = memory.checked(entries[name]) end
    return entries
end

return boot
