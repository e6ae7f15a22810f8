-- The operations of ngx.shared on a zone in shared memory.
--
-- A zone is an integer handle. `now` and times to live are milliseconds; keys are strings of 1 … 65535 bytes and
-- arguments are right already: nothing here may raise while the lock is held. If it does all the same, the zone is
-- repaired before the lock is given back.

local layout = require "pyresty.native.shm_layout"
local memory = require "pyresty.native.shm_memory"
local heap = require "pyresty.native.shm_heap"
local index = require "pyresty.native.shm_index"
local repair = require "pyresty.native.shm_repair"
local crypto = require "pyresty.native.crypto"

local ffi = require "ffi"
local copy_string = ffi.string
local error, ipairs, pcall, tonumber, tostring, type = error, ipairs, pcall, tonumber, tostring, type
local format, sub = string.format, string.sub

local L = layout
local alloc, free = heap.alloc, heap.free
local peek, touch, remove, is_expired = index.peek, index.touch, index.remove, index.is_expired
local expire, evict = index.expire, index.evict
local barrier, copy_in, copy = memory.barrier, memory.copy_in, memory.copy
local crc32 = crypto.crc32_short
local T_BOOLEAN, T_NUMBER, T_STRING, T_LIST = L.T_BOOLEAN, L.T_NUMBER, L.T_STRING, L.T_LIST
local ENTRY, ITEM, RESERVED = L.ENTRY, L.ITEM, L.RESERVED
local E_VALUE_LENGTH, E_HASH, E_FLAGS, E_FIRST, E_LAST = L.E_VALUE_LENGTH, L.E_HASH, L.E_FLAGS, L.E_FIRST, L.E_LAST
local F_EXPIRES, E_DATA = L.F_EXPIRES, L.E_DATA
local I_LENGTH, I_NEXT, I_PREV, I_DATA = L.I_LENGTH, L.I_NEXT, L.I_PREV, L.I_DATA

local EOWNERDEAD = 130
local EVICTIONS = 30              -- entries that one store may push out
local OUT_SIZE = 4096

local zones = {}
local by_address = {}
local alert
local out, out_size = ffi.new("uint8_t[?]", OUT_SIZE), OUT_SIZE
local out_address = tonumber(ffi.cast("uintptr_t", out))
local number_out = ffi.new("double[1]")

local shdict = {}

-- ---------------------------------------------------------------- the lock

