-- table.isempty(t)

local error = error
local next = next
local type = type

local function isempty(t)
    if type(t) ~= "table" then
        error("bad argument #1 to 'isempty' (table expected, got " .. (t == nil and "no value" or type(t)) .. ")", 2)
    end
    return next(t) == nil
end

table.isempty = isempty
return isempty
