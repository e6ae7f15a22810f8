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

local function matches(z, unit, hash, key, length)
    local u8, byte = z.u8, 8 * unit
    return z.u32[2 * unit + E_HASH] == hash and u8[byte + 2] + 256 * u8[byte + 3] == length
        and equal(z.base + byte + E_DATA + value_size(z, unit), key, length)
end

local function peek_behind(z, unit, hash, key, length)
    local u32 = z.u32
    repeat
        unit = u32[2 * unit + E_HASH_NEXT]
    until unit == 0 or matches(z, unit, hash, key, length)
    return unit ~= 0 and unit or nil
end

--- → unit of the entry, expired or not, or nil.
--
-- Here and below the usual case comes before a loop: a loop that is seldom run twice keeps LuaJIT from compiling what
-- is around it.
function index.peek(z, hash, key)
    local u32 = z.u32
    local length = #key
    local unit = u32[bucket_of(z, hash)]
    if unit == 0 then
        return nil
    end
    if matches(z, unit, hash, key, length) then
        return unit
    end
    if u32[2 * unit + E_HASH_NEXT] == 0 then
        return nil
    end
    return peek_behind(z, unit, hash, key, length)
end

function index.link_hash(z, unit)
    local u32 = z.u32
    local bucket = bucket_of(z, u32[2 * unit + E_HASH])
    u32[2 * unit + E_HASH_NEXT] = u32[bucket]
    u32[bucket] = unit
end

local function unlink_behind(u32, at, unit)
    repeat
        at = 2 * u32[at] + E_HASH_NEXT
    until u32[at] == unit
    return at
end

local function unlink_hash(z, unit)
    local u32 = z.u32
    local at = bucket_of(z, u32[2 * unit + E_HASH])
    if u32[at] ~= unit then
        at = unlink_behind(u32, at, unit)
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

--- → unit of the entry, expired or not, which is now the most recently used one, or nil.
function index.find(z, hash, key)
    local unit = index.peek(z, hash, key)
    if unit then
        index.touch(z, unit)
    end
    return unit
end

function index.is_expired(z, unit, now)
    local expires = z.f64[unit + F_EXPIRES]
    return expires ~= 0 and expires <= now
end

local is_expired = index.is_expired

local function free_items(z, item)
    local u32 = z.u32
    while item ~= 0 do
        local following = u32[2 * item + I_NEXT]
        free(z, item)
        item = following
    end
end

--- Deletes an entry. It is gone with the first store.
function index.remove(z, unit)
    local is_list = z.u8[8 * unit + 1] == T_LIST
    z.u8[8 * unit] = 0
    barrier()
    unlink_hash(z, unit)
    unlink_lru(z, unit)
    if is_list then
        free_items(z, z.u32[2 * unit + E_FIRST])
    end
    free(z, unit)
end

local remove = index.remove

local function remove_tail(z, now)
    local unit = z.u32[H_LRU_TAIL]
    if unit ~= 0 and is_expired(z, unit, now) then
        remove(z, unit)
        return 1
    end
    return 0
end

--- Deletes up to two expired entries from the LRU end → how many.
function index.expire(z, now)
    local freed = remove_tail(z, now)
    if freed ~= 0 then
        freed = freed + remove_tail(z, now)
    end
    return freed
end

--- Deletes the last entry of the LRU list, expired or not, then as expire → how many.
function index.evict(z, now)
    local unit = z.u32[H_LRU_TAIL]
    if unit == 0 then
        return 0
    end
    remove(z, unit)
    return 1 + index.expire(z, now)
end

return index
