-- require "ngx.upstream"
return require "pyresty.ngx.upstream"
