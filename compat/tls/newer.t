What later versions of ngx_lua and lua-resty-core have of TLS.

=== PRELUDE
--- certificates
ca ca cn=the-ca
other ca cn=the-other-ca
one by=ca cn=one.test
client by=other cn=the-client
--- oracle: functions of a later lua-resty-core
--- http_config
init_by_lua_block {
    ssl, proxyssl = require "ngx.ssl", require "ngx.proxyssl"
    function read(name)
        local file = assert(io.open("$TEST_NGINX_SERVER_ROOT/cert/" .. name, "rb"))
        local text = file:read "*a"
        file:close()
        return text
    end
    function words(...)
        local list = {...}
        for i = 1, select("#", ...) do
            local kind = type(list[i])
            list[i] = (kind == "cdata" or kind == "table") and "pointer" or tostring(list[i])
        end
        return table.concat(list, " ")
    end
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256;
    location = /ciphers {
        content_by_lua_block {
            local names = {}
            for i, number in ipairs(ssl.get_req_shared_ssl_ciphers()) do names[i] = ("%04x"):format(number) end
            ngx.say(table.concat(names, " "))
        }
    }
    location = /early { content_by_lua_block { ngx.say(words(ssl.export_keying_material_early(16, "label", "x"))) } }
    location = /name { return 200 "$ssl_server_name $ssl_protocol $ssl_session_reused\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_certificate_by_lua_block {
        local hidden = ngx.shared.wants:get "hidden" and assert(ssl.parse_pem_cert(read "other.crt"))
        assert(ssl.verify_client(assert(ssl.parse_pem_cert(read "ca.crt")), 2, hidden or nil))
    }
    location / { return 200 "$ssl_client_verify $ssl_client_s_dn\n"; }
}
lua_shared_dict wants 100k;
--- config
location = /proxied {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1/name;
    proxy_ssl_protocols TLSv1.2;
    header_filter_by_lua_block {
        local pointer = ssl.get_upstream_ssl_pointer()
        ngx.header["X-Upstream"] = words(pointer, ssl.ssl_session_reused(pointer), proxyssl.get_tls1_version(), proxyssl.get_tls1_version_str())
    }
}
location = /unsecured {
    proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/plain;
    header_filter_by_lua_block {
        ngx.header["X-Upstream"] = words(ssl.get_upstream_ssl_pointer()) .. ", " .. words(proxyssl.get_tls1_version()) .. ", " .. words(proxyssl.get_tls1_version_str())
    }
}
location = /plain { return 200 "plain\n"; }
location = /nothing {
    content_by_lua_block {
        ngx.say(words(ssl.get_upstream_ssl_pointer()))
        ngx.say(words(proxyssl.get_tls1_version()))
        ngx.say(words(ssl.ssl_session_reused(nil)))
        ngx.say(words(ssl.ssl_session_reused("x")))
        ngx.say(words(ssl.get_req_shared_ssl_ciphers()))
        ngx.say(words(ssl.export_keying_material_early(16, "label", "x")))
        ngx.say(proxyssl.TLS1_VERSION, " ", proxyssl.TLS1_3_VERSION)
    }
}
location = /hidden { content_by_lua_block { ngx.shared.wants:set("hidden", ngx.var.arg_on == "1" or nil) ngx.say "set" } }
location = /pointers {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        ngx.say(words(sock:getsslpointer()), ", ", words(sock:getsslctx()), ", ", words(sock:getsslsession()))
        assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(words(sock:getsslpointer()), ", ", words(sock:getsslctx()), ", ", words(sock:getsslsession()))
        assert(sock:sslhandshake())
        ngx.say(words(sock:getsslpointer()), ", ", words(sock:getsslctx()))
        ngx.say(ssl.ssl_session_reused(sock:getsslpointer()))
        sock:send "GET /name HTTP/1.0\r\n\r\n"
        ngx.say((sock:receive "*a"):match "TLSv[%d.]+")
        local session, err = sock:getsslsession()
        ngx.say(words(session, err))
        sock:close()
        sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        assert(sock:sslhandshake(session))
        ngx.say(ssl.ssl_session_reused(sock:getsslpointer()))
    }
}
location = /store {
    content_by_lua_block {
        local ffi = require "ffi"
        ffi.cdef [[
            void *X509_STORE_new(void);
            void X509_STORE_free(void *store);
            int X509_STORE_add_cert(void *store, void *certificate);
            void *OPENSSL_sk_value(const void *stack, int index);
        ]]
        local function store_of(name)
            local store = ffi.gc(ffi.C.X509_STORE_new(), ffi.C.X509_STORE_free)
            local chain = assert(ssl.parse_pem_cert(read(name)))
            assert(ffi.C.X509_STORE_add_cert(store, ffi.C.OPENSSL_sk_value(chain, 0)) == 1)
            return store
        end
        local sock = ngx.socket.tcp()
        ngx.say(words(sock:settrustedstore(store_of "ca.crt")))
        for _, name in ipairs {"ca.crt", "other.crt", "none"} do
            assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            ngx.say(words(sock:settrustedstore(name ~= "none" and store_of(name) or nil)))
            collectgarbage()
            ngx.say(words(sock:sslhandshake(false, "one.test", true)))
            ngx.say(words(sock:settrustedstore(nil)))
            sock:close()
        end
        ngx.say(words(sock:settrustedstore("store")))
    }
}

