-- Zones of ngx.shared: opening, and running an operation under the lock.

local layout = require "pyresty.native.shm_layout"
local memory = require "pyresty.native.shm_memory"
local heap = require "pyresty.native.shm_heap"
local repair = require "pyresty.native.shm_repair"
local verify = require "pyresty.native.shm_verify"

local ffi = require "ffi"
local error, pcall = error, pcall
local format = string.format

local L = layout
local barrier = memory.barrier
local EDEADLK, EOWNERDEAD = 35, 130

local zone = {}

local zones = {}                  -- handle → zone
local by_address = {}
local on_alert

zone.zones = zones

local DIED = "a process died while it had the lock"
local REPAIRED, EMPTIED = "repaired", "damaged and was emptied"

-- ---------------------------------------------------------------- what the header says of the zone

local function write_format(z)
    local u32 = z.u32
    u32[L.H_PAGES] = z.pages
    u32[L.H_BUCKET_MASK] = z.bucket_mask
    u32[L.H_TABLE] = z.table
    u32[L.H_BUCKETS] = z.buckets
    u32[L.H_DATA] = z.data
    z.f64[L.F_CAPACITY] = z.size
end

local function is_formatted(z)
    local u32 = z.u32
    return u32[L.H_PAGES] == z.pages and u32[L.H_BUCKET_MASK] == z.bucket_mask and u32[L.H_TABLE] == z.table
        and u32[L.H_BUCKETS] == z.buckets and u32[L.H_DATA] == z.data and z.f64[L.F_CAPACITY] == z.size
end

-- ---------------------------------------------------------------- putting in order

local function reserve(z, size)
    local unit = heap.alloc(z, size)
    if unit then
        z.u8[8 * unit] = L.RESERVED
    end
end

local function reset(z)
    local u32 = z.u32
    heap.reset(z)
    for bucket = z.buckets, z.buckets + z.bucket_mask do
        u32[bucket] = 0
    end
    u32[L.H_LRU_HEAD], u32[L.H_LRU_TAIL], u32[L.H_UNDO], u32[L.H_FLUSHING] = 0, 0, 0, 0
    z.f64[L.F_STAMP] = 0
    -- nginx keeps the root of its tree and the zone's name in the pool.
    reserve(z, 80)
    reserve(z, 27 + #z.name)
end

local function verified(z)
    return verify.run(z) and (repair.run(z) or true)
end

-- → what was done
local function put_in_order(z)
    if is_formatted(z) then
        local ok, done = pcall(verified, z)
        if ok and done then
            return REPAIRED
        end
    end
    write_format(z)
    reset(z)
    return EMPTIED
end

local function tell(z, outcome, why)
    if on_alert then
        on_alert(format('shared memory zone "%s" was %s: %s', z.name, outcome, why))
    end
end

-- → what was done to a zone whose lock's owner died, or nil.
local function lock(z)
    local code = memory.lock(z.mutex)
    if code == 0 then
        return nil
    elseif code ~= EOWNERDEAD then
        error(format('shared memory zone "%s": pthread_mutex_lock() failed (%d)', z.name, code), 0)
    end
    local outcome = put_in_order(z)
    memory.consistent(z.mutex)
    return outcome
end

-- LuaJIT does not compile a vararg function under pcall; store has the most arguments, ten.
local function run(operation, z, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10)
    local repaired = lock(z)
    local a, b, c, d = operation(z, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10)
    memory.unlock(z.mutex)
    return repaired, a, b, c, d
end

-- After an error in run: whether it had the lock or not, the zone is in order and the lock free behind this. The mutex
-- is one that tells its owner so (EDEADLK) when it is locked again.
local function recover(z)
    local code = memory.lock(z.mutex)
    if code ~= 0 and code ~= EDEADLK and code ~= EOWNERDEAD then
        return
    end
    local outcome = put_in_order(z)
    if code == EOWNERDEAD then
        memory.consistent(z.mutex)
    end
    memory.unlock(z.mutex)
    tell(z, outcome, "an operation failed")
end

--- Runs an operation under the lock; it returns at most four scalars. One that raises (no memory, a debug hook) leaves
--- the zone in order and the lock free.
function zone.locked(operation, z, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10)
    local ok, repaired, a, b, c, d = pcall(run, operation, z, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10)
    if not ok then
        recover(z)
        error(repaired, 0)
    end
    if repaired then
        tell(z, repaired, DIED)
    end
    return a, b, c, d
end

--- Puts a zone in order whose lock is held → "repaired", or what else was done.
zone.put_in_order = put_in_order

--- Sets who is told, with the lock free, that a zone had to be put in order: function(message), a line for the log.
function zone.on_alert(handler)
    on_alert = handler
end

-- Formats the zone unless that was done; it is done when the magic number is there. → what was done to it, or nil
local function prepare(z, code)
    if z.u32[L.H_MAGIC] ~= L.MAGIC then
        write_format(z)
        reset(z)
        barrier()
        z.u32[L.H_MAGIC] = L.MAGIC
        return nil
    end
    if code == EOWNERDEAD or not is_formatted(z) then
        return put_in_order(z)
    end
end

local function views(address, size, name)
    local pages = layout.pages(size)
    local _, meta = layout.memory(size)
    local first = L.HEADER_SIZE / 4
    return {
        base = address,
        mutex = address,
        name = name,
        size = size,
        pages = pages,
        bucket_mask = layout.buckets(pages) - 1,
        table = first,
        buckets = first + pages * L.PAGE_WORDS,
        data = meta / 8,
        u8 = ffi.cast("uint8_t *", address),
        u32 = ffi.cast("uint32_t *", address),
        f64 = ffi.cast("double *", address),
    }
end

--- Opens the zone whose memory (zeroed and with a robust process-shared mutex at its start, or used before) is at
--- `address` → handle. The first one to open it formats it.
function zone.open(address, size, name)
    local handle = by_address[address] or #zones + 1
    local z = views(address, size, name)
    local code = memory.lock(address)
    local outcome = prepare(z, code)
    if code == EOWNERDEAD then
        memory.consistent(address)
    end
    memory.unlock(address)
    if outcome then
        tell(z, outcome, code == EOWNERDEAD and DIED or "its header was overwritten")
    end
    -- At an address that was open before, the memory may be another zone's by now.
    zones[handle] = z
    by_address[address] = handle
    return handle
end

return zone
