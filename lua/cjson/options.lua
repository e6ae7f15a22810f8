-- The setting functions of a cjson instance: name(value?) → the setting.

local fail = require "pyresty.cjson.fail"

local select = select
local tonumber = tonumber
local type = type
local ceil, floor = math.ceil, math.floor
local format = string.format

local options = {}

local INT_MAX = 2147483647
local SWITCH = { off = false, on = true }
local INVALID_NUMBERS = { off = false, on = true, null = "null" }

local function too_many(entry, given, allowed, name)
    if given > allowed then
        fail.at(entry, format("bad argument #%d to '%s' (found too many arguments)", allowed + 1, name))
    end
end

-- `value` as one of `words`; raises on behalf of the setting function `entry`.
local function choose(entry, name, value, words)
    if type(value) == "boolean" then
        return value
    end
    if type(value) ~= "string" and type(value) ~= "number" then
        fail.at(entry, "bad argument #1 to '" .. name .. "' (" .. fail.expected("string", value) .. ")")
    end
    local choice = words[value]
    if choice == nil then
        fail.at(entry, format("bad argument #1 to '%s' (invalid option '%s')", name, value))
    end
    return choice
end

local function integer(entry, name, position, value, min, max)
    local number = (type(value) == "number" or type(value) == "string") and tonumber(value)
    if not number then
        fail.at(entry, format("bad argument #%d to '%s' (%s)", position, name, fail.expected("number", value)))
    end
    number = number < 0 and ceil(number) or floor(number)
    if number < min or number > max then
        fail.at(entry, format("bad argument #1 to '%s' (expected integer between %d and %d)", name, min, max))
    end
    return number
end

local function switch(config, name, words)
    local function set(...)
        too_many(set, select("#", ...), 1, name)
        local value = ...
        if value ~= nil then
            config[name] = choose(set, name, value, words or SWITCH)
        end
        return config[name]
    end
    return set
end

local function number(config, name, min, max)
    local function set(...)
        too_many(set, select("#", ...), 1, name)
        local value = ...
        if value ~= nil then
            config[name] = integer(set, name, 1, value, min, max)
        end
        return config[name]
    end
    return set
end

local function indent(config)
    local name = "encode_indent"
    local function set(...)
        too_many(set, select("#", ...), 1, name)
        local value = ...
        if value ~= nil then
            if type(value) ~= "string" and type(value) ~= "number" then
                fail.at(set, "bad argument #1 to '" .. name .. "' (" .. fail.expected("string", value) .. ")")
            end
            config[name] = value .. ""
        end
        return config[name]
    end
    return set
end

local function sparse_array(config)
    local name = "encode_sparse_array"
    local function set(...)
        too_many(set, select("#", ...), 3, name)
        local convert, ratio, safe = ...
        if convert ~= nil then
            config.sparse_convert = choose(set, name, convert, SWITCH)
        end
        if ratio ~= nil then
            config.sparse_ratio = integer(set, name, 2, ratio, 0, INT_MAX)
        end
        if safe ~= nil then
            config.sparse_safe = integer(set, name, 3, safe, 0, INT_MAX)
        end
        return config.sparse_convert, config.sparse_ratio, config.sparse_safe
    end
    return set
end

--- Settings with their defaults.
function options.defaults()
    return {
        encode_empty_table_as_object = true,
        encode_escape_forward_slash = true,
        encode_indent = "",
        encode_invalid_numbers = false,
        encode_keep_buffer = true,
        encode_max_depth = 1000,
        encode_number_precision = 14,
        encode_skip_unsupported_value_types = false,
        sparse_convert = false,
        sparse_ratio = 2,
        sparse_safe = 10,
        decode_allow_comment = false,
        decode_array_with_array_mt = false,
        decode_invalid_numbers = true,
        decode_max_depth = 1000,
    }
end

--- Adds the setting functions for `config` to the module table.
function options.install(module, config)
    module.encode_empty_table_as_object = switch(config, "encode_empty_table_as_object")
    module.encode_escape_forward_slash = switch(config, "encode_escape_forward_slash")
    module.encode_indent = indent(config)
    module.encode_invalid_numbers = switch(config, "encode_invalid_numbers", INVALID_NUMBERS)
    module.encode_keep_buffer = switch(config, "encode_keep_buffer")
    module.encode_max_depth = number(config, "encode_max_depth", 1, INT_MAX)
    module.encode_number_precision = number(config, "encode_number_precision", 1, 16)
    module.encode_skip_unsupported_value_types = switch(config, "encode_skip_unsupported_value_types")
    module.encode_sparse_array = sparse_array(config)
    module.decode_allow_comment = switch(config, "decode_allow_comment")
    module.decode_array_with_array_mt = switch(config, "decode_array_with_array_mt")
    module.decode_invalid_numbers = switch(config, "decode_invalid_numbers")
    module.decode_max_depth = number(config, "decode_max_depth", 1, INT_MAX)
end

return options
