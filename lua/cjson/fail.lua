-- Raises errors as the C module does: with the position of whoever called the module's function.

local error = error
local getinfo = debug.getinfo
local type = type

local fail = {}

--- Raises `message` with the position of the caller of `entry`, which is on the stack.
function fail.at(entry, message)
    local level = 2
    while true do
        local info = getinfo(level, "f")
        if not info then
            error(message, 0)
        elseif info.func == entry then
            -- The frame of this function counts.
            error(message, level + 1)
        end
        level = level + 1
    end
end

--- "string expected, got nil" for an argument of the wrong type.
function fail.expected(wanted, value)
    return wanted .. " expected, got " .. type(value)
end

return fail
