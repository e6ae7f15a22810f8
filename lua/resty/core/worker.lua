-- resty.core.worker: ngx.worker needs nothing more.
return {version = require "resty.core.base".version}
