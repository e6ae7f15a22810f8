-- require "ngx.ssl.clienthello"
return require "pyresty.ngx.ssl_clienthello"
