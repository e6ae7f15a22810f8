-- resty.core.request.
local request = require "pyresty.ngx.req_headers"

local core = {version = require "resty.core.base".version}

--- Sets (override) or adds a request header.
function core.set_req_header(name, value, override) request.change_header(name, value, override) end

return core
