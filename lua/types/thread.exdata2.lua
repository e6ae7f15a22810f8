---@meta thread.exdata2
-- Written by scripts/api: don't edit.

---A second value kept with the coroutine that runs. `require "thread.exdata2"` gives it.
---@param value? any
---@return any value2
local function call(value) end

return call
