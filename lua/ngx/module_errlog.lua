-- require "ngx.errlog"
return require "pyresty.ngx.errlog"
