-- resty.core.var: ngx.var needs nothing more.
return {version = require "resty.core.base".version}
