-- A VM of ngx.run_worker_thread: part of the ngx table, and an entry that runs a function of a module.
-- luacheck: globals ngx
local state = require "pyresty.state"
local transfer = require "pyresty.ngx.transfer"

local pcall, require, tostring, type = pcall, require, tostring, type
local unpack = unpack or table.unpack

-- What ngx_lua puts there: no request, no output, no logging.
local NAMESPACES = {"config", "encoding", "re", "shared"}

-- lua_tolstring's text of an error: none of what is neither string nor number.
local function message_of(err)
    local kind = type(err)
    return (kind == "string" or kind == "number") and tostring(err) or ""
end

local function result(ok, ...)
    if not ok then return nil, message_of((...)) end
    local packed, problem = transfer.pack(true, ...)
    if not packed then return nil, problem .. " in the return value" end
    return packed
end

-- packed: package.path, package.cpath, module, function, arguments → true and the results, packed | nil, message
local function run(packed)
    state.touch()
    local values, n = transfer.unpack(packed)
    package.path, package.cpath = values[1], values[2]
    local ok, module = pcall(require, values[3])
    if not ok then return nil, tostring(module) end
    if type(module) ~= "table" then return nil, "invalid lua module" end
    local fn = module[values[4]]
    if type(fn) ~= "function" then return nil, "invalid function" end
    return result(pcall(fn, unpack(values, 5, n)))
end

return function(host, plan)
    state.host, state.plan = host, plan
    state.touch()
    state.know_process()
    ngx = {null = require "pyresty.null"}
    for i = 1, #NAMESPACES do
        local namespace = require("pyresty.ngx." .. NAMESPACES[i])
        if namespace.install then namespace.install(ngx, _G) else ngx[NAMESPACES[i]] = namespace end
    end
    package.loaded.ngx = ngx
    return run
end
