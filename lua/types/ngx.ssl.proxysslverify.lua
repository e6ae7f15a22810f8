---@meta ngx.ssl.proxysslverify
-- Written by scripts/api: don't edit.

local module = {}

---What the verification is to have given.
---@param code string
---@return boolean? ok
---@return string? err
function module.set_verify_result(code) end

---What it gave (X509_V_OK or X509_V_ERR_…).
---@return string? code
---@return string? err
function module.get_verify_result() end

---The server's certificate (X509).
---@return any certificate
---@return string? err
function module.get_verify_cert() end

return module