local function reset(z)
    local u32 = z.u32
    heap.reset(z)
    for bucket = z.buckets, z.buckets + z.bucket_mask do
        u32[bucket] = 0
    end
    u32[L.H_LRU_HEAD], u32[L.H_LRU_TAIL], u32[L.H_UNDO], u32[L.H_FLUSHING] = 0, 0, 0, 0
    -- nginx keeps the root of the tree and the zone's name in the pool.
    for _, size in ipairs { 80, 27 + #z.name } do
        local unit = alloc(z, size)
        if unit then
            z.u8[8 * unit] = RESERVED
        end
    end
end

local function put_in_order(z, why)
    if pcall(repair.run, z) then
        alert = format('shared memory zone "%s" was repaired: %s', z.name, why)
    else
        reset(z)
        alert = format('shared memory zone "%s" was emptied: %s and it could not be repaired', z.name, why)
    end
end

local function lock(z)
    local code = memory.lock(z.mutex)
    if code == EOWNERDEAD then
        put_in_order(z, "a process died in it")
        memory.consistent(z.mutex)
    elseif code ~= 0 then
        error(format('shared memory zone "%s": pthread_mutex_lock() failed (%d)', z.name, code), 0)
    end
end

-- Runs an operation under the lock; it returns at most four scalars.
local function locked(operation, z, ...)
    lock(z)
    local ok, a, b, c, d = pcall(operation, z, ...)
    if not ok then
        put_in_order(z, "an operation failed")
    end
    memory.unlock(z.mutex)
    if not ok then
        error(a, 0)
    end
    return a, b, c, d
end

--- What happened to a zone since the last call (a line for the log, level alert) → message or nil.
function shdict.take_alert()
    local message = alert
    alert = nil
    return message
end

-- ---------------------------------------------------------------- zones

--- Bytes of shared memory for a zone of `size` bytes.
function shdict.memory(size)
    return (layout.memory(size))
end

local function format_zone(z, size)
    local u32 = z.u32
    local pages = layout.pages(size)
    local _, meta = layout.memory(size)
    u32[L.H_PAGES] = pages
    u32[L.H_BUCKET_MASK] = layout.buckets(pages) - 1
    u32[L.H_TABLE] = L.HEADER_SIZE / 4
    u32[L.H_BUCKETS] = u32[L.H_TABLE] + pages * L.PAGE_WORDS
    u32[L.H_DATA] = meta / 8
    z.f64[L.F_CAPACITY] = size
end

local function read_format(z)
    local u32 = z.u32
    z.pages = u32[L.H_PAGES]
    z.bucket_mask = u32[L.H_BUCKET_MASK]
    z.table = u32[L.H_TABLE]
    z.buckets = u32[L.H_BUCKETS]
    z.data = u32[L.H_DATA]
end

--- Opens the zone whose memory (zeroed and with a robust process-shared mutex at its start, or used before) is at
--- `address` → handle. The first one to open it formats it.
function shdict.open(address, size, name)
    local handle = by_address[address]
    if handle then
        return handle
    end
    local z = {
        base = address,
        mutex = address,
        name = name,
        u8 = ffi.cast("uint8_t *", address),
        u32 = ffi.cast("uint32_t *", address),
        f64 = ffi.cast("double *", address),
    }
    local code = memory.lock(address)
    if z.u32[L.H_MAGIC] ~= L.MAGIC then
        format_zone(z, size)
        read_format(z)
        reset(z)
        barrier()
        z.u32[L.H_MAGIC] = L.MAGIC
    else
        read_format(z)
        if code == EOWNERDEAD then
            put_in_order(z, "a process died in it")
        end
    end
    if code == EOWNERDEAD then
        memory.consistent(address)
    end
    memory.unlock(address)
    zones[#zones + 1] = z
    by_address[address] = #zones
    return #zones
end

-- ---------------------------------------------------------------- reading

local function reserve_out(size)
    if size > out_size then
        out_size = size * 2
        out = ffi.new("uint8_t[?]", out_size)
        out_address = tonumber(ffi.cast("uintptr_t", out))
    end
end

-- → type, length, flags, is stale | nil (absent) | false, length (the buffer is too small)
local function read_entry(z, now, hash, key, stale)
    if not stale then
        expire(z, now)
    end
    local unit = peek(z, hash, key)
    if not unit then
        return nil
    end
    local expired = is_expired(z, unit, now)
    if not expired then
        touch(z, unit)
    elseif not stale then
        return nil
    end
    local kind = z.u8[8 * unit + 1]
    local length = z.u32[2 * unit + E_VALUE_LENGTH]
    if kind == T_STRING then
        if length > out_size then
            return false, length
        end
        copy(out_address, z.base + 8 * unit + E_DATA, length)
    elseif kind == T_NUMBER then
        number_out[0] = z.f64[unit + E_DATA / 8]
    elseif kind == T_BOOLEAN then
        number_out[0] = z.u8[8 * unit + E_DATA]
    end
    return kind, length, z.u32[2 * unit + E_FLAGS], expired
end

local function value_of(kind, length)
    if kind == T_STRING then
        return copy_string(out, length)
    elseif kind == T_NUMBER then
        return number_out[0]
    end
    return number_out[0] ~= 0
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
        reserve_out(length)
        kind, length, flags, expired = locked(read_entry, z, now, hash, key, stale)
    end
    if not kind then
        return nil
    end
    if kind == T_LIST then
        return nil, "value is a list"
    end
    local value = value_of(kind, length)
    if stale then
        return value, flags ~= 0 and signed(flags) or nil, expired
    end
    if flags ~= 0 then
        return value, signed(flags)
    end
    return value
end

-- ---------------------------------------------------------------- writing

local function write_value(z, unit, kind, text, length, number)
    if kind == T_STRING then
        copy_in(z.base + 8 * unit + E_DATA, text, length)
    elseif kind == T_NUMBER then
        z.f64[unit + E_DATA / 8] = number
    else
        z.u8[8 * unit + E_DATA] = number
    end
end

-- Fills a block and makes it an entry, linked.
local function commit_entry(z, unit, kind, hash, key, text, length, number, expires, flags)
    local u32 = z.u32
    local word = 2 * unit
    u32[word + E_VALUE_LENGTH] = length
    u32[word + E_HASH] = hash
    u32[word + E_FLAGS] = flags
    u32[word + E_FIRST] = 0
    u32[word + E_LAST] = 0
    z.f64[unit + F_EXPIRES] = expires
    if kind ~= T_LIST then
        write_value(z, unit, kind, text, length, number)
    end
    copy_in(z.base + 8 * unit + E_DATA + (kind == T_LIST and 0 or length), key, #key)
    index.link_lru(z, unit)
    barrier()
    u32[word] = ENTRY + 256 * kind + 65536 * #key
    index.link_hash(z, unit)
end

-- Pushes out entries until there is room → unit or nil, whether any was pushed out.
local function alloc_by_force(z, now, size)
    for i = 1, EVICTIONS do
        if evict(z, now) == 0 then
            return nil, i > 1
        end
        local unit = alloc(z, size)
        if unit then
            return unit, true
        end
    end
    return nil, true
end

local function change_in_place(z, unit, kind, text, length, number, expires, flags)
    touch(z, unit)
    repair.begin_change(z, unit)
    z.f64[unit + F_EXPIRES] = expires
    z.u32[2 * unit + E_FLAGS] = flags
    z.u8[8 * unit + 1] = kind
    write_value(z, unit, kind, text, length, number)
    repair.end_change(z)
end

-- Puts a value in place of `old` (nil: none) → status as of store.
local function put_value(z, now, safe, old, kind, hash, key, text, length, number, expires, flags)
    if old and z.u8[8 * old + 1] ~= T_LIST and z.u32[2 * old + E_VALUE_LENGTH] == length
        and length <= L.UNDO_SIZE
    then
        change_in_place(z, old, kind, text, length, number, expires, flags)
        return true, nil, false
    end
    local size = L.ENTRY_COST + #key + length
    -- With the new entry complete before the old one goes, a death in between loses neither.
    local unit = alloc(z, size)
    local forcible = false
    if old and not unit then
        remove(z, old)
        old = nil
        unit = alloc(z, size)
    end
    if not unit then
        if safe then
            return false, "no memory", false
        end
        unit, forcible = alloc_by_force(z, now, size)
        if not unit then
            return false, "no memory", forcible
        end
    end
    commit_entry(z, unit, kind, hash, key, text, length, number, expires, flags)
    if old then
        remove(z, old)
    end
    return true, nil, forcible
end

local function store(z, now, op, hash, key, kind, text, length, number, expires, flags)
    expire(z, now)
    local old = peek(z, hash, key)
    local live = old and not is_expired(z, old, now)
    if live then
        touch(z, old)
    end
    if op == "replace" and not live then
        return false, "not found", false
    end
    if (op == "add" or op == "safe_add") and live then
        return false, "exists", false
    end
    if not kind then
        if old then
            remove(z, old)
        end
        return true, nil, false
    end
    return put_value(z, now, op == "safe_set" or op == "safe_add", old, kind, hash, key, text, length, number, expires,
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
    local old = peek(z, hash, key)
    if old and not is_expired(z, old, now) then
        touch(z, old)
        if z.u8[8 * old + 1] ~= T_NUMBER then
            return nil, "not a number"
        end
        local at = old + E_DATA / 8
        local sum = z.f64[at] + by
        z.f64[at] = sum
        return sum
    end
    if not init then
        return nil, "not found"
    end
    local sum = init + by
    local ok, err, forcible = put_value(z, now, false, old, T_NUMBER, hash, key, nil, 8, sum, expires, 0)
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

local function append(z, unit, item, left)
    local u32 = z.u32
    local first, last = u32[2 * unit + E_FIRST], u32[2 * unit + E_LAST]
    u32[2 * item + I_NEXT] = left and first or 0
    u32[2 * item + I_PREV] = left and 0 or last
    barrier()
    if left or last == 0 then
        u32[2 * unit + E_FIRST] = item
    else
        u32[2 * last + I_NEXT] = item
    end
    if left and first ~= 0 then
        u32[2 * first + I_PREV] = item
    else
        u32[2 * unit + E_LAST] = item
    end
    local count = u32[2 * unit + E_VALUE_LENGTH] + 1
    u32[2 * unit + E_VALUE_LENGTH] = count
    return count
end

local function new_item(z, kind, text, length, number)
    local item = alloc(z, L.ITEM_COST + length)
    if not item then
        return nil
    end
    z.u32[2 * item + I_LENGTH] = length
    if kind == T_STRING then
        copy_in(z.base + 8 * item + I_DATA, text, length)
    else
        z.f64[item + I_DATA / 8] = number
    end
    barrier()
    z.u32[2 * item] = ITEM + 256 * kind
    return item
end

local function new_list(z, hash, key)
    local size = L.ENTRY_COST + #key + L.LIST_HEAD_COST
    local unit = alloc(z, size + (8 - size % 8) % 8)
    if unit then
        commit_entry(z, unit, T_LIST, hash, key, nil, 0, nil, 0, 0)
    end
    return unit
end

local function push(z, now, hash, key, kind, text, length, number, left)
    expire(z, now)
    local unit = peek(z, hash, key)
    if unit and is_expired(z, unit, now) then
        remove(z, unit)
        unit = nil
    end
    if unit then
        touch(z, unit)
        if z.u8[8 * unit + 1] ~= T_LIST then
            return nil, "value not a list"
        end
    else
        unit = new_list(z, hash, key)
        if not unit then
            return false, "no memory"
        end
    end
    local item = new_item(z, kind, text, length, number)
    if not item then
        if z.u32[2 * unit + E_FIRST] == 0 then
            remove(z, unit)
        end
        return nil, "no memory"
    end
    return append(z, unit, item, left)
end

--- lpush (`left`) and rpush of a string or number → length of the list | nil or false, err
function shdict.push(handle, now, key, value, left)
    local kind, text, length, number = T_STRING, value, #tostring(value), nil
    if type(value) == "number" then
        kind, text, length, number = T_NUMBER, nil, 8, value
    end
    local count, err = locked(push, zones[handle], now, crc32(key), key, kind, text, length, number, left)
    if count then
        return count
    end
    return count, err
end

local function detach(z, unit, item, left)
    local u32 = z.u32
    local other = u32[2 * item + (left and I_NEXT or I_PREV)]
    if left then
        u32[2 * unit + E_FIRST] = other
        u32[2 * other + I_PREV] = 0
    else
        u32[2 * other + I_NEXT] = 0
        u32[2 * unit + E_LAST] = other
    end
    u32[2 * unit + E_VALUE_LENGTH] = u32[2 * unit + E_VALUE_LENGTH] - 1
    barrier()
    free(z, item)
end

-- → type, length | nil | nil, err | false, length (the buffer is too small)
local function pop(z, now, hash, key, left)
    expire(z, now)
    local unit = peek(z, hash, key)
    if not unit or is_expired(z, unit, now) then
        return nil
    end
    touch(z, unit)
    if z.u8[8 * unit + 1] ~= T_LIST then
        return nil, "value not a list"
    end
    local item = z.u32[2 * unit + (left and E_FIRST or E_LAST)]
    local kind, length = z.u8[8 * item + 1], z.u32[2 * item + I_LENGTH]
    if kind == T_NUMBER then
        number_out[0] = z.f64[item + I_DATA / 8]
    elseif length > out_size then
        return false, length
    else
        copy(out_address, z.base + 8 * item + I_DATA, length)
    end
    if z.u32[2 * unit + E_VALUE_LENGTH] == 1 then
        remove(z, unit)
    else
        detach(z, unit, item, left)
    end
    return kind, length
end

--- lpop (`left`) and rpop → value | nil | nil, err
function shdict.pop(handle, now, key, left)
    local z, hash = zones[handle], crc32(key)
    local kind, length = locked(pop, z, now, hash, key, left)
    while kind == false do
        reserve_out(length)
        kind, length = locked(pop, z, now, hash, key, left)
    end
    if not kind then
        return nil, length
    end
    return value_of(kind, length)
end

local function llen(z, now, hash, key)
    expire(z, now)
    local unit = peek(z, hash, key)
    if not unit or is_expired(z, unit, now) then
        return 0
    end
    touch(z, unit)
    if z.u8[8 * unit + 1] ~= T_LIST then
        return nil, "value not a list"
    end
    return z.u32[2 * unit + E_VALUE_LENGTH]
end

--- → number of items, 0 when the key is missing | nil, err
function shdict.llen(handle, now, key)
    local count, err = locked(llen, zones[handle], now, crc32(key), key)
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
    local u8, u32 = z.u8, z.u32
    local count, size = 0, 0
    local unit = u32[L.H_LRU_TAIL]
    while unit ~= 0 and (max == 0 or count < max) do
        if not is_expired(z, unit, now) then
            local low, high = u8[8 * unit + 2], u8[8 * unit + 3]
            local length = low + 256 * high
            if size + 2 + length <= out_size then
                out[size], out[size + 1] = low, high
                copy(out_address + size + 2, z.base + 8 * unit + E_DATA + index.value_size(z, unit), length)
            end
            count = count + 1
            size = size + 2 + length
        end
        unit = u32[2 * unit + L.E_LRU_PREV]
    end
    if size > out_size then
        return false, size
    end
    return count, size
end

--- Keys that are not expired, least recently used first, at most `max` (0: all) → array.
function shdict.get_keys(handle, now, max)
    local z = zones[handle]
    local count, size = locked(copy_keys, z, now, max)
    while not count do
        reserve_out(size)
        count, size = locked(copy_keys, z, now, max)
    end
    local packed = copy_string(out, size)
    local keys, pos = {}, 0
    for i = 1, count do
        local length = out[pos] + 256 * out[pos + 1]
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
