---@meta ngx.proxyssl
-- Written by scripts/api: don't edit.

local module = {}

---The version of TLS to the upstream server.
---@return number? number
---@return string? err
function module.get_tls1_version() end

---The same, as "TLSv1.2" and its like.
---@return string? name
---@return string? err
function module.get_tls1_version_str() end

return module
