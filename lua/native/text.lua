-- Looking through bytes without a loop in Lua: callers' loops stay one trace.
local ffi = require "ffi"
local cdef = require "pyresty.native.cdef"

local C, cast, copy_string = ffi.C, ffi.cast, ffi.string
local char, format, tonumber = string.char, string.format, tonumber

cdef.once("text", [[
size_t pyresty_text_strspn(const char *data, const char *set) __asm__("strspn");
]])

local text = {}

--- A function(s) → whether s has none of the bytes that `members` maps to true. It may say no when s has a NUL.
function text.without(members)
    local others = {}
    for b = 1, 255 do
        if not members[b] then others[#others + 1] = char(b) end
    end
    local set = table.concat(others)
    return function(s) return tonumber(C.pyresty_text_strspn(s, set)) == #s end
end

local MOST_KEPT = 262144 -- bytes of memory that stay

local room = { area = ffi.new("uint8_t[?]", 4096), capacity = 4096 }

local function reserve(size)
    room.area, room.capacity = ffi.new("uint8_t[?]", size), size
end

-- Writes byte `i` and those behind it from `n` on → how many bytes there are then. What a byte becomes is always stored
-- as four: nothing is decided by the data.
local function put(area, words, sizes, bytes, size, i, n)
    cast("uint32_t *", area + n)[0] = words[bytes[i]]
    n = n + sizes[bytes[i]]
    if i == size - 1 then return n end
    return put(area, words, sizes, bytes, size, i + 1, n)
end

--- A function(s) that makes %XX of each byte that `members` maps to true.
function text.percent(members)
    local words, sizes = ffi.new "uint32_t[256]", ffi.new "uint8_t[256]"
    for b = 0, 255 do
        local becomes = members[b] and format("%%%02X", b) or char(b)
        ffi.copy(words + b, becomes, #becomes)
        sizes[b] = #becomes
    end
    return function(s)
        local size = #s
        if size == 0 then return s end
        if 3 * size + 4 > room.capacity then reserve(3 * size + 4) end
        local n = put(room.area, words, sizes, cast("const uint8_t *", s), size, 0, 0)
        local result = n == size and s or copy_string(room.area, n)
        if room.capacity > MOST_KEPT then reserve(4096) end
        return result
    end
end

return text
