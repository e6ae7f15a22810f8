-- The operations of ngx.shared on a zone in shared memory.
--
-- A zone is an integer handle. `now` and times to live are milliseconds; keys are strings of 1 … 65535 bytes and
-- arguments are right already: nothing here may raise while the lock is held. If it does all the same, the zone is
-- repaired before the lock is given back.

local layout = require "pyresty.native.shm_layout"
local memory = require "pyresty.native.shm_memory"
local index = require "pyresty.native.shm_index"
local entry = require "pyresty.native.shm_entry"
local list = require "pyresty.native.shm_list"
local result = require "pyresty.native.shm_result"
local zone = require "pyresty.native.shm_zone"
local crypto = require "pyresty.native.crypto"

local error, tostring, type = error, tostring, type
local sub = string.sub

local L = layout
local peek, find, remove, is_expired = index.peek, index.find, index.remove, index.is_expired
local expire, evict = index.expire, index.evict
local put = entry.put
local barrier, copy = memory.barrier, memory.copy
local crc32 = crypto.crc32_short
local T_BOOLEAN, T_NUMBER, T_STRING, T_LIST = L.T_BOOLEAN, L.T_NUMBER, L.T_STRING, L.T_LIST
local E_VALUE_LENGTH, E_FLAGS, F_EXPIRES, E_DATA = L.E_VALUE_LENGTH, L.E_FLAGS, L.F_EXPIRES, L.E_DATA

local zones, locked = zone.zones, zone.locked

local shdict = { open = zone.open, on_alert = zone.on_alert }

-- ---------------------------------------------------------------- zones

--- Bytes of shared memory for a zone of `size` bytes.
function shdict.memory(size)
    return (layout.memory(size))
end

-- ---------------------------------------------------------------- reading

-- → type, length, flags, is stale | nil (absent) | false, length (the buffer is too small)
local function read_entry(z, now, hash, key, stale)
    if not stale then
        expire(z, now)
    end
    local unit = find(z, hash, key)
    if not unit then
        return nil
    end
    local expired = is_expired(z, unit, now)
    if expired and not stale then
        return nil
    end
    local kind = z.u8[8 * unit + 1]
    local length = z.u32[2 * unit + E_VALUE_LENGTH]
    if kind == T_STRING then
        if length > result.size then
            return false, length
        end
        copy(result.address, z.base + 8 * unit + E_DATA, length)
    elseif kind == T_NUMBER then
        result.number[0] = z.f64[unit + E_DATA / 8]
    elseif kind == T_BOOLEAN then
        result.number[0] = z.u8[8 * unit + E_DATA]
    end
    return kind, length, z.u32[2 * unit + E_FLAGS], expired
end

-- Flags are a C int there.
local function signed(flags)
    return flags >= 0x80000000 and flags - 0x100000000 or flags
end

--- get (`stale` nil or false) and get_stale → value, flags or nil when 0, is stale | nil | nil, err
function shdict.get(handle, now, key, stale)
    local z = zones[handle]
    local hash = crc32(key)
    local kind, length, flags, expired = locked(read_entry, z, now, hash, key, stale)
    while kind == false do
        result.reserve(length)
        kind, length, flags, expired = locked(read_entry, z, now, hash, key, stale)
    end
    if not kind then
        return nil
    end
    if kind == T_LIST then
        return nil, "value is a list"
    end
    local value = result.value(kind, length)
    if stale then
        return value, flags ~= 0 and signed(flags) or nil, expired
    end
    if flags ~= 0 then
        return value, signed(flags)
    end
    return value
end

-- ---------------------------------------------------------------- writing

local function store(z, now, op, hash, key, kind, text, length, number, expires, flags)
    expire(z, now)
    local old = find(z, hash, key)
    if op ~= "set" and op ~= "safe_set" then
        local live = old and not is_expired(z, old, now)
        if op == "replace" then
            if not live then
                return false, "not found", false
            end
        elseif live then
            return false, "exists", false
        end
    end
    if not kind then
        if old then
            remove(z, old)
        end
        return true, nil, false
    end
    return put(z, now, op == "safe_set" or op == "safe_add", old, kind, hash, key, text, length, number, expires,
        flags)
