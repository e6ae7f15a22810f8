---@meta resty.core.shdict
-- Written by scripts/api: don't edit.

local module = {}

return module
