---@meta resty.core.phase
-- Written by scripts/api: don't edit.

local module = {}

return module
