Plain HTTP on an address that speaks TLS, both on one server, `ssl on`.

=== PRELUDE
--- certificates
one cn=one.test names=one.test,www.one.test
--- http_config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    location / { return 200 "one\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
    error_page 497 =200 @plain;
    location / { return 200 "one\n"; }
    location @plain { return 200 "speak TLS, $scheme $uri\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_3;
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_4 ssl;
    location / { return 200 "$scheme $https|$ssl_protocol\n"; }
}

=== a plain request is refused
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /x
--- error_code: 400
--- response_headers
Connection: close
--- response_body_like: The plain HTTP request was sent to HTTPS port
--- error_log
client sent plain HTTP request to HTTPS port while reading client request headers, client: 127.0.0.1, server: , request: "GET /x HTTP/1.1", host: "localhost"

=== error_page for 497
--- address: $TEST_NGINX_RAND_PORT_2
--- request
GET /x
--- response_body
speak TLS, http /x

=== plain on the plain address of a server with both
--- address: $TEST_NGINX_RAND_PORT_3
--- request
GET /x
--- response_body
http |

=== TLS on the other address
--- address: $TEST_NGINX_RAND_PORT_4
--- tls
--- request
GET /x
--- response_body
https on|TLSv1.2

=== a client that leaves before the handshake
--- address: $TEST_NGINX_RAND_PORT_1
--- raw_request escaped
\{shutdown}
--- error_code: none
--- error_log
client closed connection while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1

=== what is no handshake
--- address: $TEST_NGINX_RAND_PORT_1
--- raw_request escaped
\x16\x03\x01\x00\x05hello\{shutdown}
--- error_code: none
--- ignore_response
--- error_log_like
SSL_do_handshake\(\) failed \(SSL: error:.*\) while SSL handshaking, client: 127\.0\.0\.1

=== a client that leaves in the handshake
--- address: $TEST_NGINX_RAND_PORT_1
--- raw_request escaped
\x16\x03\x01\x02\x00\x01\{shutdown}
--- error_code: none
--- error_log
peer closed connection in SSL handshake while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
