-- What ngx_lua tells the debug log about a VM that serves one request (`lua_code_cache off`): the request and each
-- timer refer to it, the last one closes it.
local state = require "pyresty.state"
local log = require "pyresty.http.log"

local tostring = tostring

local references = {}
local count = 1 -- the request

function references.add()
    if state.fresh then count = count + 1 end
end

function references.drop()
    if not state.fresh then return end
    log.debug(nil, "lua decrementing the reference count for Lua VM: " .. count)
    count = count - 1
    if count == 0 then log.debug(nil, "lua close the global Lua VM " .. tostring(state):sub(8)) end
end

return references
