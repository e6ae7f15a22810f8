---@meta table.clear
-- Written by scripts/api: don't edit.

---Empties a table. `require "table.clear"` gives it.
---@param t table
local function call(t) end

return call
