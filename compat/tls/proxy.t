proxy_pass to https://: names, verification, certificates, sessions, keepalive.

=== PRELUDE
--- certificates
ca ca cn=the-ca
one by=ca cn=one.test names=one.test,www.one.test
client by=ca cn=the-client
--- http_config
ssl_protocols TLSv1.2 TLSv1.3;
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_verify_client optional;
    ssl_client_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
    ssl_session_cache builtin;
    location / {
        return 200 "$request_uri $http_host $ssl_protocol [$ssl_server_name] $ssl_client_s_dn $ssl_session_reused\n";
    }
    location /requests { return 200 "$connection_requests\n"; }
    location /large { content_by_lua_block { ngx.print(("0123456789"):rep(30000)) } }
    location /body {
        client_body_buffer_size 1m;
        content_by_lua_block { ngx.req.read_body() ngx.say(#ngx.req.get_body_data()) }
    }
}
upstream kept { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; keepalive 4; }
upstream one.test { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
upstream plain { server 127.0.0.1:$TEST_NGINX_SERVER_PORT; }
proxy_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
--- config
location /simple/ { proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /variable/ {
    set $where https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_pass $where;
}
location /named/ {
    proxy_ssl_session_reuse off;
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_ssl_server_name on;
    proxy_ssl_name $arg_name:443;
}
location /upstream/ {
    proxy_pass https://one.test;
    proxy_ssl_server_name on;
    proxy_ssl_verify on;
}
location /verified/ {
    proxy_ssl_session_reuse off;
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_ssl_verify on;
    proxy_ssl_name $arg_name;
}
location /protocol/ {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_ssl_protocols TLSv1.3;
}
location /certificate/ {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/client.crt;
    proxy_ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/client.key;
}
location /certificates/ {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/$arg_file.crt;
    proxy_ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/$arg_file.key;
    proxy_ssl_session_reuse off;
}
location /reuse {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_2/x;
}
location /no-reuse {
    proxy_pass https://127.0.0.1:$TEST_NGINX_RAND_PORT_1/x;
    proxy_ssl_session_reuse off;
}
location /twice { content_by_lua_block {
    ngx.print(ngx.location.capture(ngx.var.arg_of).body, ngx.location.capture(ngx.var.arg_of).body)
} }
location /kept {
    proxy_pass https://kept/requests;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
}
location /large { proxy_pass https://kept; }
location /body { proxy_pass https://kept; }
location /no-tls { proxy_pass https://plain; }
location /html { return 200 "x"; }

=== a request goes on over TLS
--- request
GET /simple/x
--- response_body_like
\A/x 127\.0\.0\.1:\d+ TLSv1\.2 \[\]  [.r]
\Z

=== a URL with variables
--- request
GET /variable/x
--- response_body_like
\A/variable/x 127\.0\.0\.1:\d+ TLSv1\.2 \[\]  [.r]
\Z

=== a name to ask for, its port is dropped
--- request
GET /named/x?name=www.one.test
--- response_body_like
\[www\.one\.test\]

=== an address is not asked for
--- request
GET /named/x?name=127.0.0.1
--- response_body_like
\[\]

=== the upstream's name is asked for and verified
--- request
GET /upstream/
--- response_body_like
\A/upstream/ one.test TLSv1\.2 \[one\.test\]

=== a certificate that is verified
--- request
GET /verified/?name=www.one.test
--- response_body_like
TLSv1\.2

=== a certificate of another name
--- request
GET /verified/?name=two.test
--- error_code: 502
--- error_log
upstream SSL certificate does not match "two.test" while SSL handshaking to upstream, client: 127.0.0.1, server: localhost, request: "GET /verified/?name=two.test HTTP/1.1", upstream: "https://127.0.0.1:$TEST_NGINX_RAND_PORT_1/verified/?name=two.test", host: "localhost"

=== a protocol
--- request
GET /protocol/
--- response_body_like
TLSv1\.3

=== a client certificate
--- request
GET /certificate/
--- response_body_like
CN=the-client

=== a client certificate by variables
--- request
GET /certificates/?file=client
--- response_body_like
CN=the-client

=== a client certificate that is not there
--- request
GET /certificates/?file=none
--- error_code: 500
--- error_log
cannot load certificate "$TEST_NGINX_SERVER_ROOT/cert/none.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen($TEST_NGINX_SERVER_ROOT/cert/none.crt, r) error:10000080:BIO routines::no such file) while connecting to upstream

=== sessions are used again
--- request
GET /twice?of=/reuse
--- response_body_like
 \.
.* r
\Z

=== no sessions
--- request
GET /twice?of=/no-reuse
--- response_body_like
 \.
.* \.
\Z

=== connections are kept
--- request
GET /twice?of=/kept
--- response_body
1
2

=== a large response
--- request
GET /large
--- response_body_like
\A(0123456789){30000}\Z

=== a large request
--- request escaped
POST /body\n\{0123456789*30000}
--- response_body
300000

=== no TLS there
--- request
GET /no-tls
--- error_code: 502
--- error_log
SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream, client: 127.0.0.1, server: localhost, request: "GET /no-tls HTTP/1.1", upstream: "https://127.0.0.1:$TEST_NGINX_SERVER_PORT/no-tls"
