-- table.nkeys(t) → number of keys

local error = error
local next = next
local type = type

local function nkeys(t)
    if type(t) ~= "table" then
        error("bad argument #1 to 'nkeys' (table expected, got " .. (t == nil and "no value" or type(t)) .. ")", 2)
    end
    local n = 0
    for _ in next, t do
        n = n + 1
    end
    return n
end

table.nkeys = nkeys
return nkeys
