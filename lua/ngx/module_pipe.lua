-- require "ngx.pipe"
return require "pyresty.ngx.pipe"
