What ngx.ssl tells of a connection beyond names; ngx.ocsp.

=== PRELUDE
--- certificates
ca ca cn=the-ca
one by=ca cn=one.test ocsp=http://127.0.0.1:8888/ocsp
none by=ca cn=none.test
--- http_config
init_by_lua_block {
    ssl, ocsp = require "ngx.ssl", require "ngx.ocsp"
    function read(name)
        local file = assert(io.open("$TEST_NGINX_SERVER_ROOT/cert/" .. name, "rb"))
        local text = file:read "*a"
        file:close()
        return text
    end
    function der(...)
        local chain = ""
        for _, name in ipairs {...} do chain = chain .. assert(ssl.cert_pem_to_der(read(name))) end
        return chain
    end
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_certificate_by_lua_block {
        if ngx.shared.wants:get "der" then
            assert(ssl.clear_certs())
            assert(ssl.set_cert(assert(ssl.parse_der_cert(der "none.crt"))))
            assert(ssl.set_priv_key(assert(ssl.parse_der_priv_key(ssl.priv_key_pem_to_der(read "none.key")))))
        end
        ngx.ctx.staple = {ocsp.set_ocsp_status_resp "nonsense"}
    }
    location = /random {
        content_by_lua_block {
            local c, s, m = ssl.get_client_random(), ssl.get_server_random(), ssl.get_session_master_key()
            ngx.say(#c, " ", #s, " ", #m, " ", c ~= s)
            ngx.say(ssl.get_client_random(0), " ", ssl.get_server_random(0), " ", ssl.get_session_master_key(0))
            ngx.say(#ssl.get_client_random(4), " ", c:sub(1, 4) == ssl.get_client_random(4))
        }
    }
    location = /export {
        content_by_lua_block {
            local key = ssl.export_keying_material(16, "EXPORTER-test", "context")
            ngx.say(#key, " ", key == ssl.export_keying_material(16, "EXPORTER-test", "context"), " ",
                key == ssl.export_keying_material(16, "EXPORTER-test"))
        }
    }
    location = /pointer { content_by_lua_block { ngx.say(type(ssl.get_req_ssl_pointer())) } }
    location = /staple { content_by_lua_block { ngx.say(ngx.ctx.staple[1], " ", ngx.ctx.staple[2]) } }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_client_hello_by_lua_block {
        local hello = require "ngx.ssl.clienthello"
        local function has(list, wanted)
            for _, value in ipairs(list) do if value == wanted then return true end end
            return false
        end
        ngx.log(ngx.INFO, "extension 0: ", has(hello.get_client_hello_ext_present(), 0), ", 9999: ",
            has(hello.get_client_hello_ext_present(), 9999), ", cipher: ", has(hello.get_client_hello_ciphers(), 0xc02b))
    }
    location / { return 200 "ok\n"; }
}
lua_shared_dict wants 1m;
--- config
location /ocsp {
    content_by_lua_block {
        ngx.say(ocsp.get_ocsp_responder_from_der_chain(der("one.crt", "ca.crt")))
        ngx.say(ocsp.get_ocsp_responder_from_der_chain(der("one.crt", "ca.crt"), 6))
        ngx.say(ocsp.get_ocsp_responder_from_der_chain(der("none.crt", "ca.crt")))
        ngx.say(ocsp.get_ocsp_responder_from_der_chain(der "one.crt"))
        ngx.say(ocsp.get_ocsp_responder_from_der_chain(der("one.crt", "none.crt")))
        ngx.say(ocsp.get_ocsp_responder_from_der_chain "nonsense")
        ngx.say(#ocsp.create_ocsp_request(der("one.crt", "ca.crt")) > 50)
        ngx.say(ocsp.create_ocsp_request(der "one.crt"))
        ngx.say(ocsp.create_ocsp_request "nonsense")
        ngx.say((ocsp.create_ocsp_request(der("one.crt", "ca.crt"), 10)))
        ngx.say(ocsp.validate_ocsp_response("nonsense", der("one.crt", "ca.crt")))
        ngx.say(ocsp.validate_ocsp_response("\48\3\10\1\1", der("one.crt", "ca.crt")))
        ngx.say(pcall(ocsp.set_ocsp_status_resp, "x"))
    }
}
location /der {
    content_by_lua_block {
        ngx.shared.wants:set("der", true)
        local sock = ngx.socket.tcp()
        sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(sock:sslhandshake(false, "none.test", true))
        ngx.shared.wants:delete "der"
    }
    lua_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
}

=== random bytes and the master key
--- oracle: get_client_random came with a later lua-resty-core
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: protocol=TLSv1.2
--- request
GET /random
--- response_body
32 32 48 true
32 32 48
4 true

=== keying material
--- oracle: export_keying_material came with a later lua-resty-core
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: protocol=TLSv1.2
--- request
GET /export
--- response_body
16 true false

=== OpenSSL's own object
--- proves
ngx.ssl.get_req_ssl_pointer
--- oracle: get_req_ssl_pointer came with a later lua-resty-core
--- address: $TEST_NGINX_RAND_PORT_1
--- tls
--- request
GET /pointer
--- response_body_like
\A(cdata|table)\n\Z

=== a client that asks for no OCSP response
--- address: $TEST_NGINX_RAND_PORT_1
--- tls
--- request
GET /staple
--- response_body
true no status req

=== a certificate and key from DER
--- oracle: parse_der_cert came with a later lua-resty-core
--- request
GET /der
--- response_body
true

=== extensions and ciphers of a hello
--- oracle: get_client_hello_ciphers came with a later lua-resty-core
--- address: $TEST_NGINX_RAND_PORT_2
--- tls: sni=one.test protocol=TLSv1.2
--- request
GET /
--- response_body
ok
--- error_log
extension 0: true, 9999: false, cipher: true

=== OCSP: responders, requests, responses
--- request
GET /ocsp
--- response_body
http://127.0.0.1:8888/ocsp
http:/truncated
nil
nilno issuer certificate in chain
nilissuer certificate not next to leaf
nild2i_X509_bio() failed
true
nilno issuer certificate in chain
nild2i_X509_bio() failed
nil
nild2i_OCSP_RESPONSE() failed
nilOCSP response not successful (1: malformedrequest)
truenilbad request