=== shared ciphers
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: protocol=TLSv1.2 ciphers=ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256
--- request
GET /ciphers
--- response_body
c02b c02c

=== keying material of early data that there is none of
--- address: $TEST_NGINX_RAND_PORT_1
--- tls
--- request
GET /early
--- response_body
nil SSL_export_keying_material_early() failed

=== the connection to an upstream
--- request
GET /proxied
--- response_headers
X-Upstream: pointer false 771 TLSv1.2

=== the next one resumes the session
--- request
GET /proxied
--- response_headers
X-Upstream: pointer true 771 TLSv1.2

=== an upstream without TLS
--- request
GET /unsecured
--- response_headers
X-Upstream: nil not ssl connection, nil bad upstream connection, nil bad upstream connection

=== no upstream, no TLS
--- request
GET /nothing
--- response_body
nil bad upstream
nil bad request
nil bad ssl
nil bad ssl
nil bad request
nil bad request
769 772

=== a client's certificate of an authority that is not trusted
--- address: $TEST_NGINX_RAND_PORT_2
--- tls: protocol=TLSv1.2 cert=$TEST_NGINX_SERVER_ROOT/cert/client.pem
--- request
GET /
--- response_body
FAILED:unable to verify the first certificate CN=the-client

=== trusted without the client being told
--- request
GET /hidden?on=1
--- response_body
set

=== a client's certificate of an authority that is trusted all the same
--- address: $TEST_NGINX_RAND_PORT_2
--- tls: protocol=TLSv1.2 cert=$TEST_NGINX_SERVER_ROOT/cert/client.pem
--- request
GET /
--- response_body
SUCCESS CN=the-client

=== pointers of a cosocket
--- request
GET /pointers
--- response_body
nil closed, nil closed, nil closed
nil no ssl connection, nil no ssl context, nil no session
pointer, pointer
false
TLSv1.2
pointer nil
true

=== a store of authorities for one handshake
--- skip_engine
lua51: no ffi
lua52: no ffi
--- request
GET /store
--- response_body
nil closed
true
true
nil ssl handshake already done; trusted store cannot be changed on an established TLS connection
true
nil 20: unable to get local issuer certificate
nil closed
true
nil 20: unable to get local issuer certificate
nil closed
nil bad store arg: cdata expected, got string
--- error_log
lua ssl certificate verify error: (20: unable to get local issuer certificate)
