---@meta ngx.ocsp
-- Written by scripts/api: don't edit.

local module = {}

---The responder that a certificate names.
---@param chain any
---@param max? integer
---@return any url
---@return string? err
function module.get_ocsp_responder_from_der_chain(chain, max) end

---An OCSP request about a certificate.
---@param chain any
---@param max? integer
---@return any request
---@return string? err
function module.create_ocsp_request(chain, max) end

---Whether a response says that it is good.
---@param response any
---@param chain any
---@param max? integer
---@return boolean? ok
---@return string? err
function module.validate_ocsp_response(response, chain, max) end

---Staples a response to the handshake.
---@param response any
---@return boolean? ok
---@return string? err
function module.set_ocsp_status_resp(response) end

return module
