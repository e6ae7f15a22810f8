-- Lua value → JSON text. The pieces of the text are collected in a table that is used again for the next call; the
-- count of pieces travels as argument and result, so that metamethods may encode in between.

local fail = require "pyresty.cjson.fail"
local null = require "pyresty.null"
local quote = require "pyresty.cjson.quote"

local getmetatable = debug.getmetatable
local next = next
local rawget = rawget
local type = type
local concat = table.concat
local format, rep = string.format, string.rep
local rawlen = rawlen

local put_key, put_string = quote.put_key, quote.put_string

local HUGE = math.huge
local INT_MAX = 2147483647
local LONGEST_KEPT = 20000 -- pieces; a longer table is dropped after use

local spare = {}
local put_value

local function refuse(config, kind, reason)
    fail.at(config.encode, "Cannot serialise " .. kind .. ": " .. reason)
end

-- The text of a number that encode_number_precision or its being no finite number makes special.
local function number_text(config, value)
    if value ~= value or value == HUGE or value == -HUGE then
        local mode = config.encode_invalid_numbers
        if mode == "null" then
            return "null"
        elseif not mode then
            refuse(config, "number", "must not be NaN or Infinity")
        end
        return value ~= value and "NaN" or value > 0 and "Infinity" or "-Infinity"
    end
    return format("%." .. config.encode_number_precision .. "g", value)
end

-- Adds a number as it is: table.concat writes it as "%.14g", the default precision.
local function put_number(out, n, config, value)
    n = n + 1
    if value - value == 0 and config.encode_number_precision == 14 then
        out[n] = value
    else
        out[n] = number_text(config, value)
    end
    return n
end

-- Length of a table whose keys are all integers from 1 to 2^31 - 1, 0 for an empty one, nil for any other.
local function array_length(config, t)
    local max, items = 0, 0
    for key in next, t do
        if type(key) ~= "number" or key < 1 or key % 1 ~= 0 or key > INT_MAX then
            return nil
        end
        if key > max then
            max = key
        end
        items = items + 1
    end
    local ratio = config.sparse_ratio
    if ratio > 0 and max > items * ratio and max > config.sparse_safe then
        if not config.sparse_convert then
            refuse(config, "table", "excessively sparse array")
        end
        return nil
    end
    return max
end

local function put_line(out, n, config, depth)
    n = n + 1
    out[n] = "\n" .. rep(config.encode_indent, depth)
    return n
end

local function put_array(out, n, config, t, depth, length, raw)
    local indented = config.encode_indent ~= ""
    n = n + 1
    out[n] = "["
    local first = n
    for i = 1, length do
        local before = n
        if n > first then
            n = n + 1
            out[n] = ","
        end
        if indented then
            n = put_line(out, n, config, depth)
        end
        local value
        if raw then
            value = rawget(t, i)
        else
            value = t[i]
        end
        n = put_value(out, n, config, value, depth) or before
    end
    if indented and length > 0 then
        n = put_line(out, n, config, depth - 1)
    end
    n = n + 1
    out[n] = "]"
    return n
end

local function number_key(config, key)
    if key - key == 0 and config.encode_number_precision == 14 then
        return '"' .. key .. '":'
    end
    return '"' .. number_text(config, key) .. '":'
end

local function put_object(out, n, config, t, depth)
    local indented = config.encode_indent ~= ""
    n = n + 1
    out[n] = "{"
    local first, empty = n, true
    for key, value in next, t do
        empty = false
        local before = n
        if n > first then
            n = n + 1
            out[n] = ","
        end
        if indented then
            n = put_line(out, n, config, depth)
        end
        local kind = type(key)
        if kind == "string" then
            n = put_key(out, n, config, key)
        elseif kind == "number" then
            n = n + 1
            out[n] = number_key(config, key)
        else
            refuse(config, kind, "table key must be a number or string")
        end
        if indented then
            n = n + 1
            out[n] = " "
        end
        n = put_value(out, n, config, value, depth) or before
    end
    if indented and not empty then
        n = put_line(out, n, config, depth - 1)
    end
    n = n + 1
    out[n] = "}"
    return n
end

-- Tables with a metatable: array_mt, __len, elements through __index, empty_array_mt.
local function put_special(out, n, config, t, depth, meta)
    if meta == config.array_mt then
        return put_array(out, n, config, t, depth, rawlen(t), true)
    end
    local len = rawget(meta, "__len")
    if len ~= nil then
        return put_array(out, n, config, t, depth, len(t), false)
    end
    local length = array_length(config, t)
    if length and (length > 0 or not config.encode_empty_table_as_object) then
        return put_array(out, n, config, t, depth, length, false)
    elseif meta == config.empty_array_mt then
        return put_array(out, n, config, t, depth, rawlen(t), true)
    end
    return put_object(out, n, config, t, depth)
end

local function put_table(out, n, config, t, depth)
    depth = depth + 1
    if depth > config.encode_max_depth then
        fail.at(config.encode, "Cannot serialise, excessive nesting (" .. depth .. ")")
    end
    local meta = getmetatable(t)
    if meta then
        return put_special(out, n, config, t, depth, meta)
    end
    local length = array_length(config, t)
    if length and (length > 0 or not config.encode_empty_table_as_object) then
        return put_array(out, n, config, t, depth, length, true)
    end
    return put_object(out, n, config, t, depth)
end

-- Adds `value`; returns the new count, or nil when it is left out (encode_skip_unsupported_value_types).
function put_value(out, n, config, value, depth)
    local kind = type(value)
    if kind == "string" then
        return put_string(out, n, config, value)
    elseif kind == "number" then
        return put_number(out, n, config, value)
    elseif kind == "table" and value ~= config.empty_array then
        return put_table(out, n, config, value, depth)
    end
    n = n + 1
    if kind == "boolean" then
        out[n] = value and "true" or "false"
    elseif value == nil or value == null then
        out[n] = "null"
    elseif value == config.empty_array then
        out[n] = "[]"
    elseif config.encode_skip_unsupported_value_types then
        return nil
    else
        refuse(config, kind, "type not supported")
    end
    return n
end

--- encode(config, value) → text. `config` holds the settings, and as `encode` the function that an error's position
-- is the caller of.
return function(config, value)
    local out = spare or {}
    spare = nil
    local n = put_value(out, 0, config, value, 0) or 0
    local text = concat(out, "", 1, n)
    if config.encode_keep_buffer and n <= LONGEST_KEPT then
        spare = out
    end
    return text
end
