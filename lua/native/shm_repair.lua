-- Puts a zone in order whose lock's owner died.
--
-- What counts: kinds of pages, states of blocks, contents of entries and items, the links from a list to its items.
-- Everything else is made anew. A change in place that was not finished is undone, a flush that was not finished is
-- finished, of two entries with one key the newer stays (a replacement that was not finished), an item that no list
-- reaches is freed. Running it twice, or after dying in it, is the same as once. Nothing is allocated.

local layout = require "pyresty.native.shm_layout"
local memory = require "pyresty.native.shm_memory"
local heap = require "pyresty.native.shm_heap"
local index = require "pyresty.native.shm_index"

local barrier, equal_inside = memory.barrier, memory.equal_inside
local L = layout
local PAGE_WORDS, LARGE = L.PAGE_WORDS, L.LARGE
local P_KIND, P_USED, P_FREE_SLOT = L.P_KIND, L.P_USED, L.P_FREE_SLOT
local ENTRY, ITEM, FREE = L.ENTRY, L.ITEM, L.FREE
local E_VALUE_LENGTH, E_HASH, E_HASH_NEXT = L.E_VALUE_LENGTH, L.E_HASH, L.E_HASH_NEXT
local E_LRU_NEXT, E_LRU_PREV, E_FIRST, E_LAST = L.E_LRU_NEXT, L.E_LRU_PREV, L.E_FIRST, L.E_LAST
local F_USED, F_EXPIRES, E_DATA = L.F_USED, L.F_EXPIRES, L.E_DATA
local I_NEXT, I_PREV = L.I_NEXT, L.I_PREV
local T_LIST = L.T_LIST
local LRU_END = 0

local repair = {}

-- ---------------------------------------------------------------- a change in place

--- Saves what store changes in an entry; undo is on when H_UNDO says which.
function repair.begin_change(z, unit)
    local u32, f64 = z.u32, z.f64
    u32[L.H_UNDO_FLAGS] = u32[2 * unit + L.E_FLAGS]
    u32[L.H_UNDO_TYPE] = z.u8[8 * unit + 1]
    f64[L.F_UNDO_EXPIRES] = f64[unit + F_EXPIRES]
    memory.copy(z.base + 8 * L.UNDO_VALUE_UNIT, z.base + 8 * unit + E_DATA, u32[2 * unit + E_VALUE_LENGTH])
    barrier()
    u32[L.H_UNDO] = unit
    barrier()
end

function repair.end_change(z)
    barrier()
    z.u32[L.H_UNDO] = 0
end

local function undo_change(z)
    local u32, f64 = z.u32, z.f64
    local unit = u32[L.H_UNDO]
    if unit == 0 then
        return
    end
    u32[2 * unit + L.E_FLAGS] = u32[L.H_UNDO_FLAGS]
    z.u8[8 * unit + 1] = u32[L.H_UNDO_TYPE]
    f64[unit + F_EXPIRES] = f64[L.F_UNDO_EXPIRES]
    memory.copy(z.base + 8 * unit + E_DATA, z.base + 8 * L.UNDO_VALUE_UNIT, u32[2 * unit + E_VALUE_LENGTH])
    barrier()
    u32[L.H_UNDO] = 0
end

-- ---------------------------------------------------------------- walking all blocks

-- Calls visit(z, unit, state) for every block in use.
local function each_block(z, visit)
    local u32, u8 = z.u32, z.u8
    local page = 0
    while page < z.pages do
        local kind = u32[z.table + page * PAGE_WORDS + P_KIND]
        local unit = heap.page_unit(z, page)
        if kind >= LARGE then
            if u8[8 * unit] ~= FREE then
                visit(z, unit, u8[8 * unit])
            end
            page = page + (kind - LARGE)
        else
            if kind ~= 0 then
                local step, first, stop = heap.slots_of(z, page, kind)
                for slot = first, stop - step, step do
                    if u8[8 * slot] ~= FREE then
                        visit(z, slot, u8[8 * slot])
                    end
                end
            end
            page = page + 1
        end
    end
