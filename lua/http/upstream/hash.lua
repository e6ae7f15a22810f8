-- ngx_http_upstream_hash_module: the key's CRC chooses, plainly or on a ring of points ("consistent", as ketama).
local state = require "pyresty.state"
local peers = require "pyresty.http.upstream.peers"
local script = require "pyresty.http.script"
local crc32 = require("pyresty.native").crypto.crc32_short

local char, find, floor, match, sort, sub, tostring =
    string.char, string.find, math.floor, string.match, table.sort, string.sub, tostring
local round_robin, is_out, take = peers.round_robin, peers.is_out, peers.take
local MOST_TRIES = 20
local POINTS = 160 -- a unit of weight
local ALL = 4294967296

local hash = {}

local function init_with(key)
    return function(u)
        round_robin.init(u)
        u.hash_key = script.eval(u.r, key)
        u.hash_tries, u.hash_value, u.hash_again = 0, 0, 0
    end
end

-- ---------------------------------------------------------------- plain

local function peer_at(group, weight)
    for i = 1, group.n do
        local peer = group[i]
        if weight < peer.weight then return peer end
        weight = weight - peer.weight
    end
end

local function get(u)
    local group = u.group
    if u.hash_tries > MOST_TRIES or group.single or u.hash_key == "" then return round_robin.get(u) end
    local now = floor(state.now)
    while true do
        local again = u.hash_again
        local crc = crc32((again > 0 and tostring(again) or "") .. u.hash_key)
        u.hash_value, u.hash_again = u.hash_value + floor(crc / 65536) % 32768, again + 1
        local peer = peer_at(group, u.hash_value % group.total_weight)
        if not (u.tried and u.tried[peer]) and not is_out(peer, now) then return take(u, peer, now) end
        u.hash_tries = u.hash_tries + 1
        if u.hash_tries > MOST_TRIES then return round_robin.get(u) end
    end
end

-- ---------------------------------------------------------------- consistent

local function split(server)
    if sub(server, 1, 5) == "unix:" then return sub(server, 6), "" end
    local host, port = match(server, "^(.*):(%d+)$")
    if host and (sub(server, 1, 1) ~= "[" or find(host, "]", 1, true)) then return host, port end
    return server, ""
end

local function four_bytes(n)
    local a = n % 256
    local b = floor(n / 256) % 256
    local c = floor(n / 65536) % 256
    return char(a, b, c, floor(n / 16777216))
end

local function ring_of(group)
    local points, n, hashes = {}, 0, {}
    for i = 1, group.n do
        local peer = group[i]
        local host, port = split(peer.server)
        local base, value = host .. "\0" .. port, 0
        for _ = 1, peer.weight * POINTS do
            value = crc32(base .. four_bytes(value)) % ALL
            if not hashes[value] then -- the first at a point has it
                n = n + 1
                hashes[value] = peer.server
                points[n] = value
            end
        end
    end
    sort(points)
    return {points = points, n = n, servers = hashes}
end

local function point_at(ring, value)
    local low, high = 1, ring.n + 1
    while low < high do
        local middle = floor((low + high) / 2)
        if ring.points[middle] < value then low = middle + 1 else high = middle end
    end
    return low
end

-- The peers of a server (a name may have several addresses), by weighted round robin.
local function best_of(u, group, server, now)
    local best, total = nil, 0
    for i = 1, group.n do
        local peer = group[i]
        if peer.server == server and not (u.tried and u.tried[peer]) and not is_out(peer, now) then
            peer.current_weight = peer.current_weight + peer.effective_weight
            total = total + peer.effective_weight
            if peer.effective_weight < peer.weight then peer.effective_weight = peer.effective_weight + 1 end
            if not best or peer.current_weight > best.current_weight then best = peer end
        end
    end
    if best then best.current_weight = best.current_weight - total end
    return best
end

local function get_on_ring(u)
    local group = u.group
    if u.hash_tries > MOST_TRIES or group.single or u.hash_key == "" then return round_robin.get(u) end
    local ring, now = group.ring, floor(state.now)
    if u.hash_again == 0 then
        u.hash_value = point_at(ring, crc32(u.hash_key) % ALL)
        u.hash_again = 1
    end
    while true do
        local at = (u.hash_value - 1) % ring.n + 1
        local peer = best_of(u, group, ring.servers[ring.points[at]], now)
        if peer then return take(u, peer, now) end
        u.hash_value, u.hash_tries = u.hash_value + 1, u.hash_tries + 1
        if u.hash_tries > MOST_TRIES then return round_robin.get(u) end
    end
end

--- The chooser of an upstream with `hash KEY [consistent]`.
function hash.new(upstream, method)
    local chooser = {init = init_with(script.compile(method.key)), get = get, free = round_robin.free}
    if method.consistent then
        upstream.group.ring = ring_of(upstream.group)
        chooser.get = get_on_ring
    end
    return chooser
end

return hash
