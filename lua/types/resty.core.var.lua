---@meta resty.core.var
-- Written by scripts/api: don't edit.

local module = {}

return module
