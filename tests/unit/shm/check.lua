-- luacheck: globals check dump
-- check(handle): every link and count of a zone is right. dump(handle) → all that is in it, as a table of texts.
local layout = require "pyresty.native.shm_layout"
local heap = require "pyresty.native.shm_heap"
local index = require "pyresty.native.shm_index"
local zones = require "pyresty.native.shm_zone".zones
local ffi = require "ffi"

local L = layout

local function expect(condition, message)
    if not condition then error(message, 3) end
end

-- Entries by the LRU list, checked in both directions.
local function lru(z)
    local entries, count = {}, 0
    local previous, unit = 0, z.u32[L.H_LRU_HEAD]
    while unit ~= 0 do
        expect(z.u8[8 * unit] == L.ENTRY, "LRU list has what is no entry")
        expect(z.u32[2 * unit + L.E_LRU_PREV] == previous, "LRU list is wrong backwards")
        expect(previous == 0 or z.f64[previous + L.F_USED] >= z.f64[unit + L.F_USED], "LRU list is out of order")
        expect(not entries[unit], "LRU list has a loop")
        entries[unit] = true
        count = count + 1
        previous, unit = unit, z.u32[2 * unit + L.E_LRU_NEXT]
    end
    expect(z.u32[L.H_LRU_TAIL] == previous, "LRU list has a wrong end")
    return entries, count
end

local function hashed(z, entries, count)
    for bucket = 0, z.bucket_mask do
        local unit = z.u32[z.buckets + bucket]
        while unit ~= 0 do
            expect(entries[unit] == true, "hash chain has what the LRU list lacks, or twice")
            entries[unit] = "hashed"
            count = count - 1
            unit = z.u32[2 * unit + L.E_HASH_NEXT]
        end
    end
    expect(count == 0, "hash chains lack entries")
end

local function items(z, unit, used)
    local count, previous, item = 0, 0, z.u32[2 * unit + L.E_FIRST]
    while item ~= 0 do
        expect(z.u8[8 * item] == L.ITEM and not used[item], "list has what is no item")
        expect(z.u32[2 * item + L.I_PREV] == previous, "list is wrong backwards")
        used[item] = true
        count = count + 1
        previous, item = item, z.u32[2 * item + L.I_NEXT]
    end
    expect(z.u32[2 * unit + L.E_LAST] == previous, "list has a wrong end")
    expect(z.u32[2 * unit + L.E_VALUE_LENGTH] == count and count > 0, "list has a wrong count")
end

local function free_slots(z, page)
    local free, unit = {}, z.u32[z.table + page * L.PAGE_WORDS + L.P_FREE_SLOT]
    while unit ~= 0 do
        expect(not free[unit] and z.u8[8 * unit] == L.FREE, "free slot is in use, or twice")
        free[unit] = true
        unit = z.u32[2 * unit + 1]
    end
    return free
end

local function listed(z, head)
    local pages, at = {}, z.u32[head]
    while at ~= 0 do
        expect(not pages[at - 1], "page list has a loop")
        pages[at - 1] = true
        at = z.u32[z.table + (at - 1) * L.PAGE_WORDS + L.P_NEXT]
    end
    return pages
end

local function slots(z, page, kind, used)
    local free = free_slots(z, page)
    local step, first, stop = heap.slots_of(z, page, kind)
    local count, any_free = 0, next(free) ~= nil
    for unit = first, stop - step, step do
        if free[unit] then
            free[unit] = nil
        else
            count = count + 1
            expect(used[unit] or z.u8[8 * unit] == L.RESERVED, "a slot is lost")
            used[unit] = nil
        end
    end
    expect(next(free) == nil, "a free slot is elsewhere")
    expect(z.u32[z.table + page * L.PAGE_WORDS + L.P_USED] == count and count > 0, "page has a wrong count")
    expect((listed(z, L.H_PARTIAL + kind)[page] or false) == any_free, "partial list is wrong")
end

local function pages(z, used)
    local runs = listed(z, L.H_FREE_RUN)
    local page, free, after_free = 0, 0, false
    while page < z.pages do
        local d = z.table + page * L.PAGE_WORDS
        local kind = z.u32[d + L.P_KIND]
        if runs[page] then
            local run = z.u32[d + L.P_RUN]
            expect(kind == 0 and not after_free and run > 0, "free runs are wrong")
            expect(z.u32[z.table + (page + run - 1) * L.PAGE_WORDS + L.P_RUN_HEAD] == page + 1, "run has a wrong end")
            runs[page], free, page, after_free = nil, free + run, page + run, true
        elseif kind >= L.LARGE then
            local unit = heap.page_unit(z, page)
            expect(used[unit], "a large block is lost")
            used[unit], page, after_free = nil, page + kind - L.LARGE, false
        else
            expect(kind ~= 0, "a page is lost")
            slots(z, page, kind, used)
            page, after_free = page + 1, false
        end
    end
    expect(next(runs) == nil and next(used) == nil, "something is used or free twice")
    expect(z.u32[L.H_FREE_PAGES] == free, "wrong number of free pages")
end

function check(handle)
    local z = zones[handle]
    local entries, count = lru(z)
    hashed(z, entries, count)
    local used = {}
    for unit in pairs(entries) do
        used[unit] = true
        if z.u8[8 * unit + 1] == L.T_LIST then items(z, unit, used) end
    end
    pages(z, used)
end

local function bytes(z, at, length)
    return ffi.string(z.u8 + at, length)
end

local function text_of(z, unit, data)
    if z.u8[8 * unit + 1] == L.T_NUMBER then return tostring(z.f64[unit + data / 8]) end
    return bytes(z, 8 * unit + data, z.u32[2 * unit + 1])
end

-- {key → "type:flags:expires:value"}
function dump(handle)
    local z = zones[handle]
    local out = {}
    for unit in pairs((lru(z))) do
        local kind, value = z.u8[8 * unit + 1]
        if kind == L.T_LIST then
            local all, item = {}, z.u32[2 * unit + L.E_FIRST]
            while item ~= 0 do
                all[#all + 1] = text_of(z, item, L.I_DATA)
                item = z.u32[2 * item + L.I_NEXT]
            end
            value = table.concat(all, ",")
        else
            value = text_of(z, unit, L.E_DATA)
        end
        local length = z.u8[8 * unit + 2] + 256 * z.u8[8 * unit + 3]
        local key = bytes(z, 8 * unit + L.E_DATA + index.value_size(z, unit), length)
        out[key] = kind .. ":" .. z.u32[2 * unit + L.E_FLAGS] .. ":" .. z.f64[unit + L.F_EXPIRES] .. ":" .. value
    end
    return out
end
