-- ngx.socket: TCP and UDP cosockets (lua/socket/).
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local request = require "pyresty.socket.request"
local tcp = require "pyresty.socket.tcp"
require "pyresty.socket.receiving" -- gives them their ways to read
require "pyresty.socket.connect" -- their ways to and from a connection
require "pyresty.socket.tls" -- and TLS
local udp = require "pyresty.socket.udp"

local error, select = error, select
local refuse = guard.refuse

local function install_request(ngx)
    local allowed = guard.phases("ngx.req.socket")

    function ngx.req.socket(...)
        local count, raw = select("#", ...), ...
        if count > 1 then error("expecting zero arguments, but got " .. count, 2) end
        local r = state.r
        if not r or r.phase == "init" then error("no request found", 2) end
        if r.parent then error("attempt to read the request body in a subrequest", 2) end
        if r.http_version and r.http_version >= 20 then error("http v2 not supported yet", 2) end
        if not allowed[r.phase] then refuse(r) end
        return request.open(r, raw)
    end
end

local function install(ngx)
    local allowed = guard.phases("ngx.socket.tcp")
    ngx.socket = {}

    function ngx.socket.tcp()
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r) end
        return tcp.new(r)
    end
    ngx.socket.stream = ngx.socket.tcp

    local udp_allowed = guard.phases("ngx.socket.udp")

    function ngx.socket.udp(...)
        local count = select("#", ...)
        if count > 0 then error("expecting zero arguments, but got " .. count, 2) end
        local r = state.r
        if not r or not udp_allowed[r.phase] then refuse(r) end
        return udp.new()
    end

    function ngx.socket.connect(...)
        local r = state.r
        if not r or not allowed[r.phase] then refuse(r) end
        local sock = tcp.new(r)
        local ok, err = sock:connect(...)
        if not ok then return nil, err end
        return sock
    end
    install_request(ngx)
end

return {install = install}
