---@meta resty.core.time
-- Written by scripts/api: don't edit.

local module = {}

---A clock that never goes back, in milliseconds.
---@return integer n
function module.monotonic_msec() end

---The same in seconds.
---@return number seconds
function module.monotonic_time() end

return module
