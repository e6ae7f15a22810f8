-- require "ngx.ssl.proxysslverify"
return require "pyresty.ngx.ssl_proxysslverify"
