-- require "ngx.resp"
local module = require "pyresty.ngx.header".module
module.version = "0.1.33"
return module
