-- require "ngx.ssl": certificates of a handshake, and what is known of a TLS connection.
local state = require "pyresty.state"
local address = require "pyresty.http.address"
local binary = require("pyresty.http.vars.connection").binary
local native = require "pyresty.native"
local proxyssl = require "pyresty.ngx.proxyssl"
local versions = require "pyresty.tls.versions"

local byte, error, pairs, sub, tonumber, type = string.byte, error, pairs, string.sub, tonumber, type

local ssl = {version = "0.1.33"}

-- The number of the current request's SSL object, or nil and what is wrong.
local function current()
    local r = state.r
    if not r or r.phase == "init" then error("no request found", 3) end
    local number = r.conn and r.conn.tls
    if not number then return nil, "bad request" end
    return number
end


-- ---------------------------------------------------------------- certificates and keys

local function parser(name, make)
    return function(text)
        local value, err = state.host[name](text)
        if not value then return nil, err end
        return native.tls[make](value)
    end
end

ssl.parse_pem_cert = parser("tls_parse_pem_certificate", "chain")
ssl.parse_der_cert = parser("tls_parse_der_certificate", "chain")
ssl.parse_pem_priv_key = parser("tls_parse_pem_key", "key")
ssl.parse_der_priv_key = parser("tls_parse_der_key", "key")

function ssl.cert_pem_to_der(pem) return state.host.tls_certificate_pem_to_der(pem) end
function ssl.priv_key_pem_to_der(pem, password) return state.host.tls_key_pem_to_der(pem, password) end

function ssl.clear_certs()
    local number, err = current()
    if not number then return nil, err end
    return state.host.tls_clear_certificates(number)
end

local function setter(name)
    return function(text)
        local number, err = current()
        if not number then return nil, err end
        return state.host[name](number, text)
    end
end

ssl.set_der_cert = setter "tls_set_der_certificate"
ssl.set_der_priv_key = setter "tls_set_der_key"

local function object_setter(name, what)
    return function(object)
        local number, err = current()
        if not number then return nil, err end
        local pointer = native.tls.pointer(object)
        if not pointer then error("bad argument #1 (" .. what .. " expected, got " .. type(object) .. ")", 2) end
        return state.host[name](number, pointer)
    end
end

ssl.set_cert = object_setter("tls_set_certificate", "a certificate chain")
ssl.set_priv_key = object_setter("tls_set_key", "a private key")

-- verify_client(authorities?, depth?, trusted?): asks the client for a certificate → true | nil, err
function ssl.verify_client(authorities, depth, trusted)
    local number, err = current()
    if not number then return nil, err end
    if state.r.phase ~= "ssl_cert" and state.r.phase ~= "ssl_client_hello" then
        return nil, "API disabled in the current context"
    end
    local pointer = native.tls.pointer
    return state.host.tls_verify_client(number, pointer(authorities) or 0, depth or -1, pointer(trusted) or 0)
end

-- ---------------------------------------------------------------- addresses, names

local function raw(text, peer)
    if sub(text, 1, 5) == "unix:" then return peer and "" or sub(text, 6), "unix" end
    local bytes = binary(text)
    return bytes, #bytes == 4 and "inet" or "inet6"
end

function ssl.raw_server_addr()
    local number, err = current()
    if not number then return nil, nil, err end
    return raw((address.server(state.r.conn.connection or state.r.conn)))
end

function ssl.raw_client_addr()
    local number, err = current()
    if not number then return nil, nil, err end
    return raw(state.r.conn.address, true)
end

function ssl.server_port()
    local number, err = current()
    if not number then return nil, err end
    local host, port = address.server(state.r.conn.connection or state.r.conn)
    if sub(host, 1, 5) == "unix:" then return nil, "unix domain has no port" end
    return tonumber(port)
end

function ssl.server_name()
    local number, err = current()
    if not number then return nil, err end
    return state.host.tls_server_name(number)
end

-- ---------------------------------------------------------------- the protocol

for name, number in pairs(versions.numbers) do ssl[name] = number end

function ssl.get_tls1_version()
    local number, err = current()
    if not number then return nil, err end
    return state.host.tls_version(number)
end

function ssl.get_tls1_version_str()
    local number, err = current()
    if not number then return nil, err end
    return versions.name(state.host.tls_version(number))
end

local function random(of_server)
    return function(size)
        local number, err = current()
        if not number then return nil, err end
        return state.host.tls_random(number, of_server, size or 32)
    end
end

ssl.get_client_random, ssl.get_server_random = random(false), random(true)

local MASTER_KEY_SIZE = 48

function ssl.get_session_master_key(size)
    local number, err = current()
    if not number then return nil, err end
    return state.host.tls_master_key(number, size or MASTER_KEY_SIZE)
end

function ssl.export_keying_material(size, label, context)
    local number, err = current()
    if not number then return nil, err end
    return state.host.tls_export_key(number, size, label, context)
end

function ssl.export_keying_material_early(size, label, context)
    local number, err = current()
    if not number then return nil, err end
    return state.host.tls_export_early_key(number, size, label, context)
end

-- The made-up numbers that clients send along (RFC 8701) are never among what we have as well.
function ssl.get_req_shared_ssl_ciphers()
    local number, err = current()
    if not number then return nil, err end
    local packed, list = state.host.tls_shared_ciphers(number), {}
    for i = 1, #packed, 2 do
        local high, low = byte(packed, i, i + 1)
        list[#list + 1] = high * 256 + low
    end
    return list
end

function ssl.get_req_ssl_pointer()
    local number, err = current()
    if not number then return nil, err end
    return native.tls.raw(number)
end

-- ---------------------------------------------------------------- the connection to an upstream server

function ssl.get_upstream_ssl_pointer()
    local number, u, conn = proxyssl.current()
    if number then return native.tls.raw(number) end
    return nil, not u and "bad upstream" or not conn and "bad peer connection" or "not ssl connection"
end

function ssl.ssl_session_reused(pointer)
    local number = native.tls.pointer(pointer)
    if not number then return nil, "bad ssl" end
    return state.host.tls_is_reused(number)
end

return ssl
