---@meta resty.core.coroutine
-- Written by scripts/api: don't edit.

local module = {}

return module
