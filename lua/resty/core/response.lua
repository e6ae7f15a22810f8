-- resty.core.response.
local header = require "pyresty.ngx.header"

local core = {version = require "resty.core.base".version}

--- Sets a response header, or adds it with `no_override`.
function core.set_resp_header(_, key, value, no_override)
    if no_override then return header.module.add_header(key, value) end
    return header.set(nil, key, value)
end

function core.bypass_if_checks() return header.module.bypass_if_checks() end

return core
