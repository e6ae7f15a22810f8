-- What thread.exdata and thread.exdata2 are: one value for each coroutine.

local running = coroutine.running
local select = select
local setmetatable = setmetatable

return function()
    local values = setmetatable({}, { __mode = "k" })
    --- slot(value) stores a value for the running coroutine, slot() returns it (nil when unset).
    return function(...)
        local co = running()
        if select("#", ...) == 0 then
            return values[co]
        end
        values[co] = (...)
    end
end
