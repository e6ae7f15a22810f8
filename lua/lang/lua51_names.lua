-- Functions of Lua 5.1 that Lua 5.2 dropped.

local collectgarbage = collectgarbage
local error = error
local getmetatable = getmetatable
local setmetatable = setmetatable
local type = type
local floor = math.floor
local log = math.log

math.pow = math.pow or function(x, y)
    return x ^ y
end
math.mod = math.fmod

function math.log10(x)
    return log(x, 10)
end

string.gfind = string.gmatch

--- One result, as in Lua 5.1: Lua 5.2 adds a second to "count".
function _G.collectgarbage(...)
    local result = collectgarbage(...)
    return result
end

function _G.gcinfo()
    return floor(collectgarbage("count"))
end

local function nothing() end

--- newproxy(with_meta or proxy): a table here, whose __gc may be set afterwards as with Lua 5.1's userdata.
function _G.newproxy(like)
    if not like then
        return setmetatable({}, nil)
    elseif like == true then
        return setmetatable({}, { __gc = nothing })
    end
    local meta = type(like) == "table" and getmetatable(like)
    if not meta then
        error("bad argument #1 to 'newproxy' (boolean or proxy expected)", 2)
    end
    return setmetatable({}, meta)
end
