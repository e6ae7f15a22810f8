---@meta thread.exdata
-- Written by scripts/api: don't edit.

---A value kept with the coroutine that runs. `require "thread.exdata"` gives it.
---@param value? any
---@return any value
local function call(value) end

return call
