---@meta resty.core
-- Written by scripts/api: don't edit.

local module = {}

return module
