---@meta ngx.re
-- Written by scripts/api: don't edit.

local module = {}

---Cuts a text at the matches; groups of the expression are put between the parts.
---@param subject string
---@param regex string
---@param options? string
---@param ctx? table
---@param max? integer
---@param t? table
---@return table? parts
---@return string? err
function module.split(subject, regex, options, ctx, max, t) end

---Sets "jit_stack_size", before the first expression is compiled.
---@param option string
---@param value any
function module.opt(option, value) end

return module
