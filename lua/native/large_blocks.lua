-- Room for large values in LuaJIT's heap.
local ffi = require "ffi"
local buffer = require "string.buffer"

local ipairs, tonumber = ipairs, tonumber
local huge, sort = math.huge, table.sort

local BLOCK, BLOCKS = 60000, 96 -- bytes of one, 64 KB as they are allocated; how many
local TOGETHER = 16 -- so many make one free one, of one or two megabytes
local STEP = 131072 -- from one to the next, at most: mappings of the allocator's have that size

-- Numbers that stand for where blocks lie, in their order, and the blocks by those.
local function by_address(blocks)
    local addresses, at = {}, {}
    for i, block in ipairs(blocks) do
        local address = tonumber(ffi.cast("uintptr_t", (block:ref())))
        addresses[i], at[address] = address, block
    end
    sort(addresses)
    return addresses, at
end

-- LuaJIT's allocator maps a block of 128 KB or more by itself when no free one is large enough, and unmaps it when it
-- is freed: each page of a large table or string faults every time, half of the time such a program takes. Blocks below
-- that size that lie side by side become one large free one. The outermost ones are kept: what borders on the
-- allocator's last chunk would be given back; and some between, for small values are cut off the block that one was cut
-- off before, however much is free elsewhere: they would spread over all of it. Nothing is written to the blocks: they
-- are addresses, not memory, until they are used.
return function()
    local blocks = {}
    for i = 1, BLOCKS do
        blocks[i] = buffer.new()
        blocks[i]:reserve(BLOCK)
    end
    local addresses, at = by_address(blocks)
    local kept = {}
    for i, address in ipairs(addresses) do
        local before, after = addresses[i - 1] or 0, addresses[i + 1] or huge
        if address - before > STEP or after - address > STEP or i % TOGETHER == 0 then
            kept[#kept + 1] = at[address]
        else
            at[address]:free()
        end
    end
    return kept
end
