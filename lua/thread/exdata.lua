-- thread.exdata: exdata(value) stores one value for the running coroutine, exdata() returns it (nil when unset).

local running = coroutine.running
local select = select
local setmetatable = setmetatable

local values = setmetatable({}, { __mode = "k" })

return function(...)
    local co = running()
    if select("#", ...) == 0 then
        return values[co]
    end
    values[co] = (...)
end
