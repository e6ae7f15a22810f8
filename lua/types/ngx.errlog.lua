---@meta ngx.errlog
-- Written by scripts/api: don't edit.

local module = {}

---The level up to which lines are captured; needs `lua_capture_error_log`.
---@param level integer
---@return boolean? ok
---@return string? err
function module.set_filter_level(level) end

---Takes captured lines: {level, time, message, level, time, message, …}.
---@param max? integer
---@param t? table
---@return table? logs
---@return string? err
function module.get_logs(max, t) end

---The level of `error_log`.
---@return integer level
function module.get_sys_filter_level() end

---Writes a message to the error log as it is.
---@param level integer
---@param message string
function module.raw_log(level, message) end

return module
