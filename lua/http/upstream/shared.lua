-- Peers of an `upstream` with a zone: their state is every worker's (ngx_http_upstream_zone_module). Around each choice
-- and each end of an attempt the peers' tables are filled from the zone and written back; where another worker was
-- faster, it is done again.
local state = require "pyresty.state"
local native = require "pyresty.native".peers

local ipairs, pairs = ipairs, pairs
local TRIES = 20 -- then what was chosen holds whatever others have done

local shared = {}

-- The worker's column of connections; processes that are no workers have the last one.
local function column_of(zone) return state.process.worker_id or zone.columns - 1 end

local function fill(zone, peer)
    local conns
    conns, peer.fails, peer.accessed, peer.checked, peer.current_weight, peer.effective_weight, peer.down =
        native.get(zone.handle, peer.slot)
    peer.conns, peer.seen = conns, conns
end

local function write(zone, peer)
    native.set(zone.handle, peer.slot, column_of(zone), peer.conns - peer.seen, peer.fails, peer.accessed, peer.checked,
        peer.current_weight, peer.effective_weight, peer.down)
end

local function each(zone, f)
    local list = zone.peers
    for i = 1, zone.count do f(zone, list[i]) end
end

--- Brings an upstream's peers up to date with what other workers did; nothing without a zone.
function shared.refresh(upstream)
    local zone = upstream.zone
    if not zone then return end
    native.begin(zone.handle, zone.first, zone.count)
    return each(zone, fill)
end

local function commit_all(zone, force)
    each(zone, write)
    return native.commit(zone.handle, zone.first, zone.count, column_of(zone), force)
end

--- change(peer, a, b) on a peer for all workers → what it returned.
function shared.change(upstream, peer, change, a, b)
    local zone = upstream.zone
    if not zone then return change(peer, a, b) end
    for try = 1, TRIES do
        native.begin(zone.handle, peer.slot, 1)
        fill(zone, peer)
        local result = change(peer, a, b)
        write(zone, peer)
        if native.commit(zone.handle, peer.slot, 1, column_of(zone), try == TRIES) then return result end
    end
end

--- A balancing method's get, on the shared state.
function shared.get_with(get, upstream)
    local zone = upstream.zone
    return function(u)
        local group, tried, attempts, value, again = u.group, u.tried, u.attempts, u.hash_value, u.hash_again
        for try = 1, TRIES do
            shared.refresh(upstream)
            local peer = get(u)
            if commit_all(zone, try == TRIES) then return peer end
            if peer and tried then tried[peer] = nil end
            u.group, u.tried, u.attempts, u.hash_value, u.hash_again = group, tried, attempts, value, again
        end
    end
end

local function add_peers(zone, group)
    for _, peer in ipairs(group or {}) do
        peer.slot = zone.first + zone.count
        zone.count = zone.count + 1
        zone.peers[zone.count] = peer
    end
end

--- An upstream's peers get their places in its zone, as the plan has them.
function shared.attach(upstream)
    local spec = upstream.spec.zone
    local memory = state.plan.module_zones[spec.index]
    local zone = {columns = memory.columns, first = spec.first, count = 0, peers = {}}
    zone.handle = native.open(memory.address, memory.columns, memory.peers)
    add_peers(zone, upstream.group)
    add_peers(zone, upstream.group.next)
    for _, peer in ipairs(zone.peers) do native.define(zone.handle, peer.slot, peer.weight, peer.down) end
    upstream.zone = zone
end

--- A worker starts: connections of one that died in its place count no more.
function shared.start()
    for _, memory in pairs(state.plan.module_zones) do
        if memory.columns then
            local handle = native.open(memory.address, memory.columns, memory.peers)
            native.claim(handle, column_of(memory), state.process.pid)
        end
    end
end

return shared
