-- require "ngx.ssl"
return require "pyresty.ngx.ssl"