end

-- Byte 2 of an item marks it as reached.
local function clear_mark(z, unit, state)
    if state == ITEM then
        z.u8[8 * unit + 2] = 0
    end
end

local function same_key(z, a, b)
    local u8 = z.u8
    local low, high = u8[8 * a + 2], u8[8 * a + 3]
    if low ~= u8[8 * b + 2] or high ~= u8[8 * b + 3] then
        return false
    end
    return equal_inside(z.base + 8 * a + E_DATA + index.value_size(z, a),
        z.base + 8 * b + E_DATA + index.value_size(z, b), low + 256 * high)
end

-- The other entry with the key of `unit`, or 0.
local function twin(z, unit)
    local u32 = z.u32
    local hash = u32[2 * unit + E_HASH]
    local other = u32[index.bucket_of(z, hash)]
    while other ~= 0 do
        if u32[2 * other + E_HASH] == hash and same_key(z, other, unit) then
            return other
        end
        other = u32[2 * other + E_HASH_NEXT]
    end
    return 0
end

-- Marks the items of a list and links them backwards → how many there are.
local function reach_items(z, unit)
    local u32, u8 = z.u32, z.u8
    local count, previous = 0, 0
    local item = u32[2 * unit + E_FIRST]
    while item ~= 0 and heap.block_size(z, item) and u8[8 * item] == ITEM and u8[8 * item + 2] == 0 do
        u8[8 * item + 2] = 1
        u32[2 * item + I_PREV] = previous
        count, previous = count + 1, item
        item = u32[2 * item + I_NEXT]
    end
    if previous == 0 then
        u32[2 * unit + E_FIRST] = 0
    else
        u32[2 * previous + I_NEXT] = 0
    end
    u32[2 * unit + E_LAST] = previous
    u32[2 * unit + E_VALUE_LENGTH] = count
    return count
end

local function collect(z, unit, state)
    if state ~= ENTRY then
        return
    end
    local u32, f64 = z.u32, z.f64
    if z.u8[8 * unit + 1] == T_LIST and u32[2 * unit + E_FIRST] == 0 then
        z.u8[8 * unit] = FREE
        return
    end
    local other = twin(z, unit)
    if other ~= 0 then
        local older = f64[other + F_USED] > f64[unit + F_USED] and unit or other
        z.u8[8 * older] = FREE
        if older == unit then
            return
        end
        index.unlink_hash(z, other)
    end
    index.link_hash(z, unit)
end

local function reach(z, unit, state)
    if state == ENTRY then
        if z.u8[8 * unit + 1] == T_LIST and reach_items(z, unit) == 0 then
            z.u8[8 * unit] = FREE
            index.unlink_hash(z, unit)
            return
        end
        if z.u32[L.H_FLUSHING] ~= 0 then
            z.f64[unit + F_EXPIRES] = 1
        end
    end
end

local function drop_unreached(z, unit, state)
    if state == ITEM and z.u8[8 * unit + 2] == 0 then
        z.u8[8 * unit] = FREE
    end
end

-- ---------------------------------------------------------------- free space

local function rebuild_slots(z, page, shift)
    local u32, u8 = z.u32, z.u8
    local d = z.table + page * PAGE_WORDS
    local step, first, stop = heap.slots_of(z, page, shift)
    local used, free_slot = 0, 0
    for slot = stop - step, first, -step do
        if u8[8 * slot] == FREE then
            u32[2 * slot + 1] = free_slot
            free_slot = slot
        else
            used = used + 1
        end
    end
    if used == 0 then
        return false
    end
    u32[d + P_USED] = used
    u32[d + P_FREE_SLOT] = free_slot
    if free_slot ~= 0 then
        heap.link_first(z, L.H_PARTIAL + shift, page)
    end
    return true
end

