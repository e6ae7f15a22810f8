-- A request's connection to its peer: an idle one, else a new one, over TLS where that is asked for.
local state = require "pyresty.state"
local keepalive = require "pyresty.http.upstream.keepalive"
local log = require "pyresty.http.log"
local script = require "pyresty.http.script"
local socket = require "pyresty.http.upstream.socket"

local find = string.find
local LOG_ERR = 4

local connection = {}

--- What `*_bind` says for this request, or nil.
function connection.local_address(u)
    local text = script.eval(u.r, u.conf.bind)
    if text == "" then return nil end
    if find(text, "^[%x:.%[%]]+$") then return text end
    log.error(LOG_ERR, u.r, 'invalid local address "' .. text .. '"')
end

--- Connects to a peer, or takes an idle connection to it, as u.conn → nil | the name of the failure
function connection.open(u, peer)
    local idle = u.own_cache or u.upstream.keepalive
    u.keepalive_cache, u.cached = idle, false
    local conn = idle and keepalive.get(idle, peer, u.r)
    if conn then
        u.cached = true
    else
        local conf = u.conf
        local err
        u.action = "connecting to upstream"
        local seconds = u.connect_timeout or conf.connect_timeout
        conn, err = socket.connect(u, peer, seconds, u.bound)
        if not conn then return err end
        if conf.socket_keepalive then state.host.set_option(conn.fd, "keepalive", 1) end
        if u.schema == u.protocol.secure_schema then
            local failure, status = require("pyresty.http.upstream.tls").secure(u, conn, peer, seconds)
            if failure then
                socket.close(conn)
                u.client_status = status
                return status and "client" or failure
            end
        end
    end
    conn.requests = conn.requests + 1
    u.conn = conn
    u.state.connect_time = state.mono - u.state.start
end

return connection