end

--- set, safe_set, add, safe_add, replace, as `op` says; nil as value deletes. `ttl` 0: for ever
--- → true, nil, forcible | false, err, forcible
function shdict.store(handle, now, op, key, value, ttl, flags)
    local kind, text, length, number
    local value_type = type(value)
    if value_type == "string" then
        kind, text, length = T_STRING, value, #value
    elseif value_type == "number" then
        kind, length, number = T_NUMBER, 8, value
    elseif value_type == "boolean" then
        kind, length, number = T_BOOLEAN, 1, value and 1 or 0
    elseif value ~= nil then
        error("bad value type", 2)
    elseif op == "add" or op == "safe_add" or op == "replace" then
        return false, "attempt to add or replace nil values", false
    end
    local ok, err, forcible = locked(store, zones[handle], now, op, crc32(key), key, kind, text, length, number,
        ttl > 0 and now + ttl or 0, flags % 0x100000000)
    return ok, err, forcible
end

local function incr(z, now, hash, key, by, init, expires)
    expire(z, now)
    local old = find(z, hash, key)
    if old and not is_expired(z, old, now) then
        if z.u8[8 * old + 1] ~= T_NUMBER then
            return nil, "not a number"
        end
        local at = old + E_DATA / 8
        local sum = z.f64[at] + by
        z.f64[at] = sum
        return sum, nil, false
    end
    if not init then
        return nil, "not found"
    end
    local sum = init + by
    local ok, err, forcible = put(z, now, false, old, T_NUMBER, hash, key, nil, 8, sum, expires, 0)
    if not ok then
        return nil, err, forcible
    end
    return sum, nil, forcible
end

--- Adds `by`; a key that is missing begins with `init`, if given, and lives for `ttl` (0: for ever)
--- → sum | sum, nil, forcible (with `init`) | nil, err[, forcible]
function shdict.incr(handle, now, key, by, init, ttl)
    local expires = ttl and ttl > 0 and now + ttl or 0
    local sum, err, forcible = locked(incr, zones[handle], now, crc32(key), key, by, init, expires)
    if not sum then
        return nil, err
    end
    if not init then
        return sum
    end
    return sum, nil, forcible
end

-- ---------------------------------------------------------------- lists

--- lpush (`left`) and rpush of a string or number → length of the list | nil or false, err
function shdict.push(handle, now, key, value, left)
    local kind, text, length, number = T_STRING, value, #tostring(value), nil
    if type(value) == "number" then
        kind, text, length, number = T_NUMBER, nil, 8, value
    end
    local count, err = locked(list.push, zones[handle], now, crc32(key), key, kind, text, length, number, left)
    if count then
        return count
    end
    return count, err
end

--- lpop (`left`) and rpop → value | nil | nil, err
function shdict.pop(handle, now, key, left)
    local z, hash = zones[handle], crc32(key)
    local kind, length = locked(list.pop, z, now, hash, key, left)
    while kind == false do
        result.reserve(length)
        kind, length = locked(list.pop, z, now, hash, key, left)
    end
    if not kind then
        return nil, length
    end
    return result.value(kind, length)
end

--- → number of items, 0 when the key is missing | nil, err
function shdict.llen(handle, now, key)
    local count, err = locked(list.llen, zones[handle], now, crc32(key), key)
    if not count then
        return nil, err
    end
    return count
end

-- ---------------------------------------------------------------- times

local function read_expires(z, hash, key)
    local unit = peek(z, hash, key)
    return unit and z.f64[unit + F_EXPIRES]
end

