-- Groups of peers and the weighted round robin over them (ngx_http_upstream_round_robin). A *chooser* is what a
-- balancing method is made of: {init(u), get(u) → peer | nil when none is alive, free(u, peer, state)}; `u` is the
-- request's upstream, u.tries what nginx calls peer.tries. Peers are the worker's own, unless the upstream has a zone
-- (shared.lua).
local state = require "pyresty.state"
local socket = require "pyresty.http.upstream.socket"

local floor, ipairs, max = math.floor, ipairs, math.max
local LOG_WARN = 5
local MOST_TRIES = 20

local peers = {FAILED = "failed", NEXT = "next", MOST_TRIES = MOST_TRIES}
local by_index = {}

-- ---------------------------------------------------------------- groups

local function new_peer(server, target)
    return {
        name = target.name, address = target.address, port = target.port, server = server.server or target.name,
        weight = server.weight, effective_weight = server.weight, current_weight = 0,
        max_fails = server.max_fails, fail_timeout = server.fail_timeout, max_conns = server.max_conns,
        down = server.down, fails = 0, accessed = 0, checked = 0, conns = 0,
    }
end

local function new_group(name, servers, backup)
    local group = {name = name, total_weight = 0, tries = 0, n = 0}
    for _, server in ipairs(servers) do
        if server.backup == backup then
            for _, target in ipairs(server.peers) do
                local peer = new_peer(server, target)
                group.n = group.n + 1
                group[group.n] = peer
                peer.index = group.n
                group.total_weight = group.total_weight + peer.weight
                if not peer.down then group.tries = group.tries + 1 end
            end
        end
    end
    group.weighted = group.total_weight ~= group.n
    return group
end

--- A group made of a plan's servers; its backup group, if any, is group.next.
function peers.group(name, servers)
    local group, backup = new_group(name, servers, false), new_group(name, servers, true)
    if backup.n > 0 then group.next = backup end
    group.single = group.n == 1 and not group.next
    return group
end

--- A group of addresses that were found while serving (ngx_http_upstream_create_round_robin_peer).
function peers.resolved(name, targets)
    local server = {
        weight = 1, max_fails = 1, fail_timeout = 10, max_conns = 0, backup = false, down = false, peers = targets,
    }
    return peers.group(name, {server})
end

-- ---------------------------------------------------------------- choice

--- Is a peer to be left out now: down, full, or failing?
function peers.is_out(peer, now)
    if peer.down then return true end
    if peer.max_fails > 0 and peer.fails >= peer.max_fails and now - peer.checked <= peer.fail_timeout then
        return true
    end
    return peer.max_conns > 0 and peer.conns >= peer.max_conns
end
local is_out = peers.is_out

--- Can a request have this peer: it was not tried for it, and is not out?
function peers.is_available(u, peer, now)
    local tried = u.tried
    return not (tried and tried[peer]) and not is_out(peer, now)
end
local is_available = peers.is_available

--- The next one by weighted round robin, of all available ones or of those that admits(peer, what) takes; or nil.
function peers.best_of(u, group, now, admits, what)
    local best, total = nil, 0
    for i = 1, group.n do
        local peer = group[i]
        if is_available(u, peer, now) and (not admits or admits(peer, what)) then
            peer.current_weight = peer.current_weight + peer.effective_weight
            total = total + peer.effective_weight
            if peer.effective_weight < peer.weight then peer.effective_weight = peer.effective_weight + 1 end
            if not best or peer.current_weight > best.current_weight then best = peer end
        end
    end
    if best then best.current_weight = best.current_weight - total end
    return best
end
local best_of = peers.best_of

--- The peer at a place, from 0, on the line that all weights make.
function peers.at_weight(group, place)
    for i = 1, group.n do
        local peer = group[i]
        if place < peer.weight then return peer end
        place = place - peer.weight
    end
end

--- Takes a peer for a request: it counts as tried, and as connected to.
function peers.take(u, peer, now)
    local tried = u.tried or {}
    u.tried = tried
    tried[peer] = true
    peer.conns = peer.conns + 1
    if now - peer.checked > peer.fail_timeout then peer.checked = now end
    return peer
end
local take = peers.take

--- Takes what best(u, group, now) gives of the group, else of the backup's; → nil when all are out.
function peers.get_best(u, best)
    local group, now = u.group, floor(state.now)
    local peer = best(u, group, now)
    if peer then return take(u, peer, now) end
    local backup = group.next
    if not backup then return nil end
    u.group, u.tried = backup, nil
    peer = best(u, backup, now)
    return peer and take(u, peer, now)
