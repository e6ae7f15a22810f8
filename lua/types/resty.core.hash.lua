---@meta resty.core.hash
-- Written by scripts/api: don't edit.

local module = {}

return module
