-- Writing entries. Called with the lock held.

local layout = require "pyresty.native.shm_layout"
local memory = require "pyresty.native.shm_memory"
local heap = require "pyresty.native.shm_heap"
local index = require "pyresty.native.shm_index"
local repair = require "pyresty.native.shm_repair"

local L = layout
local alloc = heap.alloc
local touch, remove, evict = index.touch, index.remove, index.evict
local barrier, copy_in = memory.barrier, memory.copy_in
local T_NUMBER, T_STRING, T_LIST, ENTRY = L.T_NUMBER, L.T_STRING, L.T_LIST, L.ENTRY
local E_VALUE_LENGTH, E_HASH, E_FLAGS, E_FIRST, E_LAST = L.E_VALUE_LENGTH, L.E_HASH, L.E_FLAGS, L.E_FIRST, L.E_LAST
local F_EXPIRES, E_DATA = L.F_EXPIRES, L.E_DATA

local EVICTIONS = 30              -- entries that one store may push out

local entry = {}

local function write_value(z, unit, kind, text, length, number)
    if kind == T_STRING then
        copy_in(z.base + 8 * unit + E_DATA, text, length)
    elseif kind == T_NUMBER then
        z.f64[unit + E_DATA / 8] = number
    else
        z.u8[8 * unit + E_DATA] = number
    end
end

--- Fills a block and makes it an entry, linked.
function entry.commit(z, unit, kind, hash, key, text, length, number, expires, flags)
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

-- Is a number all that changes? It is one store, which needs no undo.
local function is_number_only(z, unit, kind, expires, flags)
    return kind == T_NUMBER and z.u8[8 * unit + 1] == T_NUMBER and z.f64[unit + F_EXPIRES] == expires
        and z.u32[2 * unit + E_FLAGS] == flags
end

local function change_in_place(z, unit, kind, text, length, number, expires, flags)
    touch(z, unit)
    if is_number_only(z, unit, kind, expires, flags) then
        z.f64[unit + E_DATA / 8] = number
        return
    end
    repair.begin_change(z, unit)
    z.f64[unit + F_EXPIRES] = expires
    z.u32[2 * unit + E_FLAGS] = flags
    z.u8[8 * unit + 1] = kind
    write_value(z, unit, kind, text, length, number)
    repair.end_change(z)
end

--- Puts a value in place of `old` (nil: none) → true, nil, forcible | false, err, forcible
function entry.put(z, now, safe, old, kind, hash, key, text, length, number, expires, flags)
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
    entry.commit(z, unit, kind, hash, key, text, length, number, expires, flags)
    if old then
        remove(z, old)
    end
    return true, nil, forcible
end

return entry
