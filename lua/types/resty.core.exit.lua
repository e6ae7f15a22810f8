---@meta resty.core.exit
-- Written by scripts/api: don't edit.

local module = {}

return module
