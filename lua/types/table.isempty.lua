---@meta table.isempty
-- Written by scripts/api: don't edit.

---Whether there is no key. `require "table.isempty"` gives it.
---@param t table
---@return boolean empty
local function call(t) end

return call
