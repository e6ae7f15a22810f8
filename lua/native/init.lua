-- native.io, .pcre, .crypto, .shdict, .zlib, .tls, .limits, .counters, .peers: FFI on LuaJIT; on the other engines the
-- same functions over the private LuaJIT VM ("kernel") that Python keeps.

local native = {}

local on_luajit = type(rawget(_G, "jit")) == "table"

local PARTS = {
    io = true, pcre = true, crypto = true, shdict = true, zlib = true, text = true, limits = true, counters = true,
    tls = true, peers = true,
}

-- A part is loaded when it is first used, so that a system without libpcre2 can run what needs none.
return setmetatable(native, {
    __index = function(_, name)
        if not PARTS[name] then
            return nil
        end
        local part
        if on_luajit then
            part = require("pyresty.native." .. name)
        else
            part = require("pyresty.native.proxy")[name]
        end
        native[name] = part
        return part
    end,
})