--- → milliseconds left (negative when expired), 0 = for ever | nil, "not found"
function shdict.ttl(handle, now, key)
    local expires = locked(read_expires, zones[handle], crc32(key), key)
    if not expires then
        return nil, "not found"
    end
    return expires == 0 and 0 or expires - now
end

local function write_expires(z, hash, key, expires)
    local unit = peek(z, hash, key)
    if unit then
        z.f64[unit + F_EXPIRES] = expires
    end
    return unit
end

--- Sets the time to live, 0 = for ever, also of an expired key → true | nil, "not found"
function shdict.expire(handle, now, key, ttl)
    if locked(write_expires, zones[handle], crc32(key), key, ttl > 0 and now + ttl or 0) then
        return true
    end
    return nil, "not found"
end

-- ---------------------------------------------------------------- the whole zone

local function flush_all(z, now)
    local u32 = z.u32
    u32[L.H_FLUSHING] = 1
    barrier()
    local unit = u32[L.H_LRU_HEAD]
    while unit ~= 0 do
        z.f64[unit + F_EXPIRES] = 1
        unit = u32[2 * unit + L.E_LRU_NEXT]
    end
    barrier()
    u32[L.H_FLUSHING] = 0
    evict(z, now)
end

--- Marks everything as expired.
function shdict.flush_all(handle, now)
    locked(flush_all, zones[handle], now)
end

local function flush_expired(z, now, max)
    local freed = 0
    local unit = z.u32[L.H_LRU_TAIL]
    while unit ~= 0 do
        local previous = z.u32[2 * unit + L.E_LRU_PREV]
        if is_expired(z, unit, now) then
            remove(z, unit)
            freed = freed + 1
            if freed == max then
                break
            end
        end
        unit = previous
    end
    return freed
end

--- Deletes expired entries, at most `max` of them (0: all) → how many.
function shdict.flush_expired(handle, now, max)
    return (locked(flush_expired, zones[handle], now, max))
end

-- Copies live keys into the buffer, each behind its length in two bytes → count, bytes; false, bytes needed
local function copy_keys(z, now, max)
    local u8, u32, bytes = z.u8, z.u32, result.bytes
    local count, size = 0, 0
    local unit = u32[L.H_LRU_TAIL]
    while unit ~= 0 and (max == 0 or count < max) do
        if not is_expired(z, unit, now) then
            local low, high = u8[8 * unit + 2], u8[8 * unit + 3]
            local length = low + 256 * high
            if size + 2 + length <= result.size then
                bytes[size], bytes[size + 1] = low, high
                copy(result.address + size + 2, z.base + 8 * unit + E_DATA + index.value_size(z, unit), length)
            end
            count = count + 1
            size = size + 2 + length
        end
        unit = u32[2 * unit + L.E_LRU_PREV]
    end
    if size > result.size then
        return false, size
    end
    return count, size
end

--- Keys that are not expired, least recently used first, at most `max` (0: all) → array.
function shdict.get_keys(handle, now, max)
    local z = zones[handle]
    local count, size = locked(copy_keys, z, now, max)
    while not count do
        result.reserve(size)
        count, size = locked(copy_keys, z, now, max)
    end
    local packed, bytes = result.string(size), result.bytes
    local keys, pos = {}, 0
    for i = 1, count do
        local length = bytes[pos] + 256 * bytes[pos + 1]
        keys[i] = sub(packed, pos + 3, pos + 2 + length)
        pos = pos + 2 + length
    end
    return keys
end

--- Bytes that the configuration gave the zone.
function shdict.capacity(handle)
    return zones[handle].f64[L.F_CAPACITY]
end

local function free_pages(z)
    return z.u32[L.H_FREE_PAGES]
end

--- Bytes in pages that are wholly free.
function shdict.free_space(handle)
    return locked(free_pages, zones[handle]) * L.PAGE_SIZE
end

--- How often the zone was repaired.
function shdict.repairs(handle)
    return zones[handle].u32[L.H_REPAIRS]
end

return shdict
