---@meta resty.core.uri
-- Written by scripts/api: don't edit.

local module = {}

return module
