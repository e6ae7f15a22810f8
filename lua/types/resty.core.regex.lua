---@meta resty.core.regex
-- Written by scripts/api: don't edit.

local module = {}

---Whether no expression was kept ("o") yet.
---@return boolean empty
function module.is_regex_cache_empty() end

return module
