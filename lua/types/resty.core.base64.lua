---@meta resty.core.base64
-- Written by scripts/api: don't edit.

local module = {}

return module
