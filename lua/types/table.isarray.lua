---@meta table.isarray
-- Written by scripts/api: don't edit.

---Whether all keys are positive integers; holes are allowed. `require "table.isarray"` gives it.
---@param t table
---@return integer array
local function call(t) end

return call
