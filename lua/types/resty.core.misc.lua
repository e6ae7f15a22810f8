---@meta resty.core.misc
-- Written by scripts/api: don't edit.

local module = {}

---ngx[key] becomes fn().
---@param key string
---@param fn function
function module.register_ngx_magic_key_getter(key, fn) end

---ngx[key] = v calls fn(v).
---@param key string
---@param fn function
function module.register_ngx_magic_key_setter(key, fn) end

return module
