-- ngx_http_upstream_least_conn_module: the peer with the fewest connections for its weight; round robin among equals.
local state = require "pyresty.state"
local peers = require "pyresty.http.upstream.peers"

local floor = math.floor
local round_robin, is_out, take = peers.round_robin, peers.is_out, peers.take

local chooser = {init = round_robin.init, free = round_robin.free}

local function available(u, peer, now) return not (u.tried and u.tried[peer]) and not is_out(peer, now) end

-- The first of the least busy, and whether there are others like it.
local function least_busy(u, group, now)
    local best, many
    for i = 1, group.n do
        local peer = group[i]
        if available(u, peer, now) then
            local own, other = best and peer.conns * best.weight, best and best.conns * peer.weight
            if not best or own < other then
                best, many = peer, false
            elseif own == other then
                many = true
            end
        end
    end
    return best, many
end

local function best_of(u, group, now)
    local least, many = least_busy(u, group, now)
    if not least or not many then return least end
    local best, total = nil, 0
    for i = 1, group.n do
        local peer = group[i]
        if available(u, peer, now) and peer.conns * least.weight == least.conns * peer.weight then
            peer.current_weight = peer.current_weight + peer.effective_weight
            total = total + peer.effective_weight
            if peer.effective_weight < peer.weight then peer.effective_weight = peer.effective_weight + 1 end
            if not best or peer.current_weight > best.current_weight then best = peer end
        end
    end
    best.current_weight = best.current_weight - total
    return best
end

function chooser.get(u)
    local group, now = u.group, floor(state.now)
    if group.single then return round_robin.get(u) end
    local peer = best_of(u, group, now)
    if peer then return take(u, peer, now) end
    local backup = group.next
    if not backup then return nil end
    u.group, u.tried = backup, nil
    peer = best_of(u, backup, now)
    return peer and take(u, peer, now)
end

return {new = function() return chooser end}
