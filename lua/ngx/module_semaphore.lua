-- require "ngx.semaphore"
return require "pyresty.ngx.semaphore"
