-- table.new(array slots, hash slots) for engines without it: the sizes are only hints.

local function new()
    return {}
end

table.new = new
return new
