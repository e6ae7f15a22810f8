-- resty.core.param: ngx.arg needs nothing more.
return {version = require "resty.core.base".version}
