-- resty.core.uri: ngx.escape_uri and ngx.unescape_uri needs nothing more.
return {version = require "resty.core.base".version}
