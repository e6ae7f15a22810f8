-- Looking through bytes without a loop in Lua: callers' loops stay one trace.
local ffi = require "ffi"
local cdef = require "pyresty.native.cdef"

local C, cast, copy_string = ffi.C, ffi.cast, ffi.string
local band, char, format = require "bit".band, string.char, string.format
local loadstring, tonumber = loadstring, tonumber

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

local ROOM = 4096
local scratch = ffi.new("uint8_t[?]", ROOM)

local PIECE = 32
local BYTE = [=[
cast("uint32_t *", area + n)[0] = words[bytes[%d]]
n = n + sizes[bytes[%d]]
]=]

-- Code for so many bytes. What a byte becomes is always stored as four: nothing is decided by the data.
local function code_for(count)
    local lines = {}
    for at = 0, count - 1 do lines[at + 1] = format(BYTE, at, at) end
    return table.concat(lines)
end

-- A function(area, words, sizes, bytes, n, size), which writes what `size` bytes become from `n` on → n then. Less than
-- a piece is straight code, chosen by the bits of its size: no loop, in which LuaJIT's trace of the caller would end.
local function writer()
    local lines = {"local cast, band = ... local function write(area, words, sizes, bytes, n, size)"}
    lines[2] = format("if size >= %d then %s return write(area, words, sizes, bytes + %d, n, size - %d) end",
        PIECE, code_for(PIECE), PIECE, PIECE)
    local count = PIECE / 2
    while count >= 1 do
        local code = code_for(count)
        lines[#lines + 1] = format("if band(size, %d) ~= 0 then %s bytes = bytes + %d end", count, code, count)
        count = count / 2
    end
    lines[#lines + 1] = "return n end return write"
    return loadstring(table.concat(lines, "\n"), "=percent")(cast, band)
end
local write = writer()

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
        local most = 3 * size + 4
        local area = most <= ROOM and scratch or ffi.new("uint8_t[?]", most)
        local n = write(area, words, sizes, cast("const uint8_t *", s), 0, size)
        return n == size and s or copy_string(area, n)
    end
end

return text
