-- require "ngx.balancer": the peer of the request at hand, its timeouts and tries.
local state = require "pyresty.state"
local balancers = require "pyresty.http.upstream.balancer"
local parse = require("pyresty.http.upstream.resolve").parse

local current = balancers.current
local error, find, floor, format, huge, sub, tonumber, type =
    error, string.find, math.floor, string.format, math.huge, string.sub, tonumber, type
local IDLE_SECONDS, MOST_REQUESTS = 60, 100

local balancer = {version = "0.1.33"}

local function need_request()
    if not state.r or state.r.phase == "init" then error("no request found", 3) end
end

local function peer_name(target)
    if target.port == 0 and sub(target.address, 1, 5) == "unix:" then return target.address end
    return format("%s:%d", target.address, target.port)
end

-- The address as nginx reads it, without resolving → target | nil, message
local function read_address(address, port)
    local target, message = parse(address, port)
    if not target then return nil, message end
    if find(address, "/", 1, true) and sub(address, 1, 5) ~= "unix:" then return nil, "invalid host" end
    if not target.address then return nil, "no host allowed" end
    return target
end

function balancer.set_current_peer(address, port, host)
    need_request()
    port = port and tonumber(port) or 0
    if host ~= nil and type(host) ~= "string" then
        error("bad argument #3 to 'set_current_peer' (string expected, got " .. type(host) .. ")", 2)
    end
    local u, message = current()
    if not u then return nil, message end
    local target
    target, message = read_address(address, port)
    if not target then return nil, message end
    u.balancer.peer = {name = peer_name(target), address = target.address, port = target.port, own = true}
    if host == "" then host = nil end
    u.balancer.host = host
    if host and u.schema == u.protocol.secure_schema then u.ssl_name = host end
    return true
end

function balancer.set_more_tries(count)
    need_request()
    local u, message = current()
    if not u then return nil, message end
    count = floor(tonumber(count))
    local most, b = u.conf.next_tries, u.balancer
    local total = b.total_tries + u.tries - 1
    local reduced = most > 0 and total + count > most
    b.more_tries = reduced and most - total or count
    if reduced then return true, "reduced tries due to limit" end
    return true
end

function balancer.get_last_failure()
    need_request()
    local u, message = current()
    if not u then return nil, nil, message end
    local outcome = u.balancer.last_state
    if not outcome then return nil end
    local before = u.states[#u.states - 1]
    return outcome, before and before.status or 0
end

local function seconds(value, what)
    if not value then return nil end
    if type(value) ~= "number" or value <= 0 then error("bad " .. what .. " timeout", 3) end
    local milliseconds = floor(value * 1000)
    return milliseconds > 0 and milliseconds / 1000 or nil
end

function balancer.set_timeouts(connect, send, read)
    need_request()
    connect, send, read = seconds(connect, "connect"), seconds(send, "send"), seconds(read, "read")
    local u, message = current()
    if not u then return false, message end
    u.connect_timeout = connect or u.connect_timeout
    u.send_timeout = send or u.send_timeout
    u.read_timeout = read or u.read_timeout
    return true
end

function balancer.recreate_request()
    need_request()
    local u, message = current()
    if not u then return nil, message end
    local request = u.protocol.create_request(u.r, u, u.conf)
    if not request then return nil, "failed to recreate the upstream request" end
    u.request = request
    return true
end

-- A limit of connections that are kept, 0 for none.
local function limit(value, default, position)
    if not value then return default end
    if type(value) ~= "number" then
        error(format("bad argument #%d to 'enable_keepalive' (number expected, got %s)", position, type(value)), 3)
    end
    if value < 0 then error("bad argument #" .. position .. " to 'enable_keepalive' (expected >= 0)", 3) end
    return value
end

function balancer.enable_keepalive(idle_timeout, max_requests)
    need_request()
    idle_timeout, max_requests = limit(idle_timeout, IDLE_SECONDS, 1), limit(max_requests, MOST_REQUESTS, 2)
    local u, message = current()
    if not u then return nil, message end
    if not u.balancer.peer then return nil, "no current peer set" end
    u.own_cache = balancers.idle_connections(u.upstream)
    u.idle_timeout, u.max_requests = idle_timeout, max_requests == 0 and huge or max_requests
    return true
end

function balancer.bind_to_local_addr(address)
    need_request()
    if type(address) ~= "string" then
        error("bad argument #1 to 'bind_to_local_addr' (string expected, got " .. type(address) .. ")", 2)
    end
    local u, message = current()
    if not u then return nil, message end
    local target = read_address(address, 0)
    if not target or target.uri ~= "" or sub(address, 1, 5) == "unix:" then
        return nil, "invalid addr " .. address
    end
    u.bound = address
    return true
end

function balancer.set_upstream_tls(on)
    need_request()
    local u, message = current()
    if not u then return nil, message end
    local protocol = u.protocol
    u.schema = on ~= false and on ~= 0 and protocol.secure_schema or protocol.schema
    return true
end

return balancer
