-- require "ngx.ssl.proxysslverify": what is thought of an upstream server's certificate, in proxy_ssl_verify_by_lua*.
local state = require "pyresty.state"
local native = require "pyresty.native"

local error = error

local proxysslverify = {version = "0.1.33"}

local function current()
    local r = state.r
    if not r or r.phase == "init" then error("no request found", 3) end
    if r.phase ~= "proxy_ssl_verify" then error("API disabled in the current context", 3) end
    return r.conn.tls
end

--- code: X509_V_OK (0) or X509_V_ERR_…, what `proxy_ssl_verify` goes by
function proxysslverify.set_verify_result(code)
    local number = current()
    state.host.tls_put_verify_result(number, code)
    return true
end

function proxysslverify.get_verify_result()
    local number = current()
    return state.host.tls_get_verify_result(number)
end

--- The server's certificate (X509).
function proxysslverify.get_verify_cert()
    local number = current()
    local address = state.host.tls_peer_certificate(number)
    if address == 0 then return nil, "get verify cert failed" end
    return native.tls.certificate(address)
end

return proxysslverify
