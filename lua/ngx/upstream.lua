-- require "ngx.upstream": the configured upstreams and their peers (lua-upstream-nginx-module).
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"

local error, floor, format, find, ipairs, select, sub, tonumber, tostring, type =
    error, math.floor, string.format, string.find, ipairs, select, string.sub, tonumber, tostring, type
local refuse = guard.refuse

local upstream = {version = "0.08"}

local function upstream_of(spec)
    local found = require("pyresty.http.upstream.peers").upstream(spec.index)
    if found.zone then require("pyresty.http.upstream.shared").refresh(found) end
    return found
end

local function group_of(spec) return upstream_of(spec).group end

local function full_name(spec)
    return spec.port and spec.port > 0 and format("%s:%d", spec.name, spec.port) or spec.name
end

local function find_spec(name)
    local specs = state.plan.upstreams
    for _, spec in ipairs(specs) do
        if spec.name == name then return spec end
    end
    local colon = find(name, ":", 1, true)
    if not colon then return nil end
    for _, spec in ipairs(specs) do
        if spec.port == tonumber(sub(name, colon + 1)) and spec.name == sub(name, 1, colon - 1) then return spec end
    end
end

local function check_name(name, method)
    if type(name) == "number" then return tostring(name) end
    if type(name) ~= "string" then
        error(format("bad argument #1 to '%s' (string expected, got %s)", method, type(name)), 3)
    end
    return name
end

--- Names of all upstreams, with the port of those that a pass directive made.
function upstream.get_upstreams(...)
    if select("#", ...) ~= 0 then error("no argument expected", 2) end
    local names = {}
    for i, spec in ipairs(state.plan.upstreams) do names[i] = full_name(spec) end
    return names
end

local function server_table(server, explicit)
    local addresses = {}
    for i, peer in ipairs(server.peers) do addresses[i] = peer.name end
    return {
        name = server.server, addr = #addresses == 1 and addresses[1] or addresses,
        weight = explicit and server.weight or 0, max_fails = explicit and server.max_fails or 0,
        fail_timeout = explicit and floor(server.fail_timeout) or 0,
        backup = server.backup or nil, down = server.down or nil,
    }
end

--- The `server` lines of an upstream → list | nil, "upstream not found"
function upstream.get_servers(...)
    if select("#", ...) ~= 1 then error("exactly one argument expected", 2) end
    local spec = find_spec(check_name((...), "get_servers"))
    if not spec then return nil, "upstream not found" end
    local list = {}
    for i, server in ipairs(spec.servers) do list[i] = server_table(server, spec.explicit) end
    return list
end

local function peer_table(peer, id)
    return {
        id = id, name = peer.name, weight = peer.weight, current_weight = peer.current_weight,
        effective_weight = peer.effective_weight, conns = peer.conns, fails = peer.fails, max_fails = peer.max_fails,
        fail_timeout = floor(peer.fail_timeout), accessed = peer.accessed ~= 0 and peer.accessed or nil,
        checked = peer.checked ~= 0 and peer.checked or nil, down = peer.down or nil,
    }
end

local function peer_tables(group)
    local list = {}
    for i = 1, group and group.n or 0 do list[i] = peer_table(group[i], i - 1) end
    return list
end

--- Peers that are not backups, as they stand in this worker (with a zone, in all) → list | nil, "upstream not found"
function upstream.get_primary_peers(...)
    if select("#", ...) ~= 1 then error("exactly one argument expected", 2) end
    local spec = find_spec(check_name((...), "get_primary_peers"))
    if not spec then return nil, "upstream not found" end
    return peer_tables(group_of(spec))
end

--- Backup peers as they stand in this worker (with a zone, in all) → list | nil, "upstream not found"
function upstream.get_backup_peers(...)
    if select("#", ...) ~= 1 then error("exactly one argument expected", 2) end
    local spec = find_spec(check_name((...), "get_backup_peers"))
    if not spec then return nil, "upstream not found" end
    return peer_tables(group_of(spec).next)
end

local function set_down(peer, down)
    peer.down = down
    if not down then peer.fails = 0 end
end

--- Takes a peer out of this worker's choice (with a zone, out of every worker's), or back in → true | nil, err
function upstream.set_peer_down(...)
    if select("#", ...) ~= 4 then error("exactly 4 arguments expected", 2) end
    local name, backup, id, down = ...
    local spec = find_spec(check_name(name, "set_peer_down"))
    if not spec then return nil, "upstream not found" end
    local found = upstream_of(spec)
    local group = found.group
    if backup then group = group.next end
    if not group then return nil, "no backup peers" end
    local index = tonumber(id)
    if not index then
        error("bad argument #3 to 'set_peer_down' (number expected, got " .. type(id) .. ")", 2)
    end
    local peer = group[floor(index) + 1]
    if not peer then return nil, "bad peer id" end
    require("pyresty.http.upstream.shared").change(found, peer, set_down, not not down)
    return true
end

--- The upstream this request goes to → name | nil when it is not proxied
function upstream.current_upstream_name()
    local r = state.r
    if not r then refuse(nil, "no request object found") end
    local u = r.upstream
    if not u then return nil end
    if not u.upstream or not u.upstream.spec then error("no srv conf for upstream", 2) end
    return full_name(u.upstream.spec)
end

return upstream
