-- resty.core.exit: ngx.exit needs nothing more.
return {version = require "resty.core.base".version}
