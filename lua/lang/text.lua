-- string.rep with a separator, string.format as in LuaJIT (%s and %p take any value), math.log with a base, for 5.1.

local error = error
local getmetatable = debug.getmetatable
local pcall = pcall
local select = select
local tostring = tostring
local type = type
local unpack = unpack
local byte, find, sub = string.byte, string.find, string.sub
local format, rep = string.format, string.rep
local gsub = string.gsub
local log = math.log
local exit = os.exit

function string.rep(s, n, separator)
    if separator == nil or separator == "" or type(n) ~= "number" then
        return rep(s, n)
    elseif n < 1 then
        return ""
    end
    return rep(s .. separator, n - 1) .. s
end

function math.log(x, base)
    if base == nil then
        return log(x)
    end
    return log(x) / log(base)
end

-- %p takes any value: the address that tostring() shows.
local function address(value)
    local kind = type(value)
    if kind ~= "table" and kind ~= "function" and kind ~= "thread" and kind ~= "userdata" then
        return "NULL"
    end
    local meta = kind == "table" and getmetatable(value)
    if meta then
        debug.setmetatable(value, nil)
    end
    local text = gsub(tostring(value), "^.-:? ?(0x%x+).*$", "%1")
    if meta then
        debug.setmetatable(value, meta)
    end
    return text
end

local S, P, PERCENT = byte("s"), byte("p"), byte("%")

-- Converts what %s and %p take; returns the format that fits the converted arguments.
local function convert(template, arguments, count)
    local position, index = 1, 0
    while true do
        local start = find(template, "%", position, true)
        if not start then
            return template
        end
        local stop = find(template, "[%a%%]", start + 1)
        if not stop then
            return template
        end
        local letter = byte(template, stop)
        if letter ~= PERCENT then
            index = index + 1
            if index > count then
                return template
            end
            if letter == S and type(arguments[index]) ~= "string" then
                arguments[index] = tostring(arguments[index])
            elseif letter == P then
                arguments[index] = address(arguments[index])
                template = sub(template, 1, stop - 1) .. "s" .. sub(template, stop + 1)
            end
        end
        position = stop + 1
    end
end

-- Raises the native function's error with the position of our caller's caller.
local function settle(ok, result)
    if not ok then
        error((gsub(result, "'%?'", "'format'")), 3)
    end
    return result
end

function string.format(template, ...)
    local count = select("#", ...)
    local arguments = { ... }
    if type(template) == "string" then
        template = convert(template, arguments, count)
    end
    local text = settle(pcall(format, template, unpack(arguments, 1, count)))
    return text
end

function os.exit(status)
    if type(status) == "boolean" then
        status = status and 0 or 1
    end
    if status ~= nil and type(status) ~= "number" then
        error("bad argument #1 to 'exit' (number expected, got " .. type(status) .. ")", 2)
    end
    exit(status)
end
