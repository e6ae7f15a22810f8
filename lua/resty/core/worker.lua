-- resty.core.worker: ngx.worker needs nothing more.
return {_VERSION = require "resty.core.base".version}
