-- table.clone(t) → shallow copy without the metatable.

local error = error
local next = next
local type = type

local function clone(t)
    if type(t) ~= "table" then
        error("bad argument #1 to 'clone' (table expected, got " .. (t == nil and "no value" or type(t)) .. ")", 2)
    end
    local copy = {}
    for key, value in next, t do
        copy[key] = value
    end
    return copy
end

table.clone = clone
return clone
