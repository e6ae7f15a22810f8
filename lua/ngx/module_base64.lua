-- require "ngx.base64"
return require "pyresty.ngx.base64"
