-- resty.core.regex: ngx.re needs nothing more.
return {version = require "resty.core.base".version, no_pcre = false}
