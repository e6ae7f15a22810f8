---@meta resty.core.request
-- Written by scripts/api: don't edit.

local module = {}

---Sets or adds a request header.
---@param name string
---@param value any
---@param override boolean
function module.set_req_header(name, value, override) end

return module
