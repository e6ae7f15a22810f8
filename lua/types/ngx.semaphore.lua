---@meta ngx.semaphore
-- Written by scripts/api: don't edit.

local module = {}

---A semaphore of this worker with n (default 0) resources.
---@param n? integer
---@return any sem
---@return string? err
function module.new(n) end

return module
