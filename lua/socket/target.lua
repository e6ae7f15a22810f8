-- What a cosocket is told to connect to: `unix:PATH`, a numeric address or a name, with a port of its own or without
-- (ngx_parse_url with no_resolve).
local sched = require "pyresty.sched"
local state = require "pyresty.state"

local byte, concat, find, format, ipairs, match, sub, tonumber =
    string.byte, table.concat, string.find, string.format, ipairs, string.match, string.sub, tonumber

local MAX_PATH = 107 -- bytes of a Unix socket's path

local target = {}

local function is_ipv4(text)
    local a, b, c, d = match(text, "^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
    return a and tonumber(a) < 256 and tonumber(b) < 256 and tonumber(c) < 256 and tonumber(d) < 256
end

local function is_ipv6(text) return find(text, "^[%x:.]*:[%x:.]*$") and state.host.is_ipv6(text) end

--- Is it an IPv4 or IPv6 address, in digits?
function target.is_numeric(text) return is_ipv4(text) or is_ipv6(text) or false end

local function port_of(text)
    local port = find(text, "^%d+$") and tonumber(text)
    return port and port >= 1 and port <= 65535 and port
end

local function parse_ipv6(host, port)
    local close = find(host, "]", 1, true)
    local rest = close and sub(host, close + 1)
    if not close or find(rest, "/", 1, true) or rest ~= "" and byte(rest) ~= 58 then return nil, "invalid host" end
    if rest ~= "" then
        port = port_of(sub(rest, 2))
        if not port then return nil, "invalid port" end
    end
    if close == 2 then return nil, "no host" end
    local address = sub(host, 2, close - 1)
    if not is_ipv6(address) then return nil, "invalid IPv6 address" end
    return address, port, false
end

local function parse(host, port)
    if find(host, "^[uU][nN][iI][xX]:") then
        if #host == 5 then return nil, "no path in the unix domain socket" end
        if #host - 5 > MAX_PATH then return nil, "too long path in the unix domain socket" end
        return "unix:" .. sub(host, 6), 0, false
    end
    if byte(host) == 91 then return parse_ipv6(host, port) end
    if find(host, "[/?]") then return nil, "invalid host" end
    local name, colon = host, find(host, ":", 1, true)
    if colon then
        port = port_of(sub(host, colon + 1))
        if not port then return nil, "invalid port" end
        name = sub(host, 1, colon - 1)
    end
    if name == "" then return nil, "no host" end
    if is_ipv4(name) then return name, port, false end
    return host, port, true
end

--- → address or name, port, is it a name | nil, err
function target.parse(host, port)
    local address, number, is_name = parse(host, port)
    if address then return address, number, is_name end
    return nil, format('failed to parse host name "%s": %s', host, number)
end

--- One of the addresses of a name, by the location's resolver. Waits. → address | nil, err
function target.resolve(loc, name)
    local resolver = loc.resolver
    if not resolver then return nil, 'no resolver defined to resolve "' .. name .. '"' end
    local servers = {}
    for i, server in ipairs(resolver.servers) do servers[i] = server.address .. " " .. format("%d", server.port) end
    local limits = loc.resolver_timeout .. (resolver.ipv6 == false and " off " or " on ") .. (resolver.valid or "")
    local address, err = sched.call("resolver.resolve", name, concat(servers, ","), limits)
    return address, err
end

return target
