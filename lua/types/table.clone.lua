---@meta table.clone
-- Written by scripts/api: don't edit.

---A shallow copy without the metatable. `require "table.clone"` gives it.
---@param t table
---@return any copy
local function call(t) end

return call
