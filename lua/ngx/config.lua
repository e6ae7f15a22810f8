-- ngx.config: what this server says it is.
local state = require "pyresty.state"

local NGINX_VERSION, NGX_LUA_VERSION = 1022001, 10030

local function install(ngx)
    ngx.config = {
        subsystem = "http",
        debug = true, -- error_log's level debug works
        nginx_version = NGINX_VERSION,
        ngx_lua_version = NGX_LUA_VERSION,
        prefix = function() return state.plan.prefix end,
        nginx_configure = function() return state.host.build_options() end,
    }
end

return {install = install}
