-- pclose(file) → the status that wait() gave, or -1. LuaJIT's own file:close() drops it. The file is closed after it.

local ffi = require "ffi"

ffi.cdef "int pclose(void *stream);"

local cast = ffi.cast
local format = string.format
local tonumber = tonumber
local void_pp = ffi.typeof "void **"

return function(file)
    -- The userdata starts with its FILE *; without one LuaJIT takes the file for closed.
    local slot = cast(void_pp, tonumber(format("%p", file)))
    local stream = slot[0]
    if stream == nil then
        error("attempt to use a closed file", 3)
    end
    slot[0] = nil
    return ffi.C.pclose(stream)
end
