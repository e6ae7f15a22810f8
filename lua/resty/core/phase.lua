-- resty.core.phase: ngx.get_phase needs nothing more.
return {version = require "resty.core.base".version}
