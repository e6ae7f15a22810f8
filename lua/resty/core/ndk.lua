-- resty.core.ndk: ndk.set_var needs nothing more.
return {version = require "resty.core.base".version}
