-- resty.core.shdict: ngx.shared needs nothing more.
return {version = require "resty.core.base".version}
