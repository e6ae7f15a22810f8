The PROXY protocol: listen … proxy_protocol, versions 1 and 2, before TLS too.

=== PRELUDE
--- http_config
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 proxy_protocol;
    location / {
        return 200 "$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr $proxy_protocol_server_port $remote_addr $request_uri\n";
    }
}
--- address: $TEST_NGINX_RAND_PORT_1

=== version 1
--- raw_request escaped
PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body
192.0.2.1 4711 192.0.2.2 80 127.0.0.1 /a
192.0.2.1 4711 192.0.2.2 80 127.0.0.1 /b

=== version 1, the request comes later
--- raw_request escaped
PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n\{pause 20}GET /a HTTP/1.0\r\n\r\n
--- error_code: 200
--- response_body
192.0.2.1 4711 192.0.2.2 80 127.0.0.1 /a

=== version 1, IPv6
--- raw_request escaped
PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\nGET /a HTTP/1.0\r\n\r\n
--- error_code: 200
--- response_body
2001:db8::1 1 2001:db8::2 2 127.0.0.1 /a

=== version 1, nobody known
--- raw_request escaped
PROXY UNKNOWN whatever it is\r\nGET /a HTTP/1.0\r\n\r\n
--- error_code: 200
--- response_body
    127.0.0.1 /a

=== no header
--- raw_request escaped
GET /a HTTP/1.0\r\n\r\n
--- error_code: none
--- error_log
broken header: "GET /a HTTP/1.0
" while reading PROXY protocol, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1

=== a port out of range
--- raw_request escaped
PROXY TCP4 192.0.2.1 192.0.2.2 123456 80\r\nGET / HTTP/1.0\r\n\r\n
--- error_code: none
--- error_log
broken header: "PROXY TCP4 192.0.2.1 192.0.2.2 123456 80

=== a port that is none
--- raw_request escaped
PROXY TCP4 192.0.2.1 192.0.2.2 12x 80\r\nGET / HTTP/1.0\r\n\r\n
--- error_code: none
--- error_log
broken header: "PROXY TCP4 192.0.2.1 192.0.2.2 12x 80

=== another protocol
--- raw_request escaped
PROXY UDP4 192.0.2.1 192.0.2.2 12 80\r\nGET / HTTP/1.0\r\n\r\n
--- error_code: none
--- error_log
broken header: "PROXY UDP4

=== version 2
--- raw_request escaped
\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\x00\x02\x01\xc0\x00\x02\x02\x12\x67\x00\x50GET /a HTTP/1.0\r\n\r\n
--- error_code: 200
--- response_body
192.0.2.1 4711 192.0.2.2 80 127.0.0.1 /a

=== version 2, IPv6, with more behind the addresses
--- raw_request escaped
\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x28\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x12\x67\x00\x50\x04\x00\x01\x00GET /a HTTP/1.0\r\n\r\n
--- error_code: 200
--- response_body
2001:db8::1 4711 ::1 80 127.0.0.1 /a

=== version 2, LOCAL
--- raw_request escaped
\r\n\r\n\0\r\nQUIT\n\x20\x00\0\x00GET /a HTTP/1.0\r\n\r\n
--- error_code: 200
--- response_body
    127.0.0.1 /a

=== version 2, cut short
--- raw_request escaped
\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x40GET /a HTTP/1.0\r\n\r\n
--- error_code: none
--- error_log
header is too large while reading PROXY protocol

=== version 3
--- raw_request escaped
\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x00GET /a HTTP/1.0\r\n\r\n
--- error_code: none
--- error_log
unknown PROXY protocol version: 3 while reading PROXY protocol
