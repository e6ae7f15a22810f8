---@meta table.new
-- Written by scripts/api: don't edit.

---A table with room for so many items and fields. `require "table.new"` gives it.
---@param array integer
---@param hash integer
---@return table t
local function call(array, hash) end

return call
