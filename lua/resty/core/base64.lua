-- resty.core.base64: ngx.encode_base64 and ngx.decode_base64 needs nothing more.
return {version = require "resty.core.base".version}