-- → how many pages from `page` on belong together, and whether they are in use.
local function rebuild_page(z, page)
    local u32 = z.u32
    local kind = u32[z.table + page * PAGE_WORDS + P_KIND]
    if kind == 0 then
        return 1, false
    elseif kind < LARGE then
        return 1, rebuild_slots(z, page, kind)
    end
    return kind - LARGE, z.u8[8 * heap.page_unit(z, page)] ~= FREE
end

local function clear_lists(z)
    local u32 = z.u32
    u32[L.H_FREE_RUN], u32[L.H_FREE_PAGES] = 0, 0
    for shift = L.MIN_SHIFT, L.MAX_SLOT_SHIFT do
        u32[L.H_PARTIAL + shift] = 0
    end
    for page = 0, z.pages - 1 do
        local d = z.table + page * PAGE_WORDS
        for field = P_USED, L.P_RUN_HEAD do
            u32[d + field] = 0
        end
    end
    for bucket = z.buckets, z.buckets + z.bucket_mask do
        u32[bucket] = 0
    end
end

local function rebuild_pages(z)
    local u32 = z.u32
    local page = 0
    while page < z.pages do
        local count, used = rebuild_page(z, page)
        if not used then
            u32[z.table + page * PAGE_WORDS + P_KIND] = 0
            heap.give_pages(z, page, count)
        end
        page = page + count
    end
end

-- ---------------------------------------------------------------- the LRU list, by merging sorted runs

local function chain(z, unit, state)
    if state == ENTRY then
        z.u32[2 * unit + E_LRU_NEXT] = z.u32[L.H_LRU_HEAD]
        z.u32[L.H_LRU_HEAD] = unit
    end
end

-- Cuts `size` entries off → the rest.
local function cut(z, unit, size)
    local u32 = z.u32
    for _ = 2, size do
        if unit == 0 then
            return 0
        end
        unit = u32[2 * unit + E_LRU_NEXT]
    end
    if unit == 0 then
        return 0
    end
    local rest = u32[2 * unit + E_LRU_NEXT]
    u32[2 * unit + E_LRU_NEXT] = LRU_END
    return rest
end

-- Merges two chains, newest first, behind the word `link` → the word that holds the end.
local function merge(z, a, b, link)
    local u32, f64 = z.u32, z.f64
    while a ~= 0 or b ~= 0 do
        local unit
        if b == 0 or (a ~= 0 and f64[a + F_USED] >= f64[b + F_USED]) then
            unit = a
            a = u32[2 * a + E_LRU_NEXT]
        else
            unit = b
            b = u32[2 * b + E_LRU_NEXT]
        end
        u32[link] = unit
        link = 2 * unit + E_LRU_NEXT
    end
    u32[link] = LRU_END
    return link
end

local function sort_lru(z)
    local u32 = z.u32
    local size = 1
    repeat
        local rest, link, merges = u32[L.H_LRU_HEAD], L.H_LRU_HEAD, 0
        while rest ~= 0 do
            local a = rest
            local b = cut(z, a, size)
            rest = b == 0 and 0 or cut(z, b, size)
            link = merge(z, a, b, link)
            merges = merges + 1
        end
        size = size * 2
    until merges <= 1
    local previous, unit = 0, u32[L.H_LRU_HEAD]
    while unit ~= 0 do
        u32[2 * unit + E_LRU_PREV] = previous
        previous, unit = unit, u32[2 * unit + E_LRU_NEXT]
    end
    u32[L.H_LRU_TAIL] = previous
end

--- Puts the zone in order. The lock is held.
function repair.run(z)
    local u32 = z.u32
    u32[L.H_REPAIRS] = u32[L.H_REPAIRS] + 1
    undo_change(z)
    clear_lists(z)
    each_block(z, clear_mark)
    each_block(z, collect)
    each_block(z, reach)
    each_block(z, drop_unreached)
    rebuild_pages(z)
    u32[L.H_LRU_HEAD] = 0
    each_block(z, chain)
    sort_lru(z)
    u32[L.H_FLUSHING] = 0
end

return repair
