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
