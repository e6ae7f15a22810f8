-- The PROXY protocol (`listen … proxy_protocol`): a header before everything else that says who the client is. Versions
-- 1 and 2 (ngx_proxy_protocol_read).
local log = require "pyresty.http.log"
local plain = require "pyresty.http.transport"

local byte, concat, find, format, match, sub, tonumber =
    string.byte, table.concat, string.find, string.format, string.match, string.sub, tonumber
local LOG_ERR, LOG_INFO = 4, 7
local SIGNATURE = "\r\n\r\n\0\r\nQUIT\n"
local HEADER_SIZE = 16 -- of version 2: signature, version and command, family and transport, length
local MAX_HEADER = 4096
local MAX_PORT = 65535
local INET, INET6 = 1, 2

local proxy_protocol = {}

-- ---------------------------------------------------------------- version 1

local function port_of(text)
    local port = tonumber(match(text, "^%d+$"))
    return port and port <= MAX_PORT and port or nil
end

-- → size of the header, {addr, port, server_addr, server_port} or nil | nil, what is wrong
local function read_text(data)
    local broken = 'broken header: "' .. data .. '"'
    if sub(data, 1, 6) ~= "PROXY " then return nil, broken end
    local _, stop = find(data, "\r\n", 7, true)
    if sub(data, 7, 13) == "UNKNOWN" then
        if not stop then return nil, broken end
        return stop
    end
    local source, target, from, to = match(data, "^TCP[46] ([%x:.]*) ([%x:.]*) ([^ ]*) ([^\r]*)\r\n", 7)
    from, to = from and port_of(from), to and port_of(to)
    if not from or not to then return nil, broken end
    return stop, {addr = source, port = from, server_addr = target, server_port = to}
end

-- ---------------------------------------------------------------- version 2

local function number_at(data, at) return byte(data, at) * 256 + byte(data, at + 1) end

local function inet_at(data, at) return format("%d.%d.%d.%d", byte(data, at, at + 3)) end

-- The eight groups of an IPv6 address; the longest run of zeros, of two at least, is left out.
local function inet6_at(data, at)
    local groups, best, best_size, run = {}, nil, 1, 0
    for i = 1, 8 do
        local group = number_at(data, at + 2 * i - 2)
        groups[i] = format("%x", group)
        run = group == 0 and run + 1 or 0
        if run > best_size then best, best_size = i - run + 1, run end
    end
    if not best then return concat(groups, ":") end
    return concat(groups, ":", 1, best - 1) .. "::" .. concat(groups, ":", best + best_size, 8)
end

local FAMILIES = {[INET] = {size = 4, read = inet_at}, [INET6] = {size = 16, read = inet6_at}}

local function read_binary(data)
    local version, family = byte(data, 13), byte(data, 14)
    local command = version % 16
    version = (version - command) / 16
    if version ~= 2 then return nil, format("unknown PROXY protocol version: %d", version) end
    local stop = HEADER_SIZE + number_at(data, 15)
    if stop > #data then return nil, "header is too large" end
    local transport = family % 16
    local known = FAMILIES[(family - transport) / 16]
    if command ~= 1 or transport ~= 1 or not known then return stop end
    local size, at = known.size, HEADER_SIZE + 1
    if stop - HEADER_SIZE < 2 * size + 4 then return nil end
    return stop, {
        addr = known.read(data, at), server_addr = known.read(data, at + size),
        port = number_at(data, at + 2 * size), server_port = number_at(data, at + 2 * size + 2),
    }
end

--- Reads a header from the beginning of data → its size, {addr, port, server_addr, server_port} or nil (it names no
--- client) | nil, what is wrong or nil
function proxy_protocol.read(data)
    if #data >= HEADER_SIZE and sub(data, 1, #SIGNATURE) == SIGNATURE then return read_binary(data) end
    return read_text(data)
end

-- ---------------------------------------------------------------- the connection

local before = {} -- the transport until the header is there

function before.recv(c, max)
    local data, err = plain.peek(c)
    if not data then
        if err == "closed" then log.error(LOG_INFO, c, "client closed connection") end
        return nil, err
    end
    local size, header = proxy_protocol.read(sub(data, 1, MAX_HEADER))
    if not size then
        if header then log.error(LOG_ERR, c, header) end
        return nil, "closed"
    end
    plain.recv(c, size)
    c.proxy_protocol, c.transport, c.action = header, plain, nil
    local next_layer = c.listen.layer
    if next_layer then next_layer(c) end
    return c.transport.recv(c, max)
end

--- A connection begins; listen.layer(c), if there is one, puts what comes next (TLS) on it.
function proxy_protocol.attach(c) c.transport, c.action = before, "reading PROXY protocol" end

return proxy_protocol
