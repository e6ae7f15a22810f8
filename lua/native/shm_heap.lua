-- The allocator of a zone: slots of power-of-two sizes in pages, and runs of pages for what is larger.
--
-- Of all this only the kind of a page and the state byte of a block have to be right when a process dies in between;
-- counts, lists of free slots, partial pages and free runs are made anew from them. So: before a page gets its kind,
-- the states in it are cleared; a block is free as soon as its state says so. Called with the lock held.

local layout = require "pyresty.native.shm_layout"
local memory = require "pyresty.native.shm_memory"

local barrier = memory.barrier

local PAGE_UNITS, PAGE_SIZE, PAGE_WORDS = layout.PAGE_UNITS, layout.PAGE_SIZE, layout.PAGE_WORDS
local MIN_SHIFT, MAX_SLOT_SHIFT = layout.MIN_SHIFT, layout.MAX_SLOT_SHIFT
local H_PAGES, H_FREE_PAGES, H_FREE_RUN, H_PARTIAL =
    layout.H_PAGES, layout.H_FREE_PAGES, layout.H_FREE_RUN, layout.H_PARTIAL
local P_KIND, P_USED, P_FREE_SLOT, P_NEXT, P_PREV, P_RUN, P_RUN_HEAD = layout.P_KIND, layout.P_USED,
    layout.P_FREE_SLOT, layout.P_NEXT, layout.P_PREV, layout.P_RUN, layout.P_RUN_HEAD
local LARGE = layout.LARGE

local heap = {}

-- Size in units, rounded up → class. A table, as a loop would be short and therefore not compiled.
local shift_of = { [0] = MIN_SHIFT }
for shift = MAX_SLOT_SHIFT, MIN_SHIFT, -1 do
    for units = 1, 2 ^ (shift - 3) do
        shift_of[units] = shift
    end
end

-- The word index of a page's descriptor.
local function descriptor(z, page)
    return z.table + page * PAGE_WORDS
end

-- ---------------------------------------------------------------- runs of free pages

local function unlink(z, list, page)
    local u32 = z.u32
    local d = descriptor(z, page)
    local following, previous = u32[d + P_NEXT], u32[d + P_PREV]
    if previous == 0 then
        u32[list] = following
    else
        u32[descriptor(z, previous - 1) + P_NEXT] = following
    end
    if following ~= 0 then
        u32[descriptor(z, following - 1) + P_PREV] = previous
    end
    u32[d + P_NEXT] = 0
    u32[d + P_PREV] = 0
end

local function link_first(z, list, page)
    local u32 = z.u32
    local d = descriptor(z, page)
    local following = u32[list]
    u32[d + P_NEXT] = following
    u32[d + P_PREV] = 0
    if following ~= 0 then
        u32[descriptor(z, following - 1) + P_PREV] = page + 1
    end
    u32[list] = page + 1
end

heap.unlink, heap.link_first = unlink, link_first

local function mark_run(z, page, count)
    local u32 = z.u32
    u32[descriptor(z, page) + P_RUN] = count
    u32[descriptor(z, page + count - 1) + P_RUN_HEAD] = page + 1
end

local function unmark_run(z, page, count)
    local u32 = z.u32
    u32[descriptor(z, page) + P_RUN] = 0
    u32[descriptor(z, page + count - 1) + P_RUN_HEAD] = 0
end

--- Takes `count` neighbouring pages → page number, or nil.
local function take_pages(z, count)
    local u32 = z.u32
    local at = u32[H_FREE_RUN]
    while at ~= 0 do
        local page = at - 1
        local d = descriptor(z, page)
        local run = u32[d + P_RUN]
        if run >= count then
            unlink(z, H_FREE_RUN, page)
            unmark_run(z, page, run)
            if run > count then
                mark_run(z, page + count, run - count)
                link_first(z, H_FREE_RUN, page + count)
            end
            u32[H_FREE_PAGES] = u32[H_FREE_PAGES] - count
            return page
        end
        at = u32[d + P_NEXT]
    end
    return nil
end

--- Gives pages back, joined with the free ones beside them.
local function give_pages(z, page, count)
    local u32 = z.u32
    u32[H_FREE_PAGES] = u32[H_FREE_PAGES] + count
    local after = page + count
    if after < u32[H_PAGES] then
        local run = u32[descriptor(z, after) + P_RUN]
        if run ~= 0 then
            unlink(z, H_FREE_RUN, after)
            unmark_run(z, after, run)
            count = count + run
        end
    end
    if page > 0 then
        local head = u32[descriptor(z, page - 1) + P_RUN_HEAD]
        if head ~= 0 then
            local run = u32[descriptor(z, head - 1) + P_RUN]
            unlink(z, H_FREE_RUN, head - 1)
            unmark_run(z, head - 1, run)
            page = head - 1
            count = count + run
        end
    end
    mark_run(z, page, count)
    link_first(z, H_FREE_RUN, page)
end

