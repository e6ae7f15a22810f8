-- ngx.socket: TCP cosockets (lua/socket/tcp.lua).
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local tcp = require "pyresty.socket.tcp"

local refuse = guard.refuse

local function install(ngx)
    local allowed = guard.phases("ngx.socket.tcp")
    ngx.socket = {}

    function ngx.socket.tcp()
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r) end
        return tcp.new(r)
    end
    ngx.socket.stream = ngx.socket.tcp

    function ngx.socket.connect(...)
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r) end
        local sock = tcp.new(r)
        local ok, err = sock:connect(...)
        if not ok then return nil, err end
        return sock
    end
end

return {install = install}
