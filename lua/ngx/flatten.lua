-- The text of what ngx.print, ngx.arg and sockets accept: strings, numbers, and arrays of them, nested.
local null = require "pyresty.null"

local concat, floor = table.concat, math.floor
local next, rawget, tostring, type = next, rawget, tostring, type

local flatten = {}

-- %.14g. The NaN that a division gives is negative on the machines we know, and LuaJIT does not tell.
local function number_text(n)
    if n ~= n then return "-nan" end
    return tostring(n)
end
flatten.number = number_text

-- The largest index of an array (holes count), or nil when t has other keys.
local function length(t)
    local max = 0
    local key = next(t)
    while key ~= nil do
        if type(key) ~= "number" or key < 1 or key ~= floor(key) then return nil end
        if key > max then max = key end
        key = next(t, key)
    end
    return max
end

local append

local function append_table(out, n, t, strict)
    local max = length(t)
    if not max then return nil, "non-array table found" end
    for i = 1, max do
        local err
        n, err = append(out, n, rawget(t, i), strict)
        if not n then return nil, err end
    end
    return n
end

-- Appends a value's texts to out[1…n] → new n | nil, error text
function append(out, n, value, strict)
    local kind = type(value)
    if kind == "string" then
        out[n + 1] = value
    elseif kind == "number" then
        out[n + 1] = number_text(value)
    elseif kind == "table" then
        return append_table(out, n, value, strict)
    elseif strict then
        return nil, "bad data type " .. kind .. " found"
    elseif value == nil then
        out[n + 1] = "nil"
    elseif kind == "boolean" then
        out[n + 1] = value and "true" or "false"
    elseif value == null then
        out[n + 1] = "null"
    elseif kind == "userdata" then
        return n
    else
        return nil, "bad data type " .. kind .. " found"
    end
    return n + 1
end
flatten.append = append

--- The text of a table of strings and numbers; `strict` admits nothing else in it. → string | nil, error text
function flatten.table(t, strict)
    local out = {}
    local n, err = append_table(out, 0, t, strict)
    if not n then return nil, err end
    return concat(out, "", 1, n)
end

return flatten
