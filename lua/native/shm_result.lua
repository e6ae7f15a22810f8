-- Where an operation under the lock leaves what it read; strings are made of it when the lock is free again.

local ffi = require "ffi"

local copy_string = ffi.string
local tonumber = tonumber

local layout = require "pyresty.native.shm_layout"
local T_STRING, T_NUMBER = layout.T_STRING, layout.T_NUMBER

local INITIAL_SIZE = 4096

local buffer = ffi.new("uint8_t[?]", INITIAL_SIZE)

local result = {
    bytes = buffer,
    size = INITIAL_SIZE,                                      -- bytes that fit
    address = tonumber(ffi.cast("uintptr_t", buffer)),
    number = ffi.new("double[1]"),
}

--- Makes room for `size` bytes. What was in the buffer is lost.
function result.reserve(size)
    if size > result.size then
        buffer = ffi.new("uint8_t[?]", size * 2)
        result.bytes, result.size = buffer, size * 2
        result.address = tonumber(ffi.cast("uintptr_t", buffer))
    end
end

--- The first `length` bytes.
function result.string(length)
    return copy_string(result.bytes, length)
end

--- The value of type `kind` that was read.
function result.value(kind, length)
    if kind == T_STRING then
        return copy_string(result.bytes, length)
    elseif kind == T_NUMBER then
        return result.number[0]
    end
    return result.number[0] ~= 0
end

return result