heap.give_pages = give_pages

-- ---------------------------------------------------------------- slots

--- First unit of a page.
local function page_unit(z, page)
    return z.data + page * PAGE_UNITS
end

heap.page_unit = page_unit

--- Units of a slot and unit of the first slot in a page of this class; where nginx keeps its bitmap inside the page,
--- those slots are left out.
local function slots_of(z, page, shift)
    local units = 2 ^ (shift - MIN_SHIFT)
    local first = page_unit(z, page)
    local skipped = 0
    if shift == 3 then
        skipped = 8
    elseif shift == 4 then
        skipped = 2
    elseif shift == 5 then
        skipped = 1
    end
    return units, first + skipped * units, first + PAGE_UNITS
end

heap.slots_of = slots_of

local function new_slot_page(z, shift)
    local page = take_pages(z, 1)
    if not page then
        return nil
    end
    local u32 = z.u32
    local units, first, stop = slots_of(z, page, shift)
    local following = 0
    local unit = stop - units
    while unit >= first do
        u32[2 * unit] = 0
        u32[2 * unit + 1] = following
        following = unit
        unit = unit - units
    end
    local d = descriptor(z, page)
    u32[d + P_USED] = 0
    u32[d + P_FREE_SLOT] = first
    barrier()
    u32[d + P_KIND] = shift
    link_first(z, H_PARTIAL + shift, page)
    return page
end

local function take_slot(z, shift)
    local u32 = z.u32
    local at = u32[H_PARTIAL + shift]
    local page = at ~= 0 and at - 1 or new_slot_page(z, shift)
    if not page then
        return nil
    end
    local d = descriptor(z, page)
    local unit = u32[d + P_FREE_SLOT]
    local following = u32[2 * unit + 1]
    u32[d + P_FREE_SLOT] = following
    u32[d + P_USED] = u32[d + P_USED] + 1
    if following == 0 then
        unlink(z, H_PARTIAL + shift, page)
    end
    return unit
end

local function take_large(z, size)
    local count = (size - size % PAGE_SIZE) / PAGE_SIZE
    if size % PAGE_SIZE ~= 0 then
        count = count + 1
    end
    local page = take_pages(z, count)
    if not page then
        return nil
    end
    local unit = page_unit(z, page)
    z.u32[2 * unit] = 0
    barrier()
    z.u32[descriptor(z, page) + P_KIND] = LARGE + count
    return unit
end

--- A block of `size` bytes, its state FREE → unit, or nil.
function heap.alloc(z, size)
    if size > 2048 then
        return take_large(z, size)
    end
    return take_slot(z, shift_of[(size + 7 - (size + 7) % 8) / 8])
end

--- Frees a block.
function heap.free(z, unit)
    local u32 = z.u32
    local page = (unit - z.data - (unit - z.data) % PAGE_UNITS) / PAGE_UNITS
    local d = descriptor(z, page)
    local kind = u32[d + P_KIND]
    z.u8[8 * unit] = 0
    barrier()
    if kind >= LARGE then
        u32[d + P_KIND] = 0
        give_pages(z, page, kind - LARGE)
        return
    end
    local first_free = u32[d + P_FREE_SLOT]
    local used = u32[d + P_USED] - 1
    u32[2 * unit + 1] = first_free
    u32[d + P_FREE_SLOT] = unit
    u32[d + P_USED] = used
    if used == 0 then
        if first_free ~= 0 then
            unlink(z, H_PARTIAL + kind, page)
        end
        u32[d + P_KIND] = 0
        give_pages(z, page, 1)
    elseif first_free == 0 then
        link_first(z, H_PARTIAL + kind, page)
    end
end

--- Bytes of the block that begins at `unit`, or nil when none does (unit: any number).
function heap.block_size(z, unit)
    local offset = unit - z.data
    if offset < 0 or offset >= z.pages * PAGE_UNITS then
        return nil
    end
    local page = (offset - offset % PAGE_UNITS) / PAGE_UNITS
    local kind = z.u32[descriptor(z, page) + P_KIND]
    if kind > LARGE then
        return offset % PAGE_UNITS == 0 and (kind - LARGE) * PAGE_SIZE or nil
    elseif kind < MIN_SHIFT or kind > MAX_SLOT_SHIFT then
        return nil
    end
    local units, first = slots_of(z, page, kind)
    return unit >= first and (unit - first) % units == 0 and 8 * units or nil
end

--- Makes every page free.
function heap.reset(z)
    local u32 = z.u32
    local pages = u32[H_PAGES]
    u32[H_FREE_PAGES] = 0
    u32[H_FREE_RUN] = 0
    for shift = MIN_SHIFT, MAX_SLOT_SHIFT do
        u32[H_PARTIAL + shift] = 0
    end
    for word = z.table, z.table + pages * PAGE_WORDS - 1 do
        u32[word] = 0
    end
    if pages > 0 then
        give_pages(z, 0, pages)
    end
end

return heap
