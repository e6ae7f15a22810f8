-- Layout of a shared-memory zone (ngx.shared).
--
-- A zone is: header, page table, hash buckets, data pages of 4 KB. A place in it is a *unit*, a distance from its start
-- in 8 bytes (so 32 bits reach 32 GB). All access is through three views of the same memory, u8, u32 and f64, and plain
-- numbers: no pointer is made while the lock is held, so nothing is allocated there.
--
-- Sizes are such that a zone holds as much as nginx's slab pool of the same size: its page count, its size classes
-- (powers of two from 8 to 2048 bytes, then whole pages), its bytes for an entry and for a list item. Page table and
-- buckets are beyond the size that the configuration asks for.

local layout = {
    MAGIC = 0x70795231,
    PAGE_SIZE = 4096,
    PAGE_UNITS = 512,
    MIN_SHIFT = 3,
    MAX_SLOT_SHIFT = 11,          -- 2048 bytes

    -- Header, u32 indexes (bytes 0 … 63 are the mutex).
    H_MAGIC = 16,
    H_PAGES = 17,
    H_FREE_PAGES = 18,
    H_BUCKET_MASK = 19,
    H_TABLE = 20,                 -- u32 index of the page table
    H_BUCKETS = 21,               -- u32 index of the buckets
    H_DATA = 22,                  -- unit of the first data page
    H_LRU_HEAD = 23,              -- most recently used entry, a unit or 0
    H_LRU_TAIL = 24,
    H_FREE_RUN = 25,              -- first run of free pages, page number + 1 or 0
    H_UNDO = 26,                  -- entry that is being changed in place, or 0
    H_UNDO_FLAGS = 27,
    H_UNDO_TYPE = 28,
    H_FLUSHING = 29,              -- 1 while flush_all marks entries
    H_REPAIRS = 30,               -- how often a zone was rebuilt after its lock's owner died
    H_PARTIAL = 32,               -- + shift: first page of that class with free slots, page number + 1 or 0
    -- Header, f64 indexes.
    F_STAMP = 24,                 -- counter of uses, orders the LRU list
    F_CAPACITY = 25,
    F_UNDO_EXPIRES = 26,
    UNDO_VALUE_UNIT = 32,         -- the old value, 8 … UNDO_SIZE bytes
    UNDO_SIZE = 256,
    HEADER_SIZE = 4096,

    -- Page table, 8 u32 for a page.
    PAGE_WORDS = 8,
    P_KIND = 0,                   -- 0 free (or inside a large block), a shift = slots, LARGE + n = a block of n pages
    P_USED = 1,                   -- slots in use
    P_FREE_SLOT = 2,              -- first free slot, a unit or 0
    P_NEXT = 3,                   -- in the list of partial pages or of free runs, page number + 1 or 0
    P_PREV = 4,
    P_RUN = 5,                    -- pages of the free run that begins here, or 0
    P_RUN_HEAD = 6,               -- of the last page of a free run: page number + 1 of its first, or 0
    LARGE = 256,

    -- Block: byte 0 is its state; a free slot has the unit of the next one in word 1.
    FREE = 0,
    ENTRY = 1,
    ITEM = 2,
    RESERVED = 3,

    -- Entry, u32 indexes from 2 * unit. Byte 1 is the type; bytes 2 and 3 the length of the key.
    E_VALUE_LENGTH = 1,           -- bytes; of a list, the number of items
    E_HASH = 2,
    E_HASH_NEXT = 3,
    E_LRU_PREV = 4,
    E_LRU_NEXT = 5,
    E_FLAGS = 6,
    E_FIRST = 7,
    E_LAST = 12,
    F_EXPIRES = 4,                -- f64 index from unit: milliseconds since the epoch, 0 = never
    F_USED = 5,                   -- f64 index from unit: value of the counter when last used
    E_DATA = 56,                  -- bytes: value, then key
    ENTRY_COST = 68,              -- what nginx needs for an entry besides key and value
    LIST_HEAD_COST = 16,

    -- Item of a list. Byte 1 is the type.
    I_LENGTH = 1,
    I_NEXT = 2,
    I_PREV = 3,
    I_DATA = 16,
    ITEM_COST = 21,

    -- Types, as Lua numbers them.
    T_BOOLEAN = 1,
    T_NUMBER = 3,
    T_STRING = 4,
    T_LIST = 5,
}

local floor = math.floor

local POOL_HEADER = 704           -- of nginx's slab pool on a 64 bit machine
local POOL_PAGE = 24

--- Number of data pages that nginx has in a zone of `size` bytes.
function layout.pages(size)
    local room = size - POOL_HEADER
    local pages = floor(room / (layout.PAGE_SIZE + POOL_PAGE))
    local start = floor((POOL_HEADER + pages * POOL_PAGE + layout.PAGE_SIZE - 1) / layout.PAGE_SIZE)
    local fit = floor((size - start * layout.PAGE_SIZE) / layout.PAGE_SIZE)
    return fit < pages and fit or pages
end

--- Number of hash buckets for so many pages, a power of two.
function layout.buckets(pages)
    local count = 64
    while count < pages * 16 do
        count = count * 2
    end
    return count
end

--- Bytes of memory that a zone of `size` bytes needs.
function layout.memory(size)
    local pages = layout.pages(size)
    local meta = layout.HEADER_SIZE + pages * layout.PAGE_WORDS * 4 + layout.buckets(pages) * 4
    meta = floor((meta + layout.PAGE_SIZE - 1) / layout.PAGE_SIZE) * layout.PAGE_SIZE
    return meta + pages * layout.PAGE_SIZE, meta
end

return layout
