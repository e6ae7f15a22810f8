---@meta resty.core.param
-- Written by scripts/api: don't edit.

local module = {}

return module
