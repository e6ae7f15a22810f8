-- table.clear(t) for engines without it.

local next = next

local function clear(t)
    local key = next(t)
    while key ~= nil do
        t[key] = nil
        key = next(t, key)
    end
end

table.clear = clear
return clear
