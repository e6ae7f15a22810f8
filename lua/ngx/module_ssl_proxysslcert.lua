-- require "ngx.ssl.proxysslcert"
return require "pyresty.ngx.ssl_proxysslcert"
