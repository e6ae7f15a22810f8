-- Zones of caches: a zone's nodes, one for each key in use, are this worker's, its files belong to all workers. What
-- the directories may hold is one worker's affair (pyresty/vm/cache_manager.py), which knows by the files' access times
-- what the others use.
local state = require "pyresty.state"
local cache_file = require "pyresty.http.upstream.cache_file"
local log = require "pyresty.http.log"
local timers = require "pyresty.timers"
local io = require "pyresty.native".io

local concat, max, min, next = table.concat, math.max, math.min, next

local MOST = 10 -- seconds between two rounds
local KEY_BYTES = 128 -- of keys_zone, that nginx needs for a key

local cache_zones = {}
local zones = {}

-- Forgets the nodes nobody uses → the keys of those that were used since the last round.
local function used_nodes(zone)
    local now, since, list, n = state.now, zone.recorded, {}, 0
    for hash, node in next, zone.nodes do
        if node.accessed >= since then
            n = n + 1
            list[n] = hash
        elseif node.users == 0 and now - node.accessed > zone.inactive then
            zone.nodes[hash] = nil
        end
    end
    zone.recorded = now
    return list, n
end

-- Writes a piece of the uses down.
local function record(zone)
    if not zone.used then zone.used, zone.used_n = used_nodes(zone) end
    local used, n, spec = zone.used, zone.used_n, zone.spec
    local last = max(0, n - max(1, spec.manager_files))
    local stop = state.mono + spec.manager_threshold
    while n > last do
        local node = zone.nodes[used[n]]
        if node then state.host.cache_used(cache_file.path(zone, used[n]), node.accessed) end
        n = n - 1
        if io.monotonic() >= stop then break end
    end
    zone.used_n = n
    if n > 0 then return timers.set(zone, spec.manager_sleep) end
    zone.used = nil
    return timers.set(zone, zone.pause)
end

local function manage(manager)
    if state.exiting then return end
    local delay, level, text = state.host.cache_manage(manager.number)
    if text then log.error(level, nil, text) end
    return timers.set(manager, delay)
end

local function new_zone(name, spec)
    local zone = {
        path = spec.path, levels = spec.levels, temp = not spec.use_temp_path and spec.path or nil, spec = spec,
        inactive = spec.inactive, pause = max(1, min(MOST, spec.inactive)), nodes = {}, recorded = state.now,
        on_timer = record,
    }
    zones[name] = zone
    timers.set(zone, zone.pause)
    return zone
end

--- The zone of a name; nil when there is none.
function cache_zones.named(name)
    local zone = zones[name]
    if zone then return zone end
    local spec = state.plan.cache_zones[name]
    return spec and new_zone(name, spec)
end

function cache_zones.node(zone, hash)
    local node = zone.nodes[hash]
    if not node then
        node = {uses = 0, users = 0, updating = false, lock_time = 0, accessed = state.now, error = nil, valid = 0}
        zone.nodes[hash] = node
    end
    return node
end

-- One manager for each directory, after the fork.
local function watch(zone)
    local spec = zone.spec
    local number = state.host.cache_watch(spec.path, concat(spec.levels), spec.max_size, spec.inactive, spec.min_free,
        spec.keys_size / KEY_BYTES, spec.loader_files, spec.loader_sleep, spec.loader_threshold, spec.manager_files,
        spec.manager_sleep, spec.manager_threshold, zone.pause, zone.pause)
    return timers.set({number = number, on_timer = manage}, 0)
end

--- A worker starts: the first one looks after the directories.
function cache_zones.start()
    if state.process.worker_id ~= 0 or state.fresh then return end
    for name in next, state.plan.cache_zones do watch(cache_zones.named(name)) end
end

return cache_zones
