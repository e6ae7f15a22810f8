-- Is a zone what our own code can have left, wherever it stopped? What shm_repair builds on is looked at: kinds of
-- pages, blocks with what they say of themselves, the change in place. Anything else in there means that something
-- foreign wrote into the zone, or that the program has a fault; nothing of it is to be trusted then.

local layout = require "pyresty.native.shm_layout"
local heap = require "pyresty.native.shm_heap"

local L = layout
local LARGE, MIN_SHIFT, MAX_SLOT_SHIFT = L.LARGE, L.MIN_SHIFT, L.MAX_SLOT_SHIFT
local FREE, ENTRY, ITEM, RESERVED = L.FREE, L.ENTRY, L.ITEM, L.RESERVED
local T_BOOLEAN, T_NUMBER, T_STRING, T_LIST = L.T_BOOLEAN, L.T_NUMBER, L.T_STRING, L.T_LIST

local verify = {}

-- Bytes that a value of a type has to have; a string's are any number.
local FIXED = { [T_BOOLEAN] = 1, [T_NUMBER] = 8 }

local function entry_fits(z, unit, room)
    local u8, u32, f64 = z.u8, z.u32, z.f64
    local kind, length = u8[8 * unit + 1], u32[2 * unit + L.E_VALUE_LENGTH]
    local key = u8[8 * unit + 2] + 256 * u8[8 * unit + 3]
    local used = f64[unit + L.F_USED]
    if key == 0 or not (used > 0 and used <= f64[L.F_STAMP]) then
        return false
    elseif kind == T_LIST then
        return L.E_DATA + key <= room
    elseif kind ~= T_STRING and FIXED[kind] ~= length then
        return false
    end
    return L.E_DATA + length + key <= room
end

local function item_fits(z, unit, room)
    local kind, length = z.u8[8 * unit + 1], z.u32[2 * unit + L.I_LENGTH]
    if kind ~= T_STRING and (kind ~= T_NUMBER or length ~= 8) then
        return false
    end
    return L.I_DATA + length <= room
end

local function block_fits(z, unit, room)
    local state = z.u8[8 * unit]
    if state == ENTRY then
        return entry_fits(z, unit, room)
    elseif state == ITEM then
        return item_fits(z, unit, room)
    end
    return state == FREE or state == RESERVED
end

local function slots_fit(z, page, shift)
    local step, first, stop = heap.slots_of(z, page, shift)
    for unit = first, stop - step, step do
        if not block_fits(z, unit, 8 * step) then
            return false
        end
    end
    return true
end

local function kind_of(z, page)
    return z.u32[z.table + page * L.PAGE_WORDS + L.P_KIND]
end

local function large_fits(z, page, count)
    if page + count > z.pages then
        return false
    end
    for inner = page + 1, page + count - 1 do
        if kind_of(z, inner) ~= 0 then
            return false
        end
    end
    return block_fits(z, heap.page_unit(z, page), count * L.PAGE_SIZE)
end

-- → pages from here to the next block of pages, or nil
local function page_fits(z, page)
    local kind = kind_of(z, page)
    if kind == 0 then
        return 1
    elseif kind >= MIN_SHIFT and kind <= MAX_SLOT_SHIFT then
        return slots_fit(z, page, kind) and 1 or nil
    end
    return kind > LARGE and large_fits(z, page, kind - LARGE) and kind - LARGE or nil
end

local function change_fits(z)
    local unit = z.u32[L.H_UNDO]
    if unit == 0 then
        return true
    end
    local room = heap.block_size(z, unit)
    return room and z.u8[8 * unit] == ENTRY and z.u32[2 * unit + L.E_VALUE_LENGTH] <= L.UNDO_SIZE
end

-- The type of the entry that is being changed may be the new one already, its size is the same.
local function undo_type(z)
    local unit = z.u32[L.H_UNDO]
    if unit ~= 0 then
        z.u8[8 * unit + 1] = z.u32[L.H_UNDO_TYPE]
    end
end

--- Whether the zone can be put in order. The lock is held.
function verify.run(z)
    if not change_fits(z) then
        return false
    end
    undo_type(z)
    local page = 0
    while page < z.pages do
        local count = page_fits(z, page)
        if not count then
            return false
        end
        page = page + count
    end
    return true
end

return verify
