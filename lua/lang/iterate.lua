-- pairs and ipairs with __pairs and __ipairs, for LuaJIT and Lua 5.1. They return the engine's own iterators, so that
-- LuaJIT keeps its compiled loops.

local error = error
local getmetatable = debug.getmetatable
local next = next
local rawget = rawget
local type = type

local step = ipairs({})

local function not_table(name, value)
    error("bad argument #1 to '" .. name .. "' (table expected, got " .. type(value) .. ")", 3)
end

function _G.pairs(t)
    local meta = getmetatable(t)
    if meta then
        local handler = rawget(meta, "__pairs")
        if handler ~= nil then
            local iterator, state, control = handler(t)
            return iterator, state, control
        end
    end
    if type(t) ~= "table" then
        not_table("pairs", t)
    end
    return next, t, nil
end

function _G.ipairs(t)
    local meta = getmetatable(t)
    if meta then
        local handler = rawget(meta, "__ipairs")
        if handler ~= nil then
            local iterator, state, control = handler(t)
            return iterator, state, control
        end
    end
    if type(t) ~= "table" then
        not_table("ipairs", t)
    end
    return step, t, 0
end
