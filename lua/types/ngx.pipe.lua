---@meta ngx.pipe
-- Written by scripts/api: don't edit.

local module = {}

---Starts a program: an array of its name and arguments, or a string for /bin/sh. Options: merge_stderr, environ (array of 'name=value'), buffer_size, and in milliseconds write_timeout, stdout_read_timeout, stderr_read_timeout, wait_timeout (10000 each). The process is killed when its request ends.
---@param args string
---@param options? string
---@return any proc
---@return string? err
function module.spawn(args, options) end

return module
