-- balancer_by_lua*: the user's code names the peer; when it names none, round robin goes on.
local state = require "pyresty.state"
local lua = require "pyresty.modules.lua"
local keepalive = require "pyresty.http.upstream.keepalive"
local peers = require "pyresty.http.upstream.peers"
local socket = require "pyresty.http.upstream.socket"

local huge = math.huge
local round_robin = peers.round_robin
local OK, BUSY, DECLINED = 0, -3, -5
local LOG_ERR = 4
local IDLE_CONNECTIONS = 32
local FAILED = 500

local balancer = {}

local function init(u)
    round_robin.init(u)
    u.balancer = {peer = nil, host = nil, more_tries = 0, total_tries = 0, last_state = nil}
end

-- What ngx.exit's code means to the upstream: nothing | nil, status, failure
local function judge(code)
    if code == BUSY then return nil end
    if code == DECLINED then return nil, nil, "error" end
    return nil, FAILED
end

-- Connections are shared by requests of the same host, from the same address.
local function pool_of(u, b)
    local host = b.host
    if not host and u.schema == u.protocol.secure_schema then host = require("pyresty.http.upstream.tls").name_of(u) end
    return u.schema .. (host or "") .. (u.bound and "\0" .. u.bound or "")
end

-- The configuration names no server: Lua has to.
local function none_set(u)
    socket.log(LOG_ERR, u, "lua balancer: no peer set", "connecting to upstream")
    return nil, FAILED
end

local function get_with(chunk, otherwise)
    return function(u)
        local r, b, c = u.r, u.balancer, u.r.conn
        b.peer, b.host, b.more_tries, b.total_tries, u.own_cache = nil, nil, 0, b.total_tries + 1, nil
        local before = c.action
        c.action, r.exit_code = "connecting to upstream", nil
        local ok = lua.run_balancer(r, chunk)
        c.action = before
        local code = r.exit_code
        r.exit_code = nil
        if not ok then return nil, FAILED end
        if code and code ~= OK then return judge(code) end
        if not b.peer then
            if u.upstream.spec.servers[1].placeholder then return none_set(u) end
            return otherwise.get(u)
        end
        if u.own_cache then b.peer.pool = pool_of(u, b) end
        u.group.single = false
        u.tries = u.tries + b.more_tries
        return b.peer
    end
end

local function free_with(otherwise)
    return function(u, peer, outcome)
        if not peer.own then return otherwise.free(u, peer, outcome) end
        u.balancer.last_state = outcome
        if u.tries > 0 then u.tries = u.tries - 1 end
    end
end

--- The connections of an upstream that enable_keepalive keeps.
function balancer.idle_connections(upstream)
    local cache = upstream.own_keepalive
    if not cache then
        local most = upstream.spec.balancer_keepalive or IDLE_CONNECTIONS
        cache = keepalive.new({connections = most, timeout = 60, time = huge, requests = huge})
        upstream.own_keepalive = cache
    end
    return cache
end

--- The chooser of an upstream with `balancer_by_lua*`.
function balancer.new(upstream, method)
    local otherwise = upstream.chooser -- round robin, in a zone or not
    return {init = init, get = get_with(method.chunk, otherwise), free = free_with(otherwise)}
end

--- The upstream whose balancer runs → u | nil, message
function balancer.current()
    local r = state.r
    local u = r.upstream
    if not u then return nil, "no upstream found" end
    if r.phase ~= "balancer" then return nil, "API disabled in the current context" end
    return u
end

return balancer
