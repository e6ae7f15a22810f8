ngx_lua's C functions for certificates, as libraries reach for them through ffi.

=== PRELUDE
--- certificates
ca ca cn=the-ca
one by=ca cn=one.test
other by=ca cn=other.test
client by=ca cn=the-client
--- skip_engine
lua51: no ffi
lua52: no ffi
--- http_config
init_by_lua_block {
    require "resty.core"
    ffi = require "ffi"
    request_of = require("resty.core.base").get_request
    ffi.cdef [[
        int ngx_http_lua_ffi_ssl_verify_client(void *r, void *cdata, int depth, char **err);
        void *ngx_http_lua_ffi_parse_pem_cert(const unsigned char *pem, size_t pem_len, char **err);
        void *ngx_http_lua_ffi_parse_pem_priv_key(const unsigned char *pem, size_t pem_len, char **err);
        void ngx_http_lua_ffi_free_cert(void *cdata);
        int ngx_http_lua_ffi_set_cert(void *r, void *cdata, char **err);
        int ngx_http_lua_ffi_set_priv_key(void *r, void *cdata, char **err);
        int ngx_http_lua_ffi_ssl_clear_certs(void *r, char **err);
    ]]
    function read(name)
        local file = assert(io.open("$TEST_NGINX_SERVER_ROOT/cert/" .. name, "rb"))
        local text = file:read "*a"
        file:close()
        return text
    end
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_certificate_by_lua_block {
        local err, C = ffi.new "char *[1]", ffi.C
        local r, pem = request_of(), read "ca.crt"
        if type(r) == "cdata" then r = ffi.cast("void *", r) end
        local chain = C.ngx_http_lua_ffi_parse_pem_cert(pem, #pem, err)
        assert(chain ~= nil)
        ngx.ctx.verify = C.ngx_http_lua_ffi_ssl_verify_client(r, chain, 1, err)
        C.ngx_http_lua_ffi_free_cert(chain)
        local certificate, key = read "other.crt", read "other.key"
        C.ngx_http_lua_ffi_ssl_clear_certs(r, err)
        C.ngx_http_lua_ffi_set_cert(r, C.ngx_http_lua_ffi_parse_pem_cert(certificate, #certificate, err), err)
        C.ngx_http_lua_ffi_set_priv_key(r, C.ngx_http_lua_ffi_parse_pem_priv_key(key, #key, err), err)
    }
    location / { content_by_lua_block { ngx.say(ngx.ctx.verify, " ", ngx.var.ssl_client_verify, " ", ngx.var.ssl_client_s_dn) } }
}
lua_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
--- config
location = /name {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(sock:sslhandshake(false, "other.test", true))
    }
}

=== ssl_verify_client: a certificate of the client's
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: protocol=TLSv1.2 cert=$TEST_NGINX_SERVER_ROOT/cert/client.pem
--- request
GET /
--- response_body
0 SUCCESS CN=the-client

=== ssl_verify_client: none
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: protocol=TLSv1.2
--- request
GET /
--- response_body
0 NONE nil

=== the server's certificate
--- request
GET /name
--- response_body
true
