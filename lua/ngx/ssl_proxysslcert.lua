-- require "ngx.ssl.proxysslcert": the certificate for an upstream server, in proxy_ssl_certificate_by_lua*.
local state = require "pyresty.state"
local ssl = require "pyresty.ngx.ssl"

local error, ipairs = error, ipairs

local proxysslcert = {version = "0.1.33"}

for _, name in ipairs {"clear_certs", "set_der_cert", "set_der_priv_key", "set_cert", "set_priv_key"} do
    local set = ssl[name]
    proxysslcert[name] = function(value)
        local r = state.r
        if not r or r.phase == "init" then error("no request found", 2) end
        if r.phase ~= "proxy_ssl_cert" then error("API disabled in the current context", 2) end
        return set(value)
    end
end

return proxysslcert
