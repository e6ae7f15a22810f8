-- Numbers that each worker keeps for itself in shared memory and any worker may add up: no lock is needed.

local ffi = require "ffi"

local HEADER = 4096 -- the zone's mutex and format
local PER_SLOT = 8

local counters = {}
local zones = {}

--- The zone at an address → handle.
function counters.open(address)
    zones[#zones + 1] = ffi.cast("double *", address + HEADER)
    return #zones
end

--- Sets up to six numbers of a slot (0 …).
function counters.set(handle, slot, a, b, c, d, e, f)
    local at, zone = slot * PER_SLOT, zones[handle]
    zone[at], zone[at + 1], zone[at + 2], zone[at + 3], zone[at + 4], zone[at + 5] = a, b, c, d, e, f
end

local function sum(zone, slots, which)
    local total = 0
    for slot = 0, slots - 1 do
        total = total + zone[slot * PER_SLOT + which]
    end
    return total
end

--- → the six sums over the slots 0 … slots - 1
function counters.sums(handle, slots)
    local zone = zones[handle]
    return sum(zone, slots, 0), sum(zone, slots, 1), sum(zone, slots, 2), sum(zone, slots, 3), sum(zone, slots, 4),
        sum(zone, slots, 5)
end

--- → the six numbers of a slot
function counters.get(handle, slot)
    local at, zone = slot * PER_SLOT, zones[handle]
    return zone[at], zone[at + 1], zone[at + 2], zone[at + 3], zone[at + 4], zone[at + 5]
end

return counters
