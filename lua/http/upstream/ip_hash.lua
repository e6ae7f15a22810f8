-- ngx_http_upstream_ip_hash_module: the client's address chooses, of IPv4 its first three bytes.
local state = require "pyresty.state"
local peers = require "pyresty.http.upstream.peers"
local variables = require "pyresty.http.variables"

local byte, floor = string.byte, math.floor
local round_robin, is_out, take = peers.round_robin, peers.is_out, peers.take
local MOST_TRIES, START, FACTOR, MODULUS = 20, 89, 113, 6271
local NO_ADDRESS = "\0\0\0"

local chooser = {free = round_robin.free}

function chooser.init(u)
    round_robin.init(u)
    local address = variables.get(u.r, "binary_remote_addr")
    u.hash_bytes = #address == 4 and address:sub(1, 3) or #address == 16 and address or NO_ADDRESS
    u.hash_value, u.hash_tries = START, 0
end

local function next_peer(u, group)
    local value, bytes = u.hash_value, u.hash_bytes
    for i = 1, #bytes do value = (value * FACTOR + byte(bytes, i)) % MODULUS end
    u.hash_value = value
    local weight = value % group.total_weight
    for i = 1, group.n do
        local peer = group[i]
        if weight < peer.weight then return peer end
        weight = weight - peer.weight
    end
end

function chooser.get(u)
    local group, now = u.group, floor(state.now)
    if u.hash_tries > MOST_TRIES or group.single then return round_robin.get(u) end
    while true do
        local peer = next_peer(u, group)
        if not (u.tried and u.tried[peer]) and not is_out(peer, now) then return take(u, peer, now) end
        u.hash_tries = u.hash_tries + 1
        if u.hash_tries > MOST_TRIES then return round_robin.get(u) end
    end
end

return {new = function() return chooser end}
