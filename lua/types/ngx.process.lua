---@meta ngx.process
-- Written by scripts/api: don't edit.

local module = {}

---What this process is: "single", "master", "worker", "helper", "privileged agent".
---@return string name
function module.type() end

---Has a privileged agent process started.
---@param connections? integer
---@return boolean? ok
---@return string? err
function module.enable_privileged_agent(connections) end

---Has this worker end when its requests have.
function module.signal_graceful_exit() end

---The master's process id; nil without a master.
---@return integer? pid
function module.get_master_pid() end

return module
