-- Sizes in texts: "10", "8k", "1m".
local find, lower, sub = string.find, string.lower, string.sub
local tonumber = tonumber

local UNITS = {k = 1024, m = 1048576}

local sizes = {}

--- → bytes | nil when malformed (ngx_parse_size)
function sizes.parse(text)
    local scale = UNITS[lower(sub(text, -1))]
    local digits = scale and sub(text, 1, -2) or text
    if digits == "" or find(digits, "%D") then return nil end
    return tonumber(digits) * (scale or 1)
end

return sizes
