-- ngx_http_geo_module: a variable by the client's (or another) address.
local state = require "pyresty.state"
local address = require "pyresty.http.address"
local binary = require "pyresty.http.vars.connection".binary
local forwarded = require "pyresty.http.forwarded"
local headers_in = require "pyresty.http.headers_in"
local variables = require "pyresty.http.variables"

local byte, char, find, floor, match, pcall, rep, sub =
    string.byte, string.char, string.find, math.floor, string.match, pcall, string.rep, string.sub
local pairs = pairs
local MAPPED = rep("\0", 10) .. "\255\255"
local NOBODY = rep("\255", 4) -- what is no address (INADDR_NONE)

local module = {variables = {}}

--- The first `bits` bits of an address in bytes, the others zero.
local function network_of(client, bits)
    local whole = floor(bits / 8)
    local rest = bits - 8 * whole
    local network = sub(client, 1, whole)
    if rest > 0 then
        local scale = 2 ^ (8 - rest)
        local octet = byte(client, whole + 1)
        network = network .. char(octet - octet % scale)
    end
    return network .. rep("\0", #client - #network)
end

local function look_up_network(tables, client)
    for i = 1, #tables do
        local entry = tables[i]
        local value = entry.networks[network_of(client, entry.bits)]
        if value then return value end
    end
end

-- Binary search among ranges that do not overlap.
local function look_up_range(ranges, client)
    if #client ~= 4 then return nil end
    local a, b, c, d = byte(client, 1, 4)
    local number = ((a * 256 + b) * 256 + c) * 256 + d
    local low, high = 1, #ranges
    while low <= high do
        local middle = floor((low + high) / 2)
        local range = ranges[middle]
        if number < range.first then
            high = middle - 1
        elseif number > range.last then
            low = middle + 1
        else
            return range.value
        end
    end
end

-- The bytes of an address; nil for what is none.
local function bytes_of(text)
    if not text then return nil end
    if not match(text, "^%d+%.%d+%.%d+%.%d+$") and not find(text, "^[%x:.]*:[%x:.]*$") then return nil end
    local ok, bytes = pcall(binary, text)
    if not ok or #bytes ~= 4 and #bytes ~= 16 then return nil end
    if sub(bytes, 1, 12) == MAPPED then return sub(bytes, 13) end
    return bytes
end

local function reader(name, geo, kept)
    local source = geo.source and variables.resolve(geo.source)
    local default, ranges = geo.default or "", geo.ranges
    local proxies = geo.proxies and geo.proxies[1] and geo.proxies
    return function(r)
        local text
        if source then text = source(r) elseif r.conn then text = address.client(r.conn) end
        local client = bytes_of(text)
        if client and proxies then
            local values = headers_in.all(r, "x-forwarded-for")
            client = bytes_of(forwarded.client(proxies, text, values, geo.recursive)) or client
        end
        client = client or NOBODY
        local value = ranges and look_up_range(ranges, client)
            or not ranges and look_up_network(#client == 4 and geo.inet or geo.inet6, client)
        value = value or default
        if kept then r.vars[name] = value end
        return value
    end
end

local plan = state.plan
for name, geo in pairs(plan and plan.geo or {}) do
    module.variables[name] = {get = reader(name, geo, plan.variables.used[name]), stored = true}
end

return module
