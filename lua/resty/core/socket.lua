-- resty.core.socket: the cosockets' options needs nothing more.
return {version = require "resty.core.base".version}
