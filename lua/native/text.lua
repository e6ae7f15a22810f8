-- Looking through bytes without a loop in Lua: callers' loops stay one trace.
local ffi = require "ffi"
local cdef = require "pyresty.native.cdef"

local C, char, tonumber = ffi.C, string.char, tonumber

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

return text