end

local round_robin = {}
peers.round_robin = round_robin

function round_robin.init(u)
    local group = u.upstream.group
    u.group, u.tried = group, nil
    u.tries = group.tries + (group.next and group.next.tries or 0)
end

--- One of the group's peers, else of the backup's; → nil when all are out.
function round_robin.get(u)
    local group = u.group
    if group.single then
        local peer = group[1]
        if peer.down or peer.max_conns > 0 and peer.conns >= peer.max_conns then return nil end
        peer.conns = peer.conns + 1
        return peer
    end
    return peers.get_best(u, best_of)
end

--- Calls pick(u, group, now) → peer or nil until it gives an available one; after MOST_TRIES (of all the request's
--- calls, in u.attempts) it is round robin's turn.
function peers.attempt(u, pick)
    local group, now = u.group, floor(state.now)
    if u.attempts > MOST_TRIES or group.single then return round_robin.get(u) end
    while true do
        local peer = pick(u, group, now)
        if peer and is_available(u, peer, now) then return take(u, peer, now) end
        u.attempts = u.attempts + 1
        if u.attempts > MOST_TRIES then return round_robin.get(u) end
    end
end

-- → is the peer out for a while?
local function failed(peer)
    local now = floor(state.now)
    peer.fails = peer.fails + 1
    peer.accessed, peer.checked = now, now
    if peer.max_fails == 0 then return false end
    peer.effective_weight = max(0, peer.effective_weight - floor(peer.weight / peer.max_fails))
    return peer.fails >= peer.max_fails
end

--- What the end of an attempt means to its peer, the only one or not → is it out for a while?
function peers.settle(peer, outcome, single)
    peer.conns = peer.conns - 1
    if single then return false end
    if outcome == "failed" then return failed(peer) end
    if peer.accessed < peer.checked then peer.fails = 0 end
    return false
end
local settle = peers.settle

--- … and what it means to the request.
function peers.settled(u, disabled)
    if u.group.single then
        u.tries = 0
        return
    end
    if disabled then socket.log(LOG_WARN, u, "upstream server temporarily disabled", u.action) end
    if u.tries > 0 then u.tries = u.tries - 1 end
end
local settled = peers.settled

function round_robin.free(u, peer, outcome) return settled(u, settle(peer, outcome, u.group.single)) end

-- ---------------------------------------------------------------- upstreams

local METHODS = {
    hash = "hash", ip_hash = "ip_hash", least_conn = "least_conn", random = "random", balancer = "balancer",
}

-- A chooser as it is with the peers in a zone.
local function share(upstream, chooser)
    local shared = require "pyresty.http.upstream.shared"
    local function free(u, peer, outcome)
        return settled(u, shared.change(upstream, peer, settle, outcome, u.group.single))
    end
    return {init = chooser.init, get = shared.get_with(chooser.get, upstream), free = free}
end

local function load(index)
    local spec = state.plan.upstreams[index]
    local upstream = {
        name = spec.name, group = peers.group(spec.name, spec.servers), spec = spec, chooser = round_robin,
        keepalive = spec.keepalive and require("pyresty.http.upstream.keepalive").new(spec.keepalive) or nil,
    }
    if spec.zone then
        require("pyresty.http.upstream.shared").attach(upstream)
        upstream.chooser = share(upstream, round_robin)
    end
    local method = spec.method
    if method then
        local chooser = require("pyresty.http.upstream." .. METHODS[method.kind]).new(upstream, method)
        local own = method.kind == "balancer" -- it goes on with upstream.chooser, and may do anything but twice
        upstream.chooser = spec.zone and not own and share(upstream, chooser) or chooser
    end
    by_index[index] = upstream
    return upstream
end

--- An upstream of the plan: {name, group, chooser, keepalive}.
function peers.upstream(index) return by_index[index] or load(index) end

--- The upstream of a name that a URL with variables gave; port is that of the URL, or nil. → upstream | nil
function peers.find(name, port)
    local lower = name:lower()
    for index, spec in ipairs(state.plan.upstreams) do
        if spec.explicit and spec.name:lower() == lower and not port
            or not spec.explicit and spec.name:lower() == lower and spec.port == port then
            return peers.upstream(index)
        end
    end
end

return peers
