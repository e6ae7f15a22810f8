---@meta resty.core.ctx
-- Written by scripts/api: don't edit.

local module = {}

---ngx.ctx; `t` becomes it when there is none yet.
---@param t? table
---@return table t
function module.get_ctx_table(t) end

return module
