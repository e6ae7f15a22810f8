---@meta tablepool
-- Written by scripts/api: don't edit.

local module = {}

---A table from the pool of that name, or a new one.
---@param name string
---@param array integer
---@param hash integer
---@return table t
function module.fetch(name, array, hash) end

---Gives a table back to its pool, emptied unless `keep`.
---@param name string
---@param t table
---@param keep? boolean
function module.release(name, t, keep) end

return module
