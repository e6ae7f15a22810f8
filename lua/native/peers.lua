-- What workers share of upstream peers, in a zone of shared memory (nginx: the zone of ngx_http_upstream_zone_module).
-- A process works on a copy of its own: begin copies slots of the zone to it, get and set are about the copy, commit
-- copies back unless somebody else has committed since. So the lock is held for copying alone.
--
-- Connections are counted in a column for each worker: those of one that died are gone when its successor claims it.

local memory = require "pyresty.native.shm_memory"
local ffi = require "ffi"

local error, format, tonumber = error, string.format, tonumber
local HEADER = 4096                  -- the mutex
local VERSION, OWNERS = 0, 1         -- doubles from there: version, then a process id for each column
local FIELDS = 7                     -- of a slot, before its columns
local FAILS, ACCESSED, CHECKED, CURRENT, EFFECTIVE, DOWN, READY = 0, 1, 2, 3, 4, 5, 6
local EOWNERDEAD = 130

local peers = {}
local zones = {}                     -- handle → {mutex, shared, own, columns, width, count}
local by_address = {}

-- A holder that died leaves nothing that needs repair: each number is right by itself.
local function lock(zone)
    local code = memory.lock(zone.mutex)
    if code == 0 then return end
    if code ~= EOWNERDEAD then error(format("pthread_mutex_lock() of upstream zone failed (%d)", code), 0) end
    memory.consistent(zone.mutex)
end

local function changed(zone)
    memory.barrier()
    zone.shared[VERSION] = zone.shared[VERSION] + 1
    memory.unlock(zone.mutex)
end

local function place(zone, slot) return OWNERS + zone.columns + slot * zone.width end

--- The zone at an address, for `count` slots (0 …) of peers and as many columns → handle.
function peers.open(address, columns, count)
    local handle = by_address[address] or #zones + 1
    local width = FIELDS + columns
    local own = ffi.new("double[?]", OWNERS + columns + width * count)
    zones[handle] = {
        mutex = address, shared = ffi.cast("double *", address + HEADER), columns = columns, width = width, own = own,
        own_address = tonumber(ffi.cast("uintptr_t", own)), count = count, version = 0,
    }
    by_address[address] = handle
    return handle
end

--- Makes a slot ready for a peer, unless it is.
function peers.define(handle, slot, weight, down)
    local zone = zones[handle]
    local at, shared = place(zone, slot), zone.shared
    lock(zone)
    if shared[at + READY] == 0 then
        shared[at + EFFECTIVE], shared[at + DOWN] = weight, down and 1 or 0
        memory.barrier()
        shared[at + READY] = 1
    end
    return changed(zone)
end

--- A worker has a column from now on: what another process left there is gone.
function peers.claim(handle, column, pid)
    local zone = zones[handle]
    local shared = zone.shared
    lock(zone)
    if shared[OWNERS + column] ~= pid then
        for slot = 0, zone.count - 1 do shared[place(zone, slot) + FIELDS + column] = 0 end
        memory.barrier()
        shared[OWNERS + column] = pid
    end
    return changed(zone)
end

--- Copies `count` slots from `slot` on.
function peers.begin(handle, slot, count)
    local zone = zones[handle]
    local at = place(zone, slot)
    lock(zone)
    zone.version = zone.shared[VERSION]
    memory.copy(zone.own_address + 8 * at, zone.mutex + HEADER + 8 * at, 8 * count * zone.width)
    memory.unlock(zone.mutex)
end

--- → connections, fails, accessed, checked, current weight, effective weight, down
function peers.get(handle, slot)
    local zone = zones[handle]
    local at, own = place(zone, slot), zone.own
    local conns = 0
    for column = at + FIELDS, at + zone.width - 1 do conns = conns + own[column] end
    return conns, own[at + FAILS], own[at + ACCESSED], own[at + CHECKED], own[at + CURRENT], own[at + EFFECTIVE],
        own[at + DOWN] ~= 0
end

--- `more` connections of the worker that has the column, and the other numbers anew.
function peers.set(handle, slot, column, more, fails, accessed, checked, current, effective, down)
    local zone = zones[handle]
    local at, own = place(zone, slot), zone.own
    own[at + FAILS], own[at + ACCESSED], own[at + CHECKED] = fails, accessed, checked
    own[at + CURRENT], own[at + EFFECTIVE], own[at + DOWN] = current, effective, down and 1 or 0
    at = at + FIELDS + column
    own[at] = own[at] + more
end

--- Makes `count` slots from `slot` on what the copy says → true, or false when the zone has changed since begin;
--- `force` does not ask. Other workers' connections are left alone.
function peers.commit(handle, slot, count, column, force)
    local zone = zones[handle]
    local shared, own, width = zone.shared, zone.own, zone.width
    lock(zone)
    if shared[VERSION] ~= zone.version and not force then
        memory.unlock(zone.mutex)
        return false
    end
    local at = place(zone, slot)
    for first = at, at + (count - 1) * width, width do
        for field = first, first + DOWN do shared[field] = own[field] end
        shared[first + FIELDS + column] = own[first + FIELDS + column]
    end
    changed(zone)
    return true
end

return peers
