-- resty.core.hash: ngx.md5 and its kin needs nothing more.
return {version = require "resty.core.base".version}
