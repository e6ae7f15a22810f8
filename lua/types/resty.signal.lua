---@meta resty.signal
-- Written by scripts/api: don't edit.

local module = {}

---Sends a signal, given by number or as 'TERM', 'HUP' …; 'NONE' only asks whether the process is there.
---@param pid integer
---@param signal any
---@return boolean? ok
---@return string? err
function module.kill(pid, signal) end

---The number of a signal on this system.
---@param name string
---@return number? number
---@return string? err
function module.signum(name) end

return module
