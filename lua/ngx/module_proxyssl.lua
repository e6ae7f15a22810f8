-- require "ngx.proxyssl"
return require("pyresty.ngx.proxyssl").module
