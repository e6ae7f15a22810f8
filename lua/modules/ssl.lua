-- ngx_http_ssl_module: what a request over TLS has to satisfy, and the $ssl_* variables. (Handshakes: lua/tls/.)
local state = require "pyresty.state"
local log = require "pyresty.http.log"

local format, ipairs = string.format, ipairs
local LOG_INFO = 7
local PLAIN_REQUEST, MISDIRECTED, CERT_ERROR, NO_CERT = 497, 421, 495, 496

-- Results of a verification that `optional_no_ca` lets pass: nobody who is known has signed.
local UNKNOWN_ISSUER = {[18] = true, [19] = true, [20] = true, [21] = true, [27] = true}

local module = {}

-- nginx checks when the header has been read.
local function tell(r, message)
    local c = r.conn
    c.action = "reading client request headers"
    log.error(LOG_INFO, r, message)
    c.action = nil
end

-- The client's certificate, as the server wants it. → nil | status
local function check_certificate(r, c, verify)
    local code, text, present = state.host.tls_verify_result(c.tls)
    if code ~= 0 and (verify ~= "optional_no_ca" or not UNKNOWN_ISSUER[code]) then
        tell(r, format("client SSL certificate verify error: (%d:%s)", code, text))
        return CERT_ERROR
    end
    if verify == "on" and not present then
        tell(r, "client sent no required SSL certificate")
        return NO_CERT
    end
end

-- Before everything else: the request came over TLS, to the server of the handshake, with a good certificate.
local function check(r)
    local c = r.conn
    if r.internal or r.parent or not c or not c.listen.ssl then return end
    if not c.ssl then
        tell(r, "client sent plain HTTP request to HTTPS port")
        return PLAIN_REQUEST
    end
    local verify = r.server.ssl_verify_client
    if verify == "off" then return end
    if c.sni and c.sni ~= r.host then
        tell(r, "client attempted to request the server name different from the one that was negotiated")
        return MISDIRECTED
    end
    return check_certificate(r, c, verify)
end

local on_tls -- servers (by index) that an address with TLS leads to

local function speaks_tls(index)
    if not on_tls then
        on_tls = {}
        for _, listen in ipairs(state.plan.listens) do
            for _, server in ipairs(listen.ssl and listen.servers or {}) do on_tls[server] = true end
        end
    end
    return on_tls[index]
end

function module.server_rewrite(loc) return speaks_tls(loc.server) and check or nil end

-- ---------------------------------------------------------------- variables

local NAMES = {
    "protocol", "cipher", "ciphers", "curve", "curves", "session_id", "session_reused", "early_data", "server_name",
    "alpn_protocol", "client_cert", "client_raw_cert", "client_escaped_cert", "client_s_dn", "client_i_dn",
    "client_s_dn_legacy", "client_i_dn_legacy", "client_serial", "client_fingerprint", "client_verify",
    "client_v_start", "client_v_end", "client_v_remain",
}

local function reader(name)
    return function(r)
        local number = r.conn and r.conn.tls
        return number and state.host.tls_variable(number, name)
    end
end

module.variables = {}
for _, name in ipairs(NAMES) do module.variables["ssl_" .. name] = {get = reader(name)} end

return module
