-- require "tablepool": tables that are used again, in pools by name.
local new, clear = require "table.new", require "table.clear"

local error, setmetatable = error, setmetatable

local MAX_TABLES = 200 -- that a pool keeps
local MAX_RELEASES = 20000 -- after which a pool is given up, so that tables which have grown large go

local pools, releases = {}, {}

local tablepool = {_VERSION = "0.03"}

--- A table from the pool; a new one with room for `array` items and `hash` fields when it is empty.
function tablepool.fetch(name, array, hash)
    local pool = pools[name]
    local count = pool and #pool or 0
    if count == 0 then return new(array, hash) end
    local t = pool[count]
    pool[count] = nil
    return t
end

--- Gives a table back, emptied and without its metatable unless `keep`.
function tablepool.release(name, t, keep)
    if t == nil then error("object empty", 2) end
    local pool = pools[name]
    if not pool then
        pool = {}
        pools[name], releases[name] = pool, 0
    end
    if not keep then
        setmetatable(t, nil)
        clear(t)
    end
    releases[name] = releases[name] + 1
    if releases[name] > MAX_RELEASES then
        pools[name], releases[name] = {}, 0
    elseif #pool < MAX_TABLES then
        pool[#pool + 1] = t
    end
end

return tablepool
