-- require "ngx.process"
return require "pyresty.ngx.process"
