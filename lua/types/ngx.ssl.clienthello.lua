---@meta ngx.ssl.clienthello
-- Written by scripts/api: don't edit.

local module = {}

---The name the client asks for.
---@return string? name
---@return string? err
function module.get_client_hello_server_name() end

---An extension of the client's hello.
---@param number number
---@return integer? bytes
---@return string? err
function module.get_client_hello_ext(number) end

---The extensions of the client's hello.
---@return any numbers
---@return string? err
function module.get_client_hello_ext_present() end

---The ciphers the client offers.
---@return any numbers
---@return string? err
function module.get_client_hello_ciphers() end

---The protocols the client offers, its last one first.
---@return any names
---@return string? err
function module.get_supported_versions() end

---Only these protocols.
---@param names any
---@return boolean? ok
---@return string? err
function module.set_protocols(names) end

return module
