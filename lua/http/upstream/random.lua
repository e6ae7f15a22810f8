-- ngx_http_upstream_random_module: any peer, the heavier the likelier; with `two` the less busy of two.
local state = require "pyresty.state"
local peers = require "pyresty.http.upstream.peers"

local floor, random = math.floor, math.random
local round_robin, take, MOST_TRIES = peers.round_robin, peers.take, peers.MOST_TRIES

local function init(u)
    round_robin.init(u)
    u.attempts = 0
end

local function any(_, group) return peers.at_weight(group, random(group.total_weight) - 1) end

local function get(u) return peers.attempt(u, any) end

local function get_of_two(u)
    local group, now = u.group, floor(state.now)
    if group.n < 2 or u.attempts > MOST_TRIES or group.single then return round_robin.get(u) end
    local first
    while true do
        local peer = any(u, group)
        if peer ~= first and peers.is_available(u, peer, now) then
            if first then
                local better = first.conns * peer.weight <= peer.conns * first.weight and first or peer
                return take(u, better, now)
            end
            first = peer
        else
            u.attempts = u.attempts + 1
            if u.attempts > MOST_TRIES then return round_robin.get(u) end
        end
    end
end

local function new(_, method)
    return {init = init, get = method.two and get_of_two or get, free = round_robin.free}
end

return {new = new}
