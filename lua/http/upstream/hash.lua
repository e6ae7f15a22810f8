-- ngx_http_upstream_hash_module: the key's CRC chooses, plainly or on a ring of points ("consistent", as ketama).
local peers = require "pyresty.http.upstream.peers"
local script = require "pyresty.http.script"
local crc32 = require("pyresty.native").crypto.crc32_short

local char, find, floor, match, sort, sub, tostring =
    string.char, string.find, math.floor, string.match, table.sort, string.sub, tostring
local round_robin, at_weight, attempt, best_of = peers.round_robin, peers.at_weight, peers.attempt, peers.best_of
local POINTS = 160 -- a unit of weight
local ALL = 4294967296

local hash = {}

local function init_with(key)
    return function(u)
        round_robin.init(u)
        u.hash_key = script.eval(u.r, key)
        u.attempts, u.hash_value, u.hash_again = 0, 0, 0
    end
end

-- ---------------------------------------------------------------- plain

local function pick(u, group)
    local again = u.hash_again
    local crc = crc32((again > 0 and tostring(again) or "") .. u.hash_key)
    u.hash_value, u.hash_again = u.hash_value + floor(crc / 65536) % 32768, again + 1
    return at_weight(group, u.hash_value % group.total_weight)
end

local function get(u)
    if u.hash_key == "" then return round_robin.get(u) end
    return attempt(u, pick)
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

local function is_of(peer, server) return peer.server == server end

-- A server may have several peers, the addresses of its name.
local function pick_on_ring(u, group, now)
    local ring = group.ring
    local at = (u.hash_value - 1) % ring.n + 1
    local peer = best_of(u, group, now, is_of, ring.servers[ring.points[at]])
    if not peer then u.hash_value = u.hash_value + 1 end
    return peer
end

local function get_on_ring(u)
    if u.hash_key == "" then return round_robin.get(u) end
    if u.hash_again == 0 and not u.group.single then
        u.hash_value, u.hash_again = point_at(u.group.ring, crc32(u.hash_key) % ALL), 1
    end
    return attempt(u, pick_on_ring)
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
