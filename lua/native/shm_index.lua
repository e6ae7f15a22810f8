-- Entries of a zone: hash chains, LRU list, removal. Called with the lock held.
--
-- Chains and list are links between entries that can be made anew from the entries alone (shm_repair); an entry exists
-- as long as the state byte of its block says so.

local layout = require "pyresty.native.shm_layout"
local memory = require "pyresty.native.shm_memory"
local heap = require "pyresty.native.shm_heap"

local band = require "bit".band

local barrier, equal = memory.barrier, memory.equal
local free = heap.free
local H_LRU_HEAD, H_LRU_TAIL, F_STAMP = layout.H_LRU_HEAD, layout.H_LRU_TAIL, layout.F_STAMP
local E_VALUE_LENGTH, E_HASH, E_HASH_NEXT, E_LRU_PREV, E_LRU_NEXT, E_FIRST = layout.E_VALUE_LENGTH, layout.E_HASH,
    layout.E_HASH_NEXT, layout.E_LRU_PREV, layout.E_LRU_NEXT, layout.E_FIRST
local F_EXPIRES, F_USED, E_DATA = layout.F_EXPIRES, layout.F_USED, layout.E_DATA
local I_NEXT = layout.I_NEXT
local T_LIST = layout.T_LIST

local index = {}

--- Type of an entry's value or of an item.
function index.type_of(z, unit)
    return z.u8[8 * unit + 1]
end

--- Bytes of a value before its key: a list has its items elsewhere.
function index.value_size(z, unit)
    if z.u8[8 * unit + 1] == T_LIST then
        return 0
    end
    return z.u32[2 * unit + E_VALUE_LENGTH]
end

local value_size = index.value_size

-- Word index of the bucket. `band` gives a signed number for large hashes, but the mask is far below 2^31.
local function bucket_of(z, hash)
    return z.buckets + band(hash, z.bucket_mask)
end

index.bucket_of = bucket_of

--- → unit of the entry, expired or not, or nil.
function index.peek(z, hash, key)
    local u8, u32 = z.u8, z.u32
    local length = #key
    local low, high = length % 256, (length - length % 256) / 256
    local unit = u32[bucket_of(z, hash)]
    while unit ~= 0 do
        local word, byte = 2 * unit, 8 * unit
        if u32[word + E_HASH] == hash and u8[byte + 2] == low and u8[byte + 3] == high
            and equal(z.base + byte + E_DATA + value_size(z, unit), key, length)
        then
            return unit
        end
        unit = u32[word + E_HASH_NEXT]
    end
    return nil
end

function index.link_hash(z, unit)
    local u32 = z.u32
    local bucket = bucket_of(z, u32[2 * unit + E_HASH])
    u32[2 * unit + E_HASH_NEXT] = u32[bucket]
    u32[bucket] = unit
end

local function unlink_hash(z, unit)
    local u32 = z.u32
    local at = bucket_of(z, u32[2 * unit + E_HASH])
    while u32[at] ~= unit do
        at = 2 * u32[at] + E_HASH_NEXT
    end
    u32[at] = u32[2 * unit + E_HASH_NEXT]
end

index.unlink_hash = unlink_hash

function index.link_lru(z, unit)
    local u32 = z.u32
    local head = u32[H_LRU_HEAD]
    local stamp = z.f64[F_STAMP] + 1
    z.f64[F_STAMP] = stamp
    z.f64[unit + F_USED] = stamp
    u32[2 * unit + E_LRU_PREV] = 0
    u32[2 * unit + E_LRU_NEXT] = head
    if head == 0 then
        u32[H_LRU_TAIL] = unit
    else
        u32[2 * head + E_LRU_PREV] = unit
    end
    u32[H_LRU_HEAD] = unit
end

local function unlink_lru(z, unit)
    local u32 = z.u32
    local previous, following = u32[2 * unit + E_LRU_PREV], u32[2 * unit + E_LRU_NEXT]
    if previous == 0 then
        u32[H_LRU_HEAD] = following
    else
        u32[2 * previous + E_LRU_NEXT] = following
    end
    if following == 0 then
        u32[H_LRU_TAIL] = previous
    else
        u32[2 * following + E_LRU_PREV] = previous
    end
end

--- Makes an entry the most recently used one.
function index.touch(z, unit)
    if z.u32[H_LRU_HEAD] ~= unit then
        unlink_lru(z, unit)
        index.link_lru(z, unit)
    end
end

function index.is_expired(z, unit, now)
    local expires = z.f64[unit + F_EXPIRES]
    return expires ~= 0 and expires <= now
end

local is_expired = index.is_expired

--- Deletes an entry. It is gone with the first store.
function index.remove(z, unit)
    local u32 = z.u32
    local is_list = z.u8[8 * unit + 1] == T_LIST
    z.u8[8 * unit] = 0
    barrier()
    unlink_hash(z, unit)
    unlink_lru(z, unit)
    if is_list then
        local item = u32[2 * unit + E_FIRST]
        while item ~= 0 do
            local following = u32[2 * item + I_NEXT]
            free(z, item)
            item = following
        end
    end
    free(z, unit)
end

local remove = index.remove

--- Deletes up to two expired entries from the LRU end, before them the last one of all when `forced` → how many.
function index.expire(z, now, forced)
    local freed = 0
    for i = forced and 0 or 1, 2 do
        local unit = z.u32[H_LRU_TAIL]
        if unit == 0 or (i ~= 0 and not is_expired(z, unit, now)) then
            return freed
        end
        remove(z, unit)
        freed = freed + 1
    end
    return freed
end

return index
