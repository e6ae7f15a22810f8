-- require "ngx.ocsp"
return require "pyresty.ngx.ocsp"
