---@meta resty.core.response
-- Written by scripts/api: don't edit.

local module = {}

---Sets or adds a response header.
---@param nil_ any
---@param name string
---@param value any
---@param no_override? boolean
function module.set_resp_header(nil_, name, value, no_override) end

---As the function of ngx.resp.
function module.bypass_if_checks() end

return module
