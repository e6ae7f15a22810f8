-- require "resty.core": everything it would install is there already.
local base = require "resty.core.base"

for _, name in ipairs {
    "var", "worker", "regex", "shdict", "time", "hash", "uri", "exit", "base64", "request", "response", "phase", "ndk",
    "socket", "coroutine", "param", "misc", "ctx",
} do
    require("resty.core." .. name)
end

return {version = base.version}
