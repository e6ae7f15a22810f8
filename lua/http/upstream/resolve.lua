-- The upstream of a `*_pass` with variables: a block of that name, an address, or a name that `resolver` looks up.
local sched = require "pyresty.sched"
local log = require "pyresty.http.log"
local peers = require "pyresty.http.upstream.peers"
local script = require "pyresty.http.script"

local concat, find, format, gmatch, ipairs, match, sub, tonumber =
    table.concat, string.find, string.format, string.gmatch, ipairs, string.match, string.sub, tonumber
local LOG_ERR = 4

local resolve = {}

--- Splits "host:port/uri", "[::1]:80", "unix:path:/uri" → {host, port, no_port, uri, address} | nil, message.
--- address: what to connect to when it is numeric or a local socket.
function resolve.parse(text, default_port)
    if sub(text, 1, 5) == "unix:" then
        local path, uri = match(text, "^unix:([^:]*):?(.*)$")
        if path == "" then return nil, "no path in the unix domain socket" end
        local name = "unix:" .. path
        return {host = name, port = 0, no_port = true, uri = uri, address = name}
    end
    local stop = find(text, "[/?]") or #text + 1
    local authority, uri = sub(text, 1, stop - 1), sub(text, stop)
    if sub(uri, 1, 1) == "?" then uri = "/" .. uri end
    local host, rest = match(authority, "^(%[[^%]]*%])(.*)$")
    if not host then host, rest = match(authority, "^([^:]*)(.*)$") end
    if host == "" then return nil, "no host" end
    local port = default_port
    if rest ~= "" then
        port = tonumber(match(rest, "^:(%d+)$"))
        if not port or port < 1 or port > 65535 then return nil, "invalid port" end
    end
    local numeric = sub(host, 1, 1) == "[" or match(host, "^%d+%.%d+%.%d+%.%d+$")
    return {host = host, port = port, no_port = rest == "", uri = uri, address = numeric and host}
end

local function address_name(address, port)
    if find(address, ":", 1, true) and sub(address, 1, 1) ~= "[" then address = "[" .. address .. "]" end
    return format("%s:%d", address, port)
end

local function look_up(r, host)
    local resolver = r.loc.resolver
    if not resolver then
        log.error(LOG_ERR, r, "no resolver defined to resolve " .. host)
        return nil
    end
    local servers = {}
    for i, server in ipairs(resolver.servers) do servers[i] = server.address .. " " .. format("%d", server.port) end
    local limits = r.loc.resolver_timeout .. (resolver.ipv6 == false and " off " or " on ") .. (resolver.valid or "")
    local addresses, err = sched.call("resolver.resolve_all", host, concat(servers, ","), limits)
    if not addresses then log.error(LOG_ERR, r, err) end
    return addresses
end

local function targets_of(addresses, port)
    local targets = {}
    for address in gmatch(addresses, "[^,]+") do
        targets[#targets + 1] = {name = address_name(address, port), address = address, port = port}
    end
    return targets
end

--- The upstream for what resolve.parse made → upstream | nil, status
function resolve.by_target(r, target)
    local host, port = target.host, target.port
    local found = peers.find(host, not target.no_port and port or nil) or peers.find(host, port)
    if found then return found end
    if target.address then
        local name = port == 0 and host or address_name(host, port)
        return {
            name = host, chooser = peers.round_robin,
            group = peers.resolved(host, {{name = name, address = host, port = port}}),
        }
    end
    if not port then
        log.error(LOG_ERR, r, 'no port in upstream "' .. host .. '"')
        return nil, 500
    end
    local addresses = look_up(r, host)
    if not addresses then return nil, 502 end
    return {
        name = host, chooser = peers.round_robin, group = peers.resolved(host, targets_of(addresses, port)),
    }
end

--- Reads what conf.url says for this request into u.target; the protocol splits its own schemes off
--- → true | nil, status
function resolve.read(r, u)
    local text = script.eval(r, u.conf.url)
    local target, message = u.protocol.parse_url(r, u, text)
    if not target then
        log.error(LOG_ERR, r, message)
        return nil, 500
    end
    u.target = target
    return true
end

return resolve
