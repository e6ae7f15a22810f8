Limits of heads and bodies: which status, which words in the log.

--- config
client_header_buffer_size 1k;
large_client_header_buffers 2 2k;
client_max_body_size 10;
location / { content_by_lua_block { ngx.say(#ngx.var.request_uri) } }
location /read { content_by_lua_block { ngx.req.read_body() ngx.say(#(ngx.req.get_body_data() or "")) } }
location /unlimited { client_max_body_size 0; content_by_lua_block { ngx.req.read_body() ngx.say(#ngx.req.get_body_data()) } }
location /headers { content_by_lua_block { ngx.say(#(ngx.var.http_x or "")) } }
location /body-timeout { client_body_timeout 50ms; content_by_lua_block { ngx.req.read_body() ngx.say("no") } }
location /page { error_page 413 = @large; content_by_lua_block { ngx.say("no") } }
location @large { return 200 "too large\n"; }
--- http_config
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    server_name localhost;
    client_header_timeout 50ms;
    location / { return 200 "x"; }
}

=== a request line that needs a large buffer
--- raw_request escaped
GET /\{a*1500} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- response_body
1501

=== a request line that fills a large buffer
--- raw_request escaped
GET /\{a*2020} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- response_body
2021

=== a request line that is too long
--- raw_request escaped
GET /\{a*3000} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- error_code: 414
--- response_body_like: <title>414 Request-URI Too Large</title>
--- response_headers
Connection: close
--- error_log
[info]
client sent too long URI while reading client request line, client: 127.0.0.1, server: localhost, request: "GET /aaaa

=== a request line that is too long, in pieces
--- raw_request escaped
GET /\{a*1000}\{pause 10}\{a*1000}\{pause 10}\{a*1000} HTTP/1.1\r\nHost: h\r\n\r\n
--- error_code: 414

=== a header that needs a large buffer
--- raw_request escaped
GET /headers HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX: \{x*1900}\r\n\r\n
--- response_body
1900

=== a header that is too long
--- raw_request escaped
GET / HTTP/1.1\r\nHost: h\r\nX: \{x*3000}\r\nConnection: close\r\n\r\n
--- error_code: 400
--- response_body_like: <title>400 Request Header Or Cookie Too Large</title>
--- error_log
[info]
client sent too long header line: "X: xxx

=== headers that need more than all buffers
--- raw_request escaped
GET / HTTP/1.1\r\nHost: h\r\nA: \{x*1500}\r\nB: \{x*1500}\r\nC: \{x*1500}\r\nConnection: close\r\n\r\n
--- error_code: 400
--- response_body_like: <center>Request Header Or Cookie Too Large</center>
--- error_log
client sent too long header line: "C: xxx

=== body as large as allowed
--- request
POST /read
0123456789
--- response_body
10

=== body larger than allowed, by its length
--- request
POST /read
0123456789a
--- error_code: 413
--- response_body_like: <title>413 Request Entity Too Large</title>
--- response_headers
Connection: close
--- error_log
[error]
client intended to send too large body: 11 bytes, client: 127.0.0.1, server: localhost, request: "POST /read HTTP/1.1", host: "localhost"

=== body larger than allowed that nobody would read
--- request
POST /
0123456789a
--- error_code: 413
--- error_log
client intended to send too large body: 11 bytes

=== chunked body larger than allowed
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n8\r\n01234567\r\n8\r\n01234567\r\n0\r\n\r\n
--- error_code: 413
--- error_log
client intended to send too large chunked body: 

=== no limit
--- request
POST /unlimited
0123456789012345678901234567890
--- response_body
31

=== error_page of 413
--- request
POST /page
0123456789a
--- response_body
too large
--- error_log
client intended to send too large body

=== body that does not come
--- raw_request escaped
POST /body-timeout HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab
--- error_code: none

=== head that does not come
--- address: $TEST_NGINX_RAND_PORT_1
--- raw_request escaped
GET / HTTP/1.1\r\nHo
--- error_code: none
--- error_log
[info]
client timed out (110: Connection timed out) while reading client request headers, client: 127.0.0.1, server: localhost, request: "GET / HTTP/1.1"

=== request line that does not come
--- address: $TEST_NGINX_RAND_PORT_1
--- raw_request escaped
GE
--- error_code: none
--- error_log
client timed out (110: Connection timed out) while reading client request line, client: 127.0.0.1, server: localhost, request: "GE"

=== request without a Host
--- raw_request escaped
GET / HTTP/1.1\r\nConnection: close\r\n\r\n
--- error_code: 400
--- response_body_like: <title>400 Bad Request</title>
--- error_log
[info]
client sent HTTP/1.1 request without "Host" header while reading client request headers

=== invalid method
--- raw_request escaped
get / HTTP/1.1\r\nHost: h\r\n\r\n
--- error_code: 400
--- error_log
client sent invalid method while reading client request line, client: 127.0.0.1, server: localhost, request: "get / HTTP/1.1"

=== invalid request line
--- raw_request escaped
GET noslash HTTP/1.1\r\nHost: h\r\n\r\n
--- error_code: 400
--- error_log
client sent invalid request while reading client request line

=== unknown version
--- raw_request escaped
GET / HTTP/2.1\r\nHost: h\r\n\r\n
--- error_code: 505
--- response_body_like: <title>505 HTTP Version Not Supported</title>
--- error_log
client sent invalid version while reading client request line

=== path above the root
--- raw_request escaped
GET /../x HTTP/1.1\r\nHost: h\r\n\r\n
--- error_code: 400
--- error_log
client sent invalid request

=== conflicting lengths
--- raw_request escaped
POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab
--- error_code: 400
--- error_log
client sent duplicate header line: "Content-Length: 2", previous value: "Content-Length: 1"

=== length that is no number
--- raw_request escaped
POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n
--- error_code: 400
--- error_log
client sent invalid "Content-Length" header

=== length together with chunked
--- raw_request escaped
POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n
--- error_code: 400
--- error_log
client sent "Content-Length" and "Transfer-Encoding" headers at the same time

=== unknown transfer encoding
--- raw_request escaped
POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n
--- error_code: 501
--- error_log
client sent unknown "Transfer-Encoding": "gzip"

=== bad chunk size
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n
--- error_code: 400
--- error_log
client sent invalid chunked body

=== TRACE
--- raw_request escaped
TRACE / HTTP/1.1\r\nHost: h\r\n\r\n
--- error_code: 405
--- error_log
client sent TRACE method

=== CONNECT
--- raw_request escaped
CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n
--- error_code: 400
