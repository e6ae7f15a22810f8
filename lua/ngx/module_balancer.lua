-- require "ngx.balancer"
return require "pyresty.ngx.balancer"
