-- resty.core.ctx.
local magic = require "pyresty.ngx.magic"
local state = require "pyresty.state"

local ctx = {_VERSION = require "resty.core.base".version}

--- The request's ngx.ctx; `table` becomes it when there is none yet.
function ctx.get_ctx_table(table)
    local r = state.r
    if table and r and r.phase ~= "init" and not r.ctx then
        r.ctx = table
        return table
    end
    return magic.getters.ctx()
end

return ctx
