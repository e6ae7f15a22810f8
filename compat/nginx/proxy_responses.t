Responses of upstream servers, byte by byte as they come from there.

--- http_config
charset_map koi8-r utf-8 { 80 E282AC; }
init_by_lua_block {
    function raw(text) local socket = assert(ngx.req.socket(true)) socket:send((text:gsub("\n", "\r\n"))) ngx.exit(444) end
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    location = /204 { content_by_lua_block { raw "HTTP/1.1 204 Nothing\nContent-Length: 0\nContent-Type: text/own\nLast-Modified: Mon, 02 Jan 2006 15:04:05 GMT\n\n" } }
    location = /404 { content_by_lua_block { raw "HTTP/1.1 404 Nowhere\nContent-Length: 2\nLast-Modified: Mon, 02 Jan 2006 15:04:05 GMT\n\nno" } }
    location = /untyped { content_by_lua_block { raw "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc" } }
    location = /long { content_by_lua_block { raw "HTTP/1.1 200 OK\nContent-Length: 3\n\nabcdef" } }
    location /slow { content_by_lua_block { ngx.req.read_body() ngx.say "read" } }
    location = /odd { content_by_lua_block { raw "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nzz\nabc\n0\n\n" } }
    location = /koi { content_by_lua_block { raw "HTTP/1.1 200 OK\nContent-Length: 2\nX-Accel-Charset: koi8-r\nContent-Type: text/html\n\nok" } }
    location = /none { content_by_lua_block { raw "HTTP/1.1 200 OK\nContent-Length: 2\nX-Accel-Charset: nosuch\nContent-Type: text/html; charset=own\n\nok" } }
    location = /unsafe { content_by_lua_block { raw "HTTP/1.1 200 OK\nContent-Length: 2\nX-Accel-Redirect: /../x\n\nok" } }
}
--- config
location / { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /un/ { proxy_buffering off; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /sub/ { sub_filter_types *; sub_filter b "[b]"; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /gzip/ { gzip on; gzip_types *; gzip_min_length 1; gzip_http_version 1.0; gzip_proxied any; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /ignored/ { proxy_ignore_headers X-Accel-Charset; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /lua/ { header_filter_by_lua_block { ngx.status = 204 } proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }

=== 204: its header is left alone
--- request
GET /204
--- error_code: 204
--- response_headers
Content-Length: 0
Content-Type: text/own
Last-Modified: Mon, 02 Jan 2006 15:04:05 GMT

=== 204 by Lua
--- request
GET /lua/204
--- error_code: 204
--- response_headers
!Content-Length
!Content-Type
Last-Modified: Mon, 02 Jan 2006 15:04:05 GMT

=== 404 with Last-Modified
--- request
GET /404
--- error_code: 404
--- response_headers
Last-Modified: Mon, 02 Jan 2006 15:04:05 GMT
--- response_body chomp
no

=== a filter of all types sees what has no type
--- request
GET /sub/untyped
--- response_headers
!Content-Length
--- response_body chomp
a[b]c

=== gzip of all types does so too
--- request
GET /gzip/untyped
--- more_headers
Accept-Encoding: gzip
--- response_headers
Content-Encoding: gzip
--- ignore_response

=== more than was promised
--- request
GET /long
--- response_body chomp
abc
--- error_log
upstream sent more data than specified in "Content-Length" header while reading upstream, client

=== more than was promised, unbuffered
--- request
GET /un/long
--- response_body chomp
abc
--- error_log
upstream sent more data than specified in "Content-Length" header while reading response header from upstream, client

=== chunks that are none, unbuffered
--- request
GET /un/odd
--- ignore_response
--- error_log
upstream sent invalid chunked response while reading response header from upstream, client

=== X-Accel-Charset
--- request
GET /koi
--- response_headers
Content-Type: text/html; charset=koi8-r

=== X-Accel-Charset of a charset that the configuration does not know
--- request
GET /none
--- response_headers
Content-Type: text/html; charset=own
--- error_log
unknown charset "nosuch" to override while reading response header from upstream, client

=== X-Accel-Charset is ignored
--- request
GET /ignored/koi
--- response_headers
Content-Type: text/html

=== X-Accel-Redirect to nowhere
--- request
GET /unsafe
--- error_code: 404
--- error_log
unsafe URI "/../x" was detected while reading response header from upstream, client

=== an address to bind to that is none
--- config
location / { proxy_bind $arg_from; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
--- request
GET /untyped?from=nowhere
--- response_body chomp
abc
--- error_log
invalid local address "nowhere", client: 127.0.0.1, server: localhost, request: "GET /untyped?from=nowhere HTTP/1.1", host: "localhost"

=== several ranges of what is no file
--- config
location / { proxy_force_ranges on; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
--- request
GET /untyped
--- more_headers
Range: bytes=0-0,2-2
--- response_headers
Accept-Ranges: bytes
--- response_body chomp
abc

=== a trailer without a value
--- config
location / { add_trailer X-Trailer ""; proxy_force_ranges on; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
--- request
GET /untyped
--- more_headers
Range: bytes=-1
--- error_code: 206
--- response_headers
!Content-Length
Transfer-Encoding: chunked
Content-Range: bytes 2-2/3
--- response_body chomp
c

=== directories of stored responses
--- config
location /untyped { proxy_store $TEST_NGINX_SERVER_ROOT/stored/below$uri; proxy_store_access group:rw all:r; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /modes { content_by_lua_block {
    local pipe = io.popen "stat -c %a $TEST_NGINX_SERVER_ROOT/stored $TEST_NGINX_SERVER_ROOT/stored/below $TEST_NGINX_SERVER_ROOT/stored/below/untyped"
    ngx.print(pipe:read "*a")
    pipe:close()
} }
location /twice { content_by_lua_block { ngx.location.capture "/untyped" ngx.print(ngx.location.capture("/modes").body) } }
--- request
GET /twice
--- response_body_like
^(7\d5)\n\1\n664\n$

=== an unbuffered body: chunks that are none, with the header
--- config
location / { proxy_request_buffering off; proxy_http_version 1.1; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
--- raw_request escaped
POST /untyped HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n
--- error_code: 400
--- error_log
client sent invalid chunked body, client: 127.0.0.1, server: localhost, request: "POST /untyped HTTP/1.1", host: "localhost"

=== an unbuffered body: chunks that are none, later
--- config
location / { proxy_request_buffering off; proxy_http_version 1.1; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/slow; }
server_name localhost;
--- raw_request escaped
POST /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n\{pause 200}zz\r\n
--- error_code: 400
--- error_log_like
client sent invalid chunked body while sending request to upstream, client: 127.0.0.1, server: localhost, request: "POST /slow HTTP/1.1", upstream: "http://127.0.0.1:\d+/slow/?\w*", host: "localhost"

=== an unbuffered body: too much of it
--- config
location / { client_max_body_size 20; proxy_request_buffering off; proxy_http_version 1.1; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
--- raw_request escaped
POST /untyped HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n\{xxxxxxxx*4}\r\n0\r\n\r\n
--- error_code: 413
--- error_log
client intended to send too large chunked body: 0+32 bytes, client: 127.0.0.1, server: localhost, request: "POST /untyped HTTP/1.1", host: "localhost"

=== a URL of nothing but a scheme
--- config
location / { proxy_pass http://$arg_host; }
--- request
GET /
--- error_code: 500
--- error_log
invalid URL prefix in "http://", client
