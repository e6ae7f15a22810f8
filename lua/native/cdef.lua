-- Declares C symbols for the FFI modules.
--
-- A Lua application shares the VM's one C namespace with us, and `ffi.cdef` refuses to define a type twice. So every
-- type and function that we declare has the prefix `pyresty_` and is bound to the real symbol by name.

local ffi = require "ffi"

local cdef = {}

local declared = {}

--- Evaluates `text` once per VM, however often the calling module is loaded.
function cdef.once(name, text)
    if declared[name] then
        return
    end
    if not pcall(ffi.typeof, "pyresty_" .. name .. "_declared") then
        ffi.cdef(text .. "\ntypedef int pyresty_" .. name .. "_declared;")
    end
    declared[name] = true
end

--- Loads the first library of `names` that the system has → library | nil, message.
function cdef.library(names)
    local failure
    for i = 1, #names do
        local ok, lib = pcall(ffi.load, names[i])
        if ok then
            return lib
        end
        failure = failure or lib
    end
    return nil, failure
end

return cdef
