---@meta ngx.req
-- Written by scripts/api: don't edit.

local module = {}

---Adds a request header.
---@param name string
---@param value any
function module.add_header(name, value) end

return module
