-- Lists in a zone. Called with the lock held.
--
-- What counts is the chain from the list's first item forwards: every change takes effect with one store in it.

local layout = require "pyresty.native.shm_layout"
local memory = require "pyresty.native.shm_memory"
local heap = require "pyresty.native.shm_heap"
local index = require "pyresty.native.shm_index"
local entry = require "pyresty.native.shm_entry"
local result = require "pyresty.native.shm_result"

local L = layout
local alloc, free = heap.alloc, heap.free
local find, remove, is_expired, expire = index.find, index.remove, index.is_expired, index.expire
local commit = entry.commit
local barrier, copy_in, copy = memory.barrier, memory.copy_in, memory.copy
local T_NUMBER, T_STRING, T_LIST, ITEM = L.T_NUMBER, L.T_STRING, L.T_LIST, L.ITEM
local E_VALUE_LENGTH, E_FIRST, E_LAST = L.E_VALUE_LENGTH, L.E_FIRST, L.E_LAST
local I_LENGTH, I_NEXT, I_PREV, I_DATA = L.I_LENGTH, L.I_NEXT, L.I_PREV, L.I_DATA

local list = {}

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
        commit(z, unit, T_LIST, hash, key, nil, 0, nil, 0, 0)
    end
    return unit
end

--- → new number of items | nil or false, err
function list.push(z, now, hash, key, kind, text, length, number, left)
    expire(z, now)
    local unit = find(z, hash, key)
    if unit and is_expired(z, unit, now) then
        remove(z, unit)
        unit = nil
    end
    if unit then
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

--- → type, length (of what is in shm_result now) | nil | nil, err | false, length (the buffer is too small)
function list.pop(z, now, hash, key, left)
    expire(z, now)
    local unit = find(z, hash, key)
    if not unit or is_expired(z, unit, now) then
        return nil
    end
    if z.u8[8 * unit + 1] ~= T_LIST then
        return nil, "value not a list"
    end
    local item = z.u32[2 * unit + (left and E_FIRST or E_LAST)]
    local kind, length = z.u8[8 * item + 1], z.u32[2 * item + I_LENGTH]
    if kind == T_NUMBER then
        result.number[0] = z.f64[item + I_DATA / 8]
    elseif length > result.size then
        return false, length
    else
        copy(result.address, z.base + 8 * item + I_DATA, length)
    end
    if z.u32[2 * unit + E_VALUE_LENGTH] == 1 then
        remove(z, unit)
    else
        detach(z, unit, item, left)
    end
    return kind, length
end

--- → number of items | nil, err
function list.llen(z, now, hash, key)
    expire(z, now)
    local unit = find(z, hash, key)
    if not unit or is_expired(z, unit, now) then
        return 0
    end
    if z.u8[8 * unit + 1] ~= T_LIST then
        return nil, "value not a list"
    end
    return z.u32[2 * unit + E_VALUE_LENGTH]
end

return list
