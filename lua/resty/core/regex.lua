-- resty.core.regex: ngx.re needs nothing more.
local re_compile = require "pyresty.ngx.re_compile"

local regex = {version = require "resty.core.base".version, no_pcre = false}

--- Was no expression kept with the option "o" yet?
function regex.is_regex_cache_empty() return not re_compile.cached_any() end

return regex
