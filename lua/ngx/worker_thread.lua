-- ngx.run_worker_thread: a function of a module, run by a VM of its own in a thread of a thread_pool.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local guard = require "pyresty.ngx.guard"
local transfer = require "pyresty.ngx.transfer"

local format, ipairs, select, tostring, type = string.format, ipairs, select, tostring, type
local unpack = unpack or table.unpack

local function text(value)
    local kind = type(value)
    return (kind == "string" or kind == "number") and tostring(value) or nil
end

local function pool_of(name)
    for _, pool in ipairs(state.plan.main.thread_pool or {}) do
        if pool.name == name then return pool end
    end
end

-- → results of the function behind true | false, message
local function receive(packed, message)
    if not packed then return false, message end
    local values, n = transfer.unpack(packed)
    return unpack(values, 1, n)
end

local function install(ngx)
    local phases = guard.phases("ngx.run_worker_thread")

    function ngx.run_worker_thread(name, module, fn, ...)
        local r = state.r
        if not r then guard.refuse(r, "no request found") end
        if not phases[r.phase] then guard.refuse(r) end
        if fn == nil and select("#", ...) == 0 then return false, "expecting at least 3 arguments" end
        name, module, fn = text(name), text(module), text(fn)
        if not name then return false, "threadpool should be a string" end
        local pool = pool_of(name)
        if not pool then return false, "thread pool " .. name .. " not found" end
        if not module then return false, "module name should be a string" end
        if not fn then return false, "function name should be a string" end
        local packed, problem = transfer.pack(package.path, package.cpath, module, fn, ...)
        if not packed then return false, problem .. " in the argument" end
        local limits = format("%d %d %d", pool.threads, pool.max_queue, state.plan.lua.lua_worker_thread_vm_pool_size)
        return receive(sched.call("worker_thread.run", name, limits, packed))
    end
end

return {install = install}
