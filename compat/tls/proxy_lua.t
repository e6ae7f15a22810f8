proxy_ssl_certificate_by_lua*, proxy_ssl_verify_by_lua*: Lua in handshakes with upstream servers.

=== PRELUDE
--- oracle: proxy_ssl_*_by_lua* came with a later ngx_lua
--- certificates
ca ca cn=the-ca
one by=ca cn=one.test names=one.test
client by=ca cn=the-client
--- http_config
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_verify_client optional;
    ssl_client_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
    location / { return 200 "$ssl_client_s_dn $ssl_protocol\n"; }
}
init_by_lua_block {
    function read(name)
        local file = assert(io.open("$TEST_NGINX_SERVER_ROOT/cert/" .. name, "rb"))
        local text = file:read "*a"
        file:close()
        return text
    end
}
proxy_ssl_session_reuse off;
--- config
location /certificate {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    access_by_lua_block { ngx.ctx.file = "client" }
    proxy_ssl_certificate_by_lua_block {
        local ssl, cert = require "ngx.ssl", require "ngx.ssl.proxysslcert"
        ngx.sleep(0.001)
        assert(cert.clear_certs())
        assert(cert.set_cert(ssl.parse_pem_cert(read(ngx.ctx.file .. ".crt"))))
        assert(cert.set_priv_key(ssl.parse_pem_priv_key(read(ngx.ctx.file .. ".key"))))
        ngx.log(ngx.INFO, "phase ", ngx.get_phase())
    }
    log_by_lua_block { ngx.log(ngx.INFO, "then ", ngx.get_phase(), " ", ngx.ctx.file) }
}
location /der {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_ssl_certificate_by_lua_block {
        local ssl, cert = require "ngx.ssl", require "ngx.ssl.proxysslcert"
        assert(cert.set_der_cert(ssl.cert_pem_to_der(read "client.crt")))
        assert(cert.set_der_priv_key(ssl.priv_key_pem_to_der(read "client.key")))
    }
}
location /refused {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_ssl_certificate_by_lua_block { ngx.exit(ngx.ERROR) }
}
location /raised {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_ssl_verify_by_lua_block { error "not that one" }
}
location /verify {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_ssl_verify on;
    proxy_ssl_name one.test;
    proxy_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/client.crt;
    proxy_ssl_verify_by_lua_block {
        local verify = require "ngx.ssl.proxysslverify"
        ngx.log(ngx.INFO, "result ", verify.get_verify_result(), " ", type(verify.get_verify_cert()))
        ngx.sleep(0.001)
        assert(verify.set_verify_result(tonumber(ngx.ctx.result)))
    }
    access_by_lua_block { ngx.ctx.result = ngx.var.arg_result }
}

=== a certificate for the upstream
--- request
GET /certificate
--- response_body
CN=the-client TLSv1.2
--- error_log
phase proxy_ssl_cert, context: proxy_ssl_certificate_by_lua*, client: 127.0.0.1
then log client

=== a certificate in DER
--- request
GET /der
--- response_body
CN=the-client TLSv1.2

=== Lua refuses
--- request
GET /refused
--- error_code: 502
--- error_log
SSL_do_handshake() failed (SSL: error:0A0000EA:SSL routines::callback failed) while SSL handshaking to upstream

=== Lua raises
--- request
GET /raised
--- error_code: 502
--- error_log
lua entry thread aborted: runtime error: proxy_ssl_verify_by_lua(nginx.conf:$LINE[not that one]):1: not that one
SSL_do_handshake() failed (SSL: error:0A000086:SSL routines::certificate verify failed) while SSL handshaking to upstream

=== Lua says that it is well
--- request
GET /verify?result=0
--- response_body_like
TLSv1\.2
--- error_log
result 21

=== Lua says that it is not
--- request
GET /verify?result=23
--- error_code: 502
--- error_log
upstream SSL certificate verify error: (23:certificate revoked) while SSL handshaking to upstream

=== only with https://
--- config
location / {
    proxy_pass http://127.0.0.1;
    proxy_ssl_verify_by_lua_block { }
}
--- must_die
--- error_log
proxy_ssl_verify_by_lua* should be used with proxy_pass https url
