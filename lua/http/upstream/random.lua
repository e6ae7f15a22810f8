-- ngx_http_upstream_random_module: any peer, the heavier the likelier; with `two` the less busy of two.
local state = require "pyresty.state"
local peers = require "pyresty.http.upstream.peers"

local floor, random = math.floor, math.random
local round_robin, is_out, take = peers.round_robin, peers.is_out, peers.take
local MOST_TRIES = 20

local function init(u)
    round_robin.init(u)
    u.random_tries = 0
end

local function any(group)
    local weight = random(group.total_weight) - 1
    for i = 1, group.n do
        local peer = group[i]
        if weight < peer.weight then return peer end
        weight = weight - peer.weight
    end
end

local function get(u)
    local group, now = u.group, floor(state.now)
    if u.random_tries > MOST_TRIES or group.single then return round_robin.get(u) end
    while true do
        local peer = any(group)
        if not (u.tried and u.tried[peer]) and not is_out(peer, now) then return take(u, peer, now) end
        u.random_tries = u.random_tries + 1
        if u.random_tries > MOST_TRIES then return round_robin.get(u) end
    end
end

local function get_of_two(u)
    local group, now = u.group, floor(state.now)
    if group.n < 2 or u.random_tries > MOST_TRIES or group.single then return round_robin.get(u) end
    local first
    while true do
        local peer = any(group)
        if peer ~= first and not (u.tried and u.tried[peer]) and not is_out(peer, now) then
            if first then
                local better = first.conns * peer.weight <= peer.conns * first.weight and first or peer
                return take(u, better, now)
            end
            first = peer
        else
            u.random_tries = u.random_tries + 1
            if u.random_tries > MOST_TRIES then return round_robin.get(u) end
        end
    end
end

local function new(_, method)
    return {init = init, get = method.two and get_of_two or get, free = round_robin.free}
end

return {new = new}
