TLS cosockets: sslhandshake with names, verification, sessions, client certificates.

=== PRELUDE
--- certificates
ca ca cn=the-ca
middle ca by=ca cn=the-middle
one by=ca cn=one.test names=one.test,www.one.test
client by=ca cn=the-client
self cn=self.test
--- http_config
lua_ssl_protocols TLSv1.2 TLSv1.3;
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache builtin;
    keepalive_timeout 60;
    location / { return 200 "$ssl_protocol $ssl_server_name $ssl_session_reused\n"; }
    location /large { content_by_lua_block { ngx.print(("0123456789"):rep(20000)) } }
    location /body {
        client_body_buffer_size 1m;
        content_by_lua_block { ngx.req.read_body() ngx.say(#ngx.req.get_body_data()) }
    }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/self.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/self.key;
    ssl_verify_client optional_no_ca;
    ssl_protocols TLSv1.2;
    location / { return 200 "$ssl_protocol $ssl_client_s_dn\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_3 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/self.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/self.key;
    ssl_certificate_by_lua_block { ngx.sleep(0.2) }
}
init_by_lua_block {
    function get(sock, path, port)
        local sent, err = sock:send("GET " .. (path or "/") .. " HTTP/1.1\r\nHost: h\r\n\r\n")
        if not sent then return nil, err end
        local head = sock:receiveuntil "\r\n\r\n" ()
        local length = head and head:match "Content%-Length: (%d+)"
        if not length then return nil, "no length: " .. tostring(head) end
        return sock:receive(tonumber(length))
    end
    function open(port)
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", port or $TEST_NGINX_RAND_PORT_1))
        return sock
    end
}
--- config
location /plain {
    content_by_lua_block {
        local sock = open()
        local session, err = sock:sslhandshake(nil, "www.one.test")
        ngx.say(type(session), " ", err)
        ngx.print(get(sock))
        ngx.say(sock:close())
        ngx.say(sock:close())
    }
}
location /true {
    content_by_lua_block {
        local sock = open()
        ngx.say(sock:sslhandshake(false))
        ngx.print(get(sock))
        ngx.say(sock:sslhandshake(false))
    }
}
location /unverified {
    content_by_lua_block {
        local sock = open()
        ngx.say(sock:sslhandshake(nil, "one.test", true))
        ngx.say(sock:send "x")
    }
}
location /self {
    content_by_lua_block {
        local sock = open($TEST_NGINX_RAND_PORT_2)
        ngx.say(sock:sslhandshake(nil, "self.test", true))
    }
}
location /verified {
    lua_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
    content_by_lua_block {
        local sock = open()
        local session, err = sock:sslhandshake(nil, ngx.var.arg_name, true)
        ngx.say(session and "verified" or session, " ", err)
    }
}
location /reuse {
    content_by_lua_block {
        local sock = open()
        local session = assert(sock:sslhandshake(nil, "one.test"))
        ngx.print(get(sock))
        sock:close()
        sock = open()
        local again = assert(sock:sslhandshake(session, "one.test"))
        ngx.print(get(sock))
        ngx.say(type(again) == type(session))
    }
    lua_ssl_protocols TLSv1.2;
}
location /pool {
    content_by_lua_block {
        for i = 1, 3 do
            local sock = open()
            if sock:getreusedtimes() == 0 then assert(sock:sslhandshake(nil, "one.test")) end
            ngx.say(sock:getreusedtimes(), " ", (get(sock)))
            ngx.say(sock:setkeepalive())
        end
    }
}
location /large {
    content_by_lua_block {
        local sock = open()
        assert(sock:sslhandshake())
        sock:send "GET /large HTTP/1.0\r\n\r\n"
        local data = sock:receive "*a"
        ngx.say(#data:match "\r\n\r\n(.*)")
    }
}
location /body {
    content_by_lua_block {
        local sock = open()
        assert(sock:sslhandshake())
        ngx.say(sock:send {"POST /body HTTP/1.0\r\nContent-Length: 300000\r\n\r\n", ("x"):rep(300000)})
        ngx.say((sock:receive "*a":match "\r\n\r\n(%d+)"))
    }
}
location /plainly {
    content_by_lua_block {
        local sock = open($TEST_NGINX_SERVER_PORT)
        ngx.say(sock:sslhandshake())
        ngx.say(sock:receive())
    }
}
location /closed {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        ngx.say(pcall(sock.sslhandshake, sock))
        sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        sock:close()
        ngx.say(sock:sslhandshake())
        ngx.say(pcall(sock.sslhandshake, sock, nil, nil, nil, nil, nil))
    }
}
location /slow {
    content_by_lua_block {
        local sock = open($TEST_NGINX_RAND_PORT_3)
        sock:settimeout(20)
        ngx.say(sock:sslhandshake())
        ngx.say(sock:receive())
    }
}
location /ciphers {
    lua_ssl_protocols TLSv1.2;
    lua_ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;
    content_by_lua_block {
        local sock = open()
        ngx.say(sock:sslhandshake())
    }
}
location /threads {
    content_by_lua_block {
        local sock = open()
        assert(sock:sslhandshake())
        local thread = ngx.thread.spawn(function()
            local data, err = sock:receiveuntil "\r\n\r\n" ()
            ngx.say(data:match "^[^\r]*")
        end)
        ngx.sleep(0.001)
        sock:send "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        ngx.thread.wait(thread)
    }
}

=== a handshake, a request
--- request
GET /plain
--- response_body_like
\A(cdata|userdata|table) nil
TLSv1\.3 www\.one\.test \.
1
nilclosed
\Z

=== no session wanted
--- request
GET /true
--- response_body
true
TLSv1.3  .
true

=== nobody is trusted
--- request
GET /unverified
--- response_body
nil20: unable to get local issuer certificate
nilclosed
--- error_log
lua ssl certificate verify error: (20: unable to get local issuer certificate), client: 127.0.0.1, server: localhost, request: "GET /unverified HTTP/1.1", host: "localhost"
attempt to send data on a closed socket

=== a certificate that vouches for itself
--- request
GET /self
--- response_body
nil18: self-signed certificate
--- error_log
lua ssl certificate verify error: (18: self-signed certificate)

=== an authority that is trusted
--- request
GET /verified?name=www.one.test
--- response_body
verified nil

=== another name
--- request
GET /verified?name=two.test
--- response_body
nil certificate host mismatch
--- error_log
lua ssl certificate does not match host "two.test"

=== a session is used again
--- request
GET /reuse
--- response_body
TLSv1.2 one.test .
TLSv1.2 one.test r
true

=== connections of a pool keep their TLS
--- request
GET /pool
--- response_body
0 TLSv1.3 one.test .

1
1 TLSv1.3 one.test .

1
2 TLSv1.3 one.test .

1

=== a large response
--- request
GET /large
--- response_body
200000

=== a large request
--- request
GET /body
--- response_body
300047
300000


=== nobody speaks TLS there
--- request
GET /plainly
--- response_body
nilhandshake failed
nilclosed
--- error_log
SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number), client: 127.0.0.1

=== closed sockets, wrong arguments
--- request
GET /closed
--- response_body_like
\Afalse(.*: )?socket is never created nor connected
nilclosed
false(.*: )?ngx\.socket sslhandshake: expecting 1 ~ 5 arguments \(including the object\), but seen 6
\Z

=== no cipher in common
--- request
GET /ciphers
--- response_body
nilhandshake failed
--- error_log
alert handshake failure:SSL alert number 40), client: 127.0.0.1
--- log_level: info

=== reading and writing at once
--- request
GET /threads
--- response_body
HTTP/1.1 200 OK

=== a server that takes its time
--- request
GET /slow
--- response_body
niltimeout
nilclosed
--- no_error_log
[alert]
