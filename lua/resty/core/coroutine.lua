-- resty.core.coroutine: the coroutine library needs nothing more.
return {version = require "resty.core.base".version}
