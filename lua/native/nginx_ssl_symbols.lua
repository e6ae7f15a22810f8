-- C functions of ngx_lua about TLS that libraries call through ffi.C (nginx_symbols.lua has the others). The request is
-- what resty.core.base.get_request gave; messages go to a `char *[1]`.

local ffi = require "ffi"
local state = require "pyresty.state"
local tls = require "pyresty.native.tls"

local cast, copy, copy_string = ffi.cast, ffi.copy, ffi.string
local tonumber, type = tonumber, type

local OK, ERROR = 0, -1
local messages = {} -- text → cdata: a message lives on

local functions = {}

local function fail(err, text)
    local message = messages[text]
    if not message then
        message = ffi.new("char[?]", #text + 1, text)
        messages[text] = message
    end
    err[0] = message
    return ERROR
end

local function bytes(data, size) return copy_string(data, tonumber(size)) end

-- On the connection of a request: fn(number, argument) → value | nil, message.
local function with_connection(r, err, fn, argument)
    local number = r.conn and r.conn.tls
    if not number then return fail(err, "bad request") end
    local value, message
    if argument == nil then value, message = fn(number) else value, message = fn(number, argument) end
    if value == nil then return fail(err, message) end
    return OK
end

function functions.ngx_http_lua_ffi_ssl_clear_certs(r, err)
    return with_connection(r, err, state.host.tls_clear_certificates)
end

function functions.ngx_http_lua_ffi_ssl_set_der_certificate(r, data, size, err)
    return with_connection(r, err, state.host.tls_set_der_certificate, bytes(data, size))
end

function functions.ngx_http_lua_ffi_ssl_set_der_private_key(r, data, size, err)
    return with_connection(r, err, state.host.tls_set_der_key, bytes(data, size))
end

function functions.ngx_http_lua_ffi_set_cert(r, chain, err)
    return with_connection(r, err, state.host.tls_set_certificate, tls.pointer(chain))
end

function functions.ngx_http_lua_ffi_set_priv_key(r, key, err)
    return with_connection(r, err, state.host.tls_set_key, tls.pointer(key))
end

function functions.ngx_http_lua_ffi_ssl_verify_client(r, chain, depth, err)
    local function ask(number) return state.host.tls_verify_client(number, tls.pointer(chain) or 0, tonumber(depth)) end
    return with_connection(r, err, ask)
end

function functions.ngx_http_lua_ffi_get_req_ssl_pointer(r)
    local number = r.conn and r.conn.tls
    return number and tls.raw(number) or nil
end

local function written(out, value, err, message)
    if not value then return fail(err, message) end
    copy(out, value, #value)
    return #value
end

function functions.ngx_http_lua_ffi_cert_pem_to_der(pem, size, out, err)
    local der, message = state.host.tls_certificate_pem_to_der(bytes(pem, size))
    return written(out, der, err, message)
end

function functions.ngx_http_lua_ffi_priv_key_pem_to_der(pem, size, password, out, err)
    local word = password ~= nil and (type(password) == "string" and password or copy_string(password)) or nil
    local der, message = state.host.tls_key_pem_to_der(bytes(pem, size), word)
    return written(out, der, err, message)
end

local function parsed(value, err, message)
    if value then return cast("void *", value) end
    fail(err, message)
    return nil
end

function functions.ngx_http_lua_ffi_parse_pem_cert(pem, size, err)
    local chain, message = state.host.tls_parse_pem_certificate(bytes(pem, size))
    return parsed(chain, err, message)
end

function functions.ngx_http_lua_ffi_parse_pem_priv_key(pem, size, err)
    local key, message = state.host.tls_parse_pem_key(bytes(pem, size))
    return parsed(key, err, message)
end

function functions.ngx_http_lua_ffi_free_cert(chain) state.host.tls_free_chain(tls.pointer(chain)) end
function functions.ngx_http_lua_ffi_free_priv_key(key) state.host.tls_free_key(tls.pointer(key)) end

return functions
