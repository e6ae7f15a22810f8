---@meta table.nkeys
-- Written by scripts/api: don't edit.

---The number of keys. `require "table.nkeys"` gives it.
---@param t table
---@return integer n
local function call(t) end

return call
