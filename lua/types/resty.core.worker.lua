---@meta resty.core.worker
-- Written by scripts/api: don't edit.

local module = {}

return module
