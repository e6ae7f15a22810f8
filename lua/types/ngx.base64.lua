---@meta ngx.base64
-- Written by scripts/api: don't edit.

local module = {}

---Base64 in the alphabet for URLs, without padding.
---@param s string
---@return string text
function module.encode_base64url(s) end

---Undoes base64 in the alphabet for URLs.
---@param text string
---@return string? s
---@return string? err
function module.decode_base64url(text) end

return module
