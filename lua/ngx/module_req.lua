-- require "ngx.req"
local module = require "pyresty.ngx.req_headers".module
module.version = "0.1.33"
return module
