-- ndk.set_var: the directives of set_misc that compute a variable from one value, as functions.
local state = require "pyresty.state"
local base32 = require "pyresty.modules.base32"
local log = require "pyresty.http.log"
local set_misc = require "pyresty.modules.set_misc"

local error, setmetatable, tostring, type = error, setmetatable, tostring, type

local LOG_ERR = 4
local TAKES_TWO = {set_hmac_sha1 = true, set_hmac_sha256 = true}

local function in_base32(convert)
    return function(value)
        local loc = state.r.loc
        return convert(value, loc.set_base32_alphabet, loc.set_base32_padding)
    end
end

local directives = {
    set_encode_base32 = in_base32(base32.encode),
    set_decode_base32 = in_base32(base32.decode),
}
for name, fn in pairs(set_misc.functions) do
    if not TAKES_TWO[name] then directives[name] = fn end
end

local function index(_, name)
    if type(name) ~= "string" then name = tostring(name) end
    local fn = directives[name]
    if not fn then error('ndk.set_var: directive "' .. name .. '" not found or does not use ndk_set_var_value', 2) end
    return function(value)
        if not state.r then error("no request found", 2) end
        if type(value) ~= "string" then value = tostring(value) end
        local result, message = fn(value)
        if message then log.error(LOG_ERR, state.r, message) end
        if not result then error("calling directive " .. name .. " failed with code -1", 2) end
        return result
    end
end

local function newindex() error("not allowed", 2) end

-- The global `ndk`, which `require "ndk"` gives as well.
local function install(_, globals)
    local ndk = {set_var = setmetatable({}, {__index = index, __newindex = newindex})}
    globals.ndk = ndk
    package.loaded.ndk = ndk
end

return {install = install}
