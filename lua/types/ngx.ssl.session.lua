---@meta ngx.ssl.session
-- Written by scripts/api: don't edit.

local module = {}

---The session's id in hexadecimal.
---@return integer? id
---@return string? err
function module.get_session_id() end

---The session as ASN.1, to be kept.
---@return any der
---@return string? err
function module.get_serialized_session() end

---The session to resume.
---@param der any
---@return boolean? ok
---@return string? err
function module.set_serialized_session(der) end

return module
