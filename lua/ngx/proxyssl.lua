-- require "ngx.proxyssl": the TLS connection to the request's upstream server.
local state = require "pyresty.state"
local versions = require "pyresty.tls.versions"

local error, pairs = error, pairs

local proxyssl = {version = "0.1.33"}
for name, number in pairs(versions.numbers) do proxyssl[name] = number end

--- The number of the SSL object → number | nil, the request's upstream, its connection (as far as they are there)
local function current()
    local r = state.r
    if not r or r.phase == "init" then error("no request found", 3) end
    if r.phase == "proxy_ssl_cert" or r.phase == "proxy_ssl_verify" then return r.conn.tls end
    local u = r.upstream
    local conn = u and u.conn
    return conn and conn.tls, u, conn
end

local function version()
    local number, u = current()
    if number then return state.host.tls_version(number) end
    return nil, u and "bad upstream connection" or "bad request"
end

proxyssl.get_tls1_version = version

function proxyssl.get_tls1_version_str()
    local number, err = version()
    if not number then return nil, err end
    return versions.name(number)
end

return {module = proxyssl, current = current}
