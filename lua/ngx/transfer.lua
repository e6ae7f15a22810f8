-- Values on their way from one VM to another (ngx.run_worker_thread): nil, booleans, numbers, strings, ngx.null and
-- tables of these, as a string.
local null = require "pyresty.null"

local concat, find, floor, format, sub = table.concat, string.find, math.floor, string.format, string.sub
local error, next, pcall, rawequal, select, tonumber, type = error, next, pcall, rawequal, select, tonumber, type

local MAX_DEPTH = 100
local NAMES = {
    ["nil"] = "LUA_TNIL", ["function"] = "LUA_TFUNCTION", userdata = "LUA_TUSERDATA", thread = "LUA_TTHREAD",
}

local transfer = {}

-- ---------------------------------------------------------------- packing

local pack

local function pack_table(out, n, value, depth)
    if depth >= MAX_DEPTH then
        error({text = "suspicious circular references, table depth exceed max depth: " .. MAX_DEPTH})
    end
    out[n + 1] = "t"
    n = n + 1
    for key, item in next, value do
        n = pack(out, n, key, depth + 1)
        n = pack(out, n, item, depth + 1)
    end
    out[n + 1] = "."
    return n + 1
end

local function number_text(value)
    if value == floor(value) and value > -1e15 and value < 1e15 and (value ~= 0 or 1 / value > 0) then
        return format("i%d;", value)
    end
    return format("n%.17g;", value)
end

function pack(out, n, value, depth)
    local kind = type(value)
    if kind == "table" then return pack_table(out, n, value, depth) end
    local text
    if kind == "string" then
        text = "s" .. format("%d", #value) .. ":" .. value
    elseif kind == "number" then
        text = number_text(value)
    elseif kind == "boolean" then
        text = value and "+" or "-"
    elseif rawequal(value, null) then
        text = "0"
    elseif kind == "nil" and depth == 1 then
        text = "x"
    else
        error({text = NAMES[kind] and "unsupported Lua type: " .. NAMES[kind] or "unsupported Lua type"})
    end
    out[n + 1] = text
    return n + 1
end

local function pack_all(out, ...)
    local n = 0
    for i = 1, select("#", ...) do n = pack(out, n, (select(i, ...)), 1) end
    return n
end

--- transfer.pack(…) → string | nil, what is wrong with a value
function transfer.pack(...)
    local out = {}
    local ok, n = pcall(pack_all, out, ...)
    if ok then return concat(out, "", 1, n) end
    if type(n) == "table" and n.text then return nil, n.text end
    return error(n, 0)
end

-- ---------------------------------------------------------------- unpacking

local unpack_at

local function unpack_table(data, at)
    local result = {}
    while sub(data, at, at) ~= "." do
        local key, value
        key, at = unpack_at(data, at)
        value, at = unpack_at(data, at)
        result[key] = value
    end
    return result, at + 1
end

local ONE = {["+"] = true, ["-"] = false, ["0"] = null}

-- → value, position behind it
function unpack_at(data, at)
    local kind = sub(data, at, at)
    if kind == "s" then
        local colon = find(data, ":", at, true)
        local last = colon + tonumber(sub(data, at + 1, colon - 1))
        return sub(data, colon + 1, last), last + 1
    elseif kind == "i" or kind == "n" then
        local stop = find(data, ";", at, true)
        local text = sub(data, at + 1, stop - 1)
        return tonumber(text) or (text == "inf" and 1 / 0 or text == "-inf" and -1 / 0 or 0 / 0), stop + 1
    elseif kind == "t" then
        return unpack_table(data, at + 1)
    end
    return ONE[kind], at + 1
end

--- transfer.unpack(string) → array of the values, their number
function transfer.unpack(data)
    local values, n, at = {}, 0, 1
    while at <= #data do
        n = n + 1
        values[n], at = unpack_at(data, at)
    end
    return values, n
end

return transfer
