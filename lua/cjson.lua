-- cjson: JSON with lua-cjson's names, settings and error texts and OpenResty's extras, in Lua.

local decode_text = require "pyresty.cjson.decode"
local encode_value = require "pyresty.cjson.encode"
local null = require "pyresty.null"
local options = require "pyresty.cjson.options"

local error = error
local newproxy = newproxy
local select = select

local array_mt, empty_array_mt = {}, {}
local empty_array = newproxy()

local function new()
    local config = options.defaults()
    config.array_mt, config.empty_array_mt, config.empty_array = array_mt, empty_array_mt, empty_array

    local function encode(...)
        if select("#", ...) ~= 1 then
            error("bad argument #1 to 'encode' (expected 1 argument)", 2)
        end
        local text = encode_value(config, (...))
        return text
    end

    local function decode(...)
        if select("#", ...) ~= 1 then
            error("bad argument #1 to 'decode' (expected 1 argument)", 2)
        end
        local value = decode_text(config, (...))
        return value
    end

    config.encode, config.decode = encode, decode

    local cjson = {
        _NAME = "cjson",
        _VERSION = "2.1.0.11",
        null = null,
        array_mt = array_mt,
        empty_array_mt = empty_array_mt,
        empty_array = empty_array,
        encode = encode,
        decode = decode,
        new = new,
    }
    options.install(cjson, config)
    return cjson
end

return new()
