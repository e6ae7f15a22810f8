---@meta resty.core.ndk
-- Written by scripts/api: don't edit.

local module = {}

return module
