-- ffi.C as applications see it: libc, and what the process has loaded with global symbols, as everywhere; functions of
-- nginx that libraries call by name come from `nginx_symbols`, once they are declared with ffi.cdef.

local ffi = require "ffi"

local error, find, gsub, newproxy, pcall, require, setmetatable, sub, tostring, getmetatable =
    error, string.find, string.gsub, newproxy, pcall, require, setmetatable, string.sub, tostring, getmetatable

local real = ffi.C

local symbols = { C = real }

local known = {} -- functions that were found before

local UNDECLARED = "missing declaration"

local function lookup(C, name)
    return C[name]
end

-- What starts programs: they begin with no signal blocked, though a worker blocks those that it reads by descriptor.
local STARTS = { fork = true, popen = true, posix_spawn = true, posix_spawnp = true, system = true }

local function starting(name, fn)
    return function(...)
        local host = require("pyresty.state").host
        host.begin_program()
        local result = fn(...)
        if name ~= "fork" or result ~= 0 then -- else this is the program
            host.program_begun()
        end
        return result
    end
end

-- A C function never changes, whereas a variable does: `int (*)()` is a pointer, `int ()` the function itself.
local function is_function(value)
    local text = tostring(value)
    return sub(text, 1, 6) == "cdata<" and find(text, " ()>", 1, true) and not find(text, "(*", 1, true)
end

local function find_nginx(name, message)
    local provided = require("pyresty.native.nginx_symbols")[name]
    if provided then
        known[name] = provided
        return provided
    end
    error("undefined symbol: " .. name .. " (of nginx's C functions only some are provided): " .. message, 3)
end

setmetatable(known, {
    __index = function(_, name)
        local ok, value = pcall(lookup, real, name)
        if not ok then
            value = gsub(value, "^.-:%d+: ", "", 1) -- our own position
            if sub(tostring(name), 1, 4) == "ngx_" and not find(value, UNDECLARED, 1, true) then
                return find_nginx(name, value)
            end
            error(value, 2)
        end
        if is_function(value) then
            value = STARTS[name] and starting(name, value) or value
            known[name] = value
        end
        return value
    end,
})

--- Puts the extended ffi.C in place, for all that takes it from now on.
function symbols.install()
    local proxy = newproxy(true)
    local meta = getmetatable(proxy)
    meta.__index = known
    function meta.__newindex(_, name, value)
        real[name] = value
    end
    ffi.C = proxy
end

return symbols
