-- ngx_http_upstream_least_conn_module: the peer with the fewest connections for its weight; round robin among equals.
local peers = require "pyresty.http.upstream.peers"

local round_robin = peers.round_robin

local chooser = {init = round_robin.init, free = round_robin.free}

-- The first of the least busy, and whether there are others like it.
local function least_busy(u, group, now)
    local best, many
    for i = 1, group.n do
        local peer = group[i]
        if peers.is_available(u, peer, now) then
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

local function is_as_busy(peer, least) return peer.conns * least.weight == least.conns * peer.weight end

local function best_of(u, group, now)
    local least, many = least_busy(u, group, now)
    if not least or not many then return least end
    return peers.best_of(u, group, now, is_as_busy, least)
end

function chooser.get(u)
    if u.group.single then return round_robin.get(u) end
    return peers.get_best(u, best_of)
end

return {new = function() return chooser end}
