-- Host names in tables of the configuration: exact ones, "*.suffix" (kept as ".suffix"), "prefix.*" ("prefix.").
local byte, find, sub = string.byte, string.find, string.sub
local DOT = 46

local host_table = {}

--- The value of the longest suffix.
function host_table.by_suffix(values, key)
    local dot = find(key, ".", 1, true)
    while dot do
        local value = values[sub(key, dot)]
        if value then return value end
        dot = find(key, ".", dot + 1, true)
    end
end

--- The value of the longest prefix.
function host_table.by_prefix(values, key)
    for at = #key, 1, -1 do
        if byte(key, at) == DOT then
            local value = values[sub(key, 1, at)]
            if value then return value end
        end
    end
end

return host_table
