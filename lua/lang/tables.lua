-- What an engine's table, raw and string-search libraries lack: pack, unpack, move, rawlen, searchpath, searchers.

local error = error
local getmetatable = getmetatable
local next = next
local rawget = rawget
local select = select
local type = type
local concat = table.concat
local find, gmatch, gsub = string.find, string.gmatch, string.gsub
local floor = math.floor
local open = io.open

local unpack = rawget(_G, "unpack") or table.unpack

_G.unpack = unpack
table.unpack = table.unpack or unpack
package.searchers = package.searchers or package.loaders
package.loaders = package.searchers

if not table.pack then
    function table.pack(...)
        return { n = select("#", ...), ... }
    end
end

local function index_argument(value, position)
    if type(value) ~= "number" then
        local got = value == nil and "no value" or type(value)
        error("bad argument #" .. position .. " to 'move' (number expected, got " .. got .. ")", 3)
    end
    return floor(value)
end

if not table.move then
    --- table.move(source, first, last, to, target?) → target
    function table.move(source, first, last, to, target)
        if type(source) ~= "table" then
            error("bad argument #1 to 'move' (table expected, got " .. type(source) .. ")", 2)
        end
        first, last, to = index_argument(first, 2), index_argument(last, 3), index_argument(to, 4)
        target = target or source
        local shift = to - first
        if to > last or to <= first or target ~= source then
            for i = first, last do
                target[i + shift] = source[i]
            end
        else
            for i = last, first, -1 do
                target[i + shift] = source[i]
            end
        end
        return target
    end
end

if not rawget(_G, "rawlen") then
    local function without_meta(t)
        local meta = debug.getmetatable(t)
        debug.setmetatable(t, nil)
        local n = #t
        debug.setmetatable(t, meta)
        return n
    end

    --- rawlen(table or string): the length without __len.
    function _G.rawlen(value)
        if type(value) == "string" then
            return #value
        elseif type(value) ~= "table" then
            error("table or string expected", 2)
        end
        return getmetatable(value) == nil and #value or without_meta(value)
    end
end

if not package.searchpath then
    --- package.searchpath(name, path, separator?, replacement?) → file | nil, the files tried
    function package.searchpath(name, path, separator, replacement)
        separator = separator or "."
        if separator ~= "" and find(name, separator, 1, true) then
            name = gsub(name, (gsub(separator, "%p", "%%%0")), (gsub(replacement or "/", "%%", "%%%%")))
        end
        local tried, n = {}, 0
        for template in gmatch(path, "[^;]+") do
            local file_name = gsub(template, "%?", (gsub(name, "%%", "%%%%")))
            local file = open(file_name, "r")
            if file then
                file:close()
                return file_name
            end
            n = n + 1
            tried[n] = "\n\tno file '" .. file_name .. "'"
        end
        return nil, concat(tried)
    end
end

if _VERSION == "Lua 5.2" then
    function table.getn(t)
        return #t
    end

    --- table.maxn(t): the largest positive numeric key, 0 without one.
    function table.maxn(t)
        local max = 0
        for key in next, t do
            if type(key) == "number" and key > max then
                max = key
            end
        end
        return max
    end

    function table.foreach(t, visit)
        for key, value in next, t do
            local result = visit(key, value)
            if result ~= nil then
                return result
            end
        end
    end

    function table.foreachi(t, visit)
        for i = 1, #t do
            local result = visit(i, t[i])
            if result ~= nil then
                return result
            end
        end
    end
end
