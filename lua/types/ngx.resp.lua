---@meta ngx.resp
-- Written by scripts/api: don't edit.

local module = {}

---Adds a response header.
---@param name string
---@param value any
function module.add_header(name, value) end

---Sets the response's status and its reason phrase.
---@param status integer
---@param reason? any
function module.set_status(status, reason) end

---Has the header filter skip If-Modified-Since and its kin.
function module.bypass_if_checks() end

return module
