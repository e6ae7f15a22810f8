-- table.isarray(t): whether all keys are integers from 1 on, holes allowed; true for an empty table.

local error = error
local next = next
local type = type

local function isarray(t)
    if type(t) ~= "table" then
        error("bad argument #1 to 'isarray' (table expected, got " .. (t == nil and "no value" or type(t)) .. ")", 2)
    end
    for key in next, t do
        if type(key) ~= "number" or key < 1 or key % 1 ~= 0 then
            return false
        end
    end
    return true
end

table.isarray = isarray
return isarray
