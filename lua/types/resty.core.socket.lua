---@meta resty.core.socket
-- Written by scripts/api: don't edit.

local module = {}

return module
