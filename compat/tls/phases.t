Lua in handshakes: ssl_client_hello_by_lua*, ssl_certificate_by_lua*, ssl_session_*_by_lua*, ngx.ssl and its kin.

=== PRELUDE
--- certificates
ca ca cn=the-ca
fallback by=ca cn=fallback.test
one by=ca cn=one.test names=one.test
two by=ca cn=two.test names=two.test
client by=ca cn=the-client
locked rsa cn=locked.test password=open
--- http_config
lua_shared_dict sessions 1m;
init_by_lua_block {
    function read(name)
        local file = assert(io.open("$TEST_NGINX_SERVER_ROOT/cert/" .. name, "rb"))
        local text = file:read "*a"
        file:close()
        return text
    end
    function connect(port, name, session, verify, protocol)
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", port))
        local got, err = sock:sslhandshake(session, name, verify)
        if not got then return nil, err end
        return sock, got
    end
    function get(sock, path)
        sock:send("GET " .. (path or "/") .. " HTTP/1.0\r\n\r\n")
        local data = sock:receive "*a"
        sock:close()
        return data:match "\r\n\r\n(.*)"
    end
    ssl = require "ngx.ssl"
}
ssl_session_fetch_by_lua_block {
    local session = require "ngx.ssl.session"
    local id = session.get_session_id()
    ngx.log(ngx.INFO, "fetching ", #id)
    if ngx.shared.sessions:get "slow" then ngx.sleep(0.001) end
    local der = ngx.shared.sessions:get(id)
    if der then ngx.log(ngx.INFO, "found: ", session.set_serialized_session(der)) end
}
ssl_session_store_by_lua_block {
    local session = require "ngx.ssl.session"
    local id = session.get_session_id()
    ngx.log(ngx.INFO, "storing ", #id, " in ", ngx.get_phase())
    ngx.shared.sessions:set(id, session.get_serialized_session())
}
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/fallback.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/fallback.key;
ssl_protocols TLSv1.2 TLSv1.3;
lua_ssl_protocols TLSv1.2 TLSv1.3;
lua_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    ssl_certificate_by_lua_block {
        local name = ssl.server_name()
        ngx.ctx.name = name
        if not name then return end
        if name == "fail.test" then return ngx.exit(ngx.ERROR) end
        if name == "raise.test" then error "no certificate for you" end
        if name == "wait.test" then
            ngx.sleep(0.005)
            name = "two.test"
        end
        if name == "fallback.test" then return end
        assert(ssl.clear_certs())
        local file = name:match "^[^.]*"
        if file == "one" then
            assert(ssl.set_cert(assert(ssl.parse_pem_cert(read "one.crt"))))
            assert(ssl.set_priv_key(assert(ssl.parse_pem_priv_key(read "one.key"))))
        elseif file == "two" then
            assert(ssl.set_der_cert(assert(ssl.cert_pem_to_der(read "two.crt"))))
            assert(ssl.set_der_priv_key(assert(ssl.priv_key_pem_to_der(read "two.key"))))
        elseif file == "client" then
            assert(ssl.set_cert(assert(ssl.parse_pem_cert(read "one.crt" .. read "ca.crt"))))
            assert(ssl.set_priv_key(assert(ssl.parse_pem_priv_key(read "one.key"))))
            assert(ssl.verify_client(ssl.parse_pem_cert(read "ca.crt"), 2))
        end
    }
    location / { return 200 "$ssl_server_name $ssl_session_reused\n"; }
    location /ctx { content_by_lua_block { ngx.say(ngx.ctx.name, " ", ngx.get_phase()) } }
    location /client { return 200 "$ssl_client_verify $ssl_client_s_dn\n"; }
    location /facts {
        content_by_lua_block {
            local bytes, kind = ssl.raw_server_addr()
            local client, client_kind = ssl.raw_client_addr()
            ngx.say(ssl.get_tls1_version_str(), " ", ssl.get_tls1_version() == ssl.TLS1_3_VERSION, " ",
                ssl.server_name(), " ", ssl.server_port() == $TEST_NGINX_RAND_PORT_1)
            ngx.say(kind, " ", bytes:byte(1), " ", client_kind, " ", client:byte(4))
        }
    }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
    ssl_session_tickets off;
    ssl_protocols TLSv1.2;
    location / { return 200 "$ssl_session_reused\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_3 ssl;
    ssl_client_hello_by_lua_block {
        local hello = require "ngx.ssl.clienthello"
        local name = hello.get_client_hello_server_name()
        ngx.log(ngx.INFO, "hello ", name, " ", table.concat(hello.get_supported_versions() or {}, ","), " in ",
            ngx.get_phase())
        if name == "old.test" then assert(hello.set_protocols {"TLSv1.2"}) end
        if name == "bad.test" then ngx.log(ngx.INFO, select(2, hello.set_protocols {"TLSv9"})) end
        if name == "no.test" then ngx.exit(ngx.ERROR) end
        if name == "raise.test" then error "unwelcome" end
        if name == "wait.test" then ngx.sleep(0.005) end
        local ext = hello.get_client_hello_ext(0)
        ngx.log(ngx.INFO, "extension of ", #ext, ", ", hello.get_client_hello_ext(9999))
    }
    location / { return 200 "$ssl_protocol $ssl_server_name\n"; }
}
--- config
location /names {
    content_by_lua_block {
        for _, name in ipairs {"one.test", "two.test", "fallback.test"} do
            local sock, err = connect($TEST_NGINX_RAND_PORT_1, name, nil, true)
            ngx.print(sock and get(sock) or err)
        end
    }
}
location /one {
    content_by_lua_block {
        local sock, err = connect($TEST_NGINX_RAND_PORT_1, ngx.var.arg_name)
        ngx.print(sock and get(sock, ngx.var.arg_path) or err)
    }
}
location /client {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(sock:setclientcert(ssl.parse_pem_cert(read "client.crt"), ssl.parse_pem_priv_key(read "client.key")))
        assert(sock:sslhandshake(nil, "client.test"))
        ngx.print(get(sock, "/client"))
    }
}
location /wrong-certificates {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        ngx.say(sock:setclientcert("x"))
        ngx.say(sock:setclientcert("x", "y"))
        ngx.say(sock:setclientcert())
    }
}
location /sessions {
    content_by_lua_block {
        ngx.shared.sessions:set("slow", ngx.var.arg_slow)
        local sock, session = connect($TEST_NGINX_RAND_PORT_2, "s.test")
        ngx.print(get(sock))
        sock, session = connect($TEST_NGINX_RAND_PORT_2, "s.test", session)
        ngx.print(get(sock))
    }
}
location /hello {
    content_by_lua_block {
        local sock, err = connect($TEST_NGINX_RAND_PORT_3, ngx.var.arg_name)
        ngx.print(sock and get(sock) or err)
    }
}
location /parse {
    content_by_lua_block {
        ngx.say(ssl.parse_pem_cert "nonsense")
        ngx.say(ssl.parse_pem_priv_key "nonsense")
        ngx.say(ssl.cert_pem_to_der "nonsense")
        ngx.say(ssl.priv_key_pem_to_der "nonsense")
        ngx.say(#ssl.priv_key_pem_to_der(read "locked.key", "open") > 100)
        ngx.say(ssl.priv_key_pem_to_der(read "locked.key", "wrong"))
        local chain = ssl.cert_pem_to_der(read "one.crt" .. read "ca.crt")
        ngx.say(#chain == #ssl.cert_pem_to_der(read "one.crt") + #ssl.cert_pem_to_der(read "ca.crt"))
        ngx.say(ssl.server_name())
        ngx.say(pcall(ssl.set_der_cert, chain))
    }
}

=== a certificate for each name
--- request
GET /names
--- response_body
one.test .
two.test .
fallback.test .

=== Lua waits before it chooses
--- request
GET /one?name=wait.test
--- response_body
wait.test .

=== the handshake is refused
--- request
GET /one?name=fail.test
--- response_body: handshake failed
--- error_log
SSL_do_handshake() failed (SSL: error:0A000179:SSL routines::cert cb error) while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
alert internal error:SSL alert number 80), client: 127.0.0.1, server: localhost

=== Lua raises
--- request
GET /one?name=raise.test
--- response_body: handshake failed
--- error_log
lua entry thread aborted: runtime error: ssl_certificate_by_lua(nginx.conf:$LINE[ssl_certificate_by_lua_block]):6: no certificate for you
, context: ssl_certificate_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1

=== ngx.ctx of the handshake is seen by requests
--- request
GET /one?name=one.test&path=/ctx
--- response_body
one.test content

=== facts about the connection
--- proves
ngx.ssl.server_port
ngx.ssl.raw_server_addr
ngx.ssl.raw_client_addr
--- request
GET /one?name=one.test&path=/facts
--- response_body
TLSv1.3 true one.test true
inet 127 inet 1

=== a client's certificate is asked for in the handshake
--- proves
ngx.ssl.verify_client
--- request
GET /client
--- response_body
true
SUCCESS CN=the-client

=== what is no certificate
--- request
GET /wrong-certificates
--- response_body_like
\Anilclient certificate must be supplied with corresponding private key
nilbad cert arg: cdata expected, got string
true
\Z

=== sessions kept by Lua
--- proves
ngx.ssl.session.get_session_id
ngx.ssl.session.get_serialized_session
ngx.ssl.session.set_serialized_session
--- request
GET /sessions
--- response_body
.
r
--- error_log
storing 64 in ssl_session_store, context: ssl_session_store_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2
fetching 64, context: ssl_session_fetch_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2
found: true

=== Lua waits for a session
--- request
GET /sessions?slow=1
--- response_body
.
r
--- error_log
storing 64 in ssl_session_store, context: ssl_session_store_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2
fetching 64, context: ssl_session_fetch_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_2
found: true
--- oracle: waiting in ssl_session_fetch_by_lua* needs a patched OpenSSL there

=== a hello
--- request
GET /hello?name=some.test
--- response_body
TLSv1.3 some.test
--- error_log
hello some.test TLSv1.2,TLSv1.3 in ssl_client_hello, context: ssl_client_hello_by_lua*, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_3
extension of 14, nil

=== fewer protocols
--- request
GET /hello?name=old.test
--- response_body
TLSv1.2 old.test

=== protocols nobody knows
--- request
GET /hello?name=bad.test
--- response_body
TLSv1.3 bad.test
--- error_log
invalid protocols failed

=== a hello that is refused
--- request
GET /hello?name=no.test
--- response_body: handshake failed
--- error_log
SSL_do_handshake() failed (SSL: error:0A0000EA:SSL routines::callback failed) while SSL handshaking

=== a hello that Lua fails on
--- request
GET /hello?name=raise.test
--- response_body: handshake failed
--- error_log
lua entry thread aborted: runtime error: ssl_client_hello_by_lua:9: unwelcome
, context: ssl_client_hello_by_lua*, client: 127.0.0.1

=== a hello that takes its time
--- request
GET /hello?name=wait.test
--- response_body
TLSv1.3 wait.test
--- oracle: waiting in ssl_client_hello_by_lua* needs a patched nginx there

=== reading certificates and keys
--- request
GET /parse
--- response_body
nilPEM_read_bio_X509_AUX() failed
nilPEM_read_bio_PrivateKey() failed
nilPEM_read_bio_X509_AUX() failed
nilPEM_read_bio_PrivateKey() failed
true
nilPEM_read_bio_PrivateKey() failed
true
nilbad request
truenilbad request
