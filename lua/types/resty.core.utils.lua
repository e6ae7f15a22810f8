---@meta resty.core.utils
-- Written by scripts/api: don't edit.

local module = {}

---Replaces a character by another.
---@param text string
---@param old any
---@param new any
---@return string text
function module.str_replace_char(text, old, new) end

return module
