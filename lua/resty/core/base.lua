-- resty.core.base: helpers that libraries take from it.
local state = require "pyresty.state"
local keep = require("pyresty.http.recycled").keep

local ceil, error, pcall, require, select = math.ceil, error, pcall, require, select

local base = {
    version = "0.1.33",
    new_tab = require "table.new",
    clear_tab = require "table.clear",
    FFI_OK = 0,
    FFI_NO_REQ_CTX = -100,
    FFI_BAD_CONTEXT = -101,
    FFI_ERROR = -1,
    FFI_AGAIN = -2,
    FFI_BUSY = -3,
    FFI_DONE = -4,
    FFI_DECLINED = -5,
    FFI_ABORT = -6,
}

--- The request that runs, an opaque value; nil in init_by_lua*.
function base.get_request()
    local r = state.r
    if not r or r.phase == "init" then return nil end
    keep(r)
    return r
end

function base.allows_subsystem(...)
    for i = 1, select("#", ...) do
        if (select(i, ...)) == "http" then return end
    end
    error("unsupported subsystem: http", 2)
end

local FREE = 0 -- index of the head of the list of free references

--- Stores `value` in t under a free index → the index; -1 for nil.
function base.ref_in_table(t, value)
    if value == nil then return -1 end
    local ref = t[FREE]
    if ref and ref ~= 0 then
        t[FREE] = t[ref]
    else
        ref = #t + 1
    end
    t[ref] = value
    return ref
end

local has_ffi, ffi = pcall(require, "ffi")
if has_ffi then
    local char_array = ffi.typeof "char[?]"
    local size = 4096
    local buffer, size_box, message_box

    --- A buffer of at least `bytes`, shared by all callers unless `own`.
    function base.get_string_buf(bytes, own)
        if bytes > size or own then return ffi.new(char_array, bytes) end
        buffer = buffer or ffi.new(char_array, size)
        return buffer
    end

    function base.get_string_buf_size() return size end

    function base.set_string_buf_size(bytes)
        if bytes <= 0 then return end
        buffer, size = nil, ceil(bytes)
    end

    --- A size_t[1], shared by all callers.
    function base.get_size_ptr()
        size_box = size_box or ffi.new "size_t[1]"
        return size_box
    end

    --- A char *[1], shared by all callers.
    function base.get_errmsg_ptr()
        message_box = message_box or ffi.new "char *[1]"
        return message_box
    end
end

return base
