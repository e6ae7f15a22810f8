-- Entry of the private LuaJIT VM: runs a native function by name for an engine without FFI. Only scalars cross, so
-- functions that take or return tables have a flat form here; pyresty.native.proxy builds the tables.

local native = require "pyresty.native"

local char, concat, floor = string.char, table.concat, math.floor
local find, sub = string.find, string.sub
local unpack = unpack

local flat = {}

local captures = {}

-- → from, to, group 0, group 1 … | nil | nil, code
flat["pcre.exec"] = function(handle, subject, start)
    local from, to = native.pcre.exec(handle, subject, start, captures)
    if not from then
        return nil, to
    end
    return from, to, unpack(captures, 0, native.pcre.groups(handle))
end

flat["pcre.names"] = function(handle)
    return unpack(native.pcre.names(handle) or {})
end

-- → keys, each behind its length in two bytes (big-endian)
flat["shdict.get_keys"] = function(...)
    local keys = native.shdict.get_keys(...)
    for i = 1, #keys do
        local length = #keys[i]
        keys[i] = char(floor(length / 256), length % 256) .. keys[i]
    end
    return concat(keys)
end

-- Handles of SSL objects are their addresses outside.
flat["tls.recv"] = function(address) return native.tls.recv(native.tls.open(address)) end
flat["tls.send"] = function(address, data, from) return native.tls.send(native.tls.open(address), data, from) end
flat["tls.sendfile"] = function(address, ...) return native.tls.sendfile(native.tls.open(address), ...) end

local functions = {}

local function resolve(name)
    local dot = find(name, ".", 1, true)
    local part = native[sub(name, 1, dot - 1)]
    local fn = flat[name] or part and part[sub(name, dot + 1)]
    if type(fn) ~= "function" then
        error("no native function " .. name, 0)
    end
    functions[name] = fn
    return fn
end

return function(name, ...)
    return (functions[name] or resolve(name))(...)
end
