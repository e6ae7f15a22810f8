---@meta ngx.ssl.proxysslcert
-- Written by scripts/api: don't edit.

local module = {}

---Forgets the certificates and keys that the configuration gave.
---@return boolean? ok
---@return string? err
function module.clear_certs() end

---Uses a certificate chain in DER.
---@param der any
---@return boolean? ok
---@return string? err
function module.set_der_cert(der) end

---Uses a private key in DER.
---@param der any
---@return boolean? ok
---@return string? err
function module.set_der_priv_key(der) end

---Uses a chain from `parse_pem_cert`.
---@param chain any
---@return boolean? ok
---@return string? err
function module.set_cert(chain) end

---Uses a key from `parse_pem_priv_key`.
---@param key string
---@return boolean? ok
---@return string? err
function module.set_priv_key(key) end

return module
