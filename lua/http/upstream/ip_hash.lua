-- ngx_http_upstream_ip_hash_module: the client's address chooses, of IPv4 its first three bytes.
local peers = require "pyresty.http.upstream.peers"
local variables = require "pyresty.http.variables"

local byte = string.byte
local round_robin = peers.round_robin
local START, FACTOR, MODULUS = 89, 113, 6271
local NO_ADDRESS = "\0\0\0"

local chooser = {free = round_robin.free}

function chooser.init(u)
    round_robin.init(u)
    local address = variables.get(u.r, "binary_remote_addr")
    u.hash_bytes = #address == 4 and address:sub(1, 3) or #address == 16 and address or NO_ADDRESS
    u.hash_value, u.attempts = START, 0
end

local function pick(u, group)
    local value, bytes = u.hash_value, u.hash_bytes
    for i = 1, #bytes do value = (value * FACTOR + byte(bytes, i)) % MODULUS end
    u.hash_value = value
    return peers.at_weight(group, value % group.total_weight)
end

function chooser.get(u) return peers.attempt(u, pick) end

return {new = function() return chooser end}
