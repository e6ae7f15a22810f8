-- require "ngx.ssl.session"
return require "pyresty.ngx.ssl_session"
