Connections: keep-alive, pipelining, HTTP versions, HEAD, Expect, bodies that nobody reads.

--- config
location /a { content_by_lua_block { ngx.say("a") } }
location /b { content_by_lua_block { ngx.say("b") } }
location /length { content_by_lua_block { ngx.header.content_length = 5 ngx.print("12345") } }
location /connection { content_by_lua_block { ngx.say(ngx.var.connection_requests) } }
location /close { content_by_lua_block { ngx.header.connection = "close" ngx.say("closing") } }
location /off { keepalive_timeout 0; content_by_lua_block { ngx.say("off") } }
location /two { keepalive_requests 2; content_by_lua_block { ngx.say("two") } }
location /short { keepalive_timeout 50ms; content_by_lua_block { ngx.say("short") } }
location /announced { keepalive_timeout 65 30; content_by_lua_block { ngx.say("x") } }
location /sleep { content_by_lua_block { ngx.sleep(0.02) ngx.say("slept") } }
location /read { content_by_lua_block { ngx.req.read_body() ngx.print("[", ngx.req.get_body_data(), "]") } }
location /unread { content_by_lua_block { ngx.say("unread") } }
location /return { return 200 "returned\n"; }
location /version { content_by_lua_block { ngx.say(ngx.req.http_version(), " ", ngx.var.server_protocol, " ", ngx.var.request) } }
location /unbuffered { lua_http10_buffering off; content_by_lua_block { ngx.print("x") ngx.flush() ngx.print("y") } }
location /head { content_by_lua_block { local ok, err = ngx.say("body") ngx.log(ngx.NOTICE, "say: ", ok, " ", err) } }
location /head-length { content_by_lua_block { ngx.header.content_length = 10 ngx.say("ignored") } }
location /chunked-off { chunked_transfer_encoding off; content_by_lua_block { ngx.say("no chunks") } }
location /eof { content_by_lua_block { ngx.say("done") ngx.eof() ngx.sleep(0.01) ngx.log(ngx.NOTICE, "after eof") } }
location /tokens { server_tokens off; return 200 "x"; }

=== two requests on a connection
--- raw_request escaped
GET /a HTTP/1.1\r\nHost: h\r\n\r\n\{await 1}
GET /b HTTP/1.1\r\nHost: h\r\n\r\n
--- error_code: 200 200
--- response_body
a
b
--- response_headers
Connection: keep-alive
--- connection: open

=== three pipelined requests
--- pipelined_requests
GET /a
GET /b
GET /a
--- error_code: 200 200 200
--- response_body
a
b
a

=== pipelined requests that wait are answered in order
--- pipelined_requests
GET /sleep
GET /a
GET /sleep
GET /b
--- error_code: 200 200 200 200
--- response_body
slept
a
slept
b

=== a pipelined request that is cut in two
--- raw_request escaped
GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HT\{await 1}TP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body
a
b

=== a request in single pieces
--- raw_request escaped
G\{pause 5}ET /\{pause 5}a HTTP/1\{pause 5}.1\r\{pause 5}\nHo\{pause 5}st: h\r\nConn\{pause 5}ection: close\r\n\r\{pause 5}\n
--- response_body
a

=== connection_requests counts
--- pipelined_requests
GET /connection
GET /a
GET /connection
--- error_code: 200 200 200
--- response_body
1
a
3

=== Connection: close of the client
--- request
GET /a
--- more_headers
Connection: close
--- response_headers
Connection: close
--- connection: closed

=== a Connection header of the handler is only added
--- raw_request escaped
GET /close HTTP/1.1\r\nHost: h\r\n\r\n
--- response_body
closing
--- response_headers
Connection: keep-alive, close
--- connection: open

=== keepalive_timeout 0
--- raw_request escaped
GET /off HTTP/1.1\r\nHost: h\r\n\r\n
--- response_headers
Connection: close
--- connection: closed

=== keepalive_requests
--- raw_request escaped
GET /two HTTP/1.1\r\nHost: h\r\n\r\n\{await 1}
GET /two HTTP/1.1\r\nHost: h\r\n\r\n
--- error_code: 200 200
--- response_headers
Connection: close
--- connection: closed

=== keepalive_timeout passes
--- raw_request escaped
GET /short HTTP/1.1\r\nHost: h\r\n\r\n\{await 2}
--- connection: closed

=== Keep-Alive header
--- raw_request escaped
GET /announced HTTP/1.1\r\nHost: h\r\n\r\n
--- response_headers
Keep-Alive: timeout=30
Connection: keep-alive

=== HTTP/1.0 closes and has a length
--- raw_request escaped
GET /a HTTP/1.0\r\n\r\n
--- response_body
a
--- response_headers
Content-Length: 2
Connection: close
!Transfer-Encoding
--- raw_response_headers_like: ^HTTP/1.1 200 OK\r\n
--- connection: closed

=== HTTP/1.0 keep-alive
--- raw_request escaped
GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n\{await 1}GET /b HTTP/1.0\r\n\r\n
--- error_code: 200 200
--- response_body
a
b
--- connection: closed

=== HTTP/1.0 keep-alive without a length closes
--- raw_request escaped
GET /unbuffered HTTP/1.0\r\nConnection: keep-alive\r\n\r\n
--- response_body: xy
--- response_headers
!Content-Length
!Transfer-Encoding
Connection: close
--- connection: closed

=== HTTP/1.0 buffers output
--- request
GET /a HTTP/1.0
--- response_headers
Content-Length: 2

=== HTTP/0.9
--- raw_request escaped
GET /a\r\n
--- error_code: 9
--- response_body
a
--- connection: closed

=== versions as the handler sees them: 1.1
--- request
GET /version HTTP/1.1
--- response_body
1.1 HTTP/1.1 GET /version HTTP/1.1

=== versions as the handler sees them: 1.0
--- request
GET /version?x HTTP/1.0
--- response_body
1 HTTP/1.0 GET /version?x HTTP/1.0

=== versions as the handler sees them: 1.2
--- request
GET /version HTTP/1.2
--- response_body
nil HTTP/1.2 GET /version HTTP/1.2

=== HEAD
--- request
HEAD /head
--- response_body:
--- response_headers
Content-Type: text/plain
!Content-Length
!Transfer-Encoding
--- error_log
say: 1 nil

=== HEAD keeps the length that was set
--- request
HEAD /head-length
--- response_headers
Content-Length: 10

=== HEAD of return
--- request
HEAD /return
--- response_headers
Content-Length: 9

=== HEAD, then GET on one connection
--- pipelined_requests
HEAD /return
GET /a
--- error_code: 200 200
--- response_body
a

=== length that was set
--- request
GET /length
--- response_body: 12345
--- response_headers
Content-Length: 5
!Transfer-Encoding

=== Expect: 100-continue and the body is read
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n\{await 1}hello
--- error_code: 100 200
--- response_body: [hello]
--- raw_response_headers_like: ^HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK

=== Expect: the body comes at once
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello
--- error_code: 100 200
--- response_body: [hello]

=== Expect with HTTP/1.0 is ignored
--- raw_request escaped
POST /read HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello
--- response_body: [hello]

=== an unknown expectation is ignored
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: h\r\nExpect: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi
--- response_body: [hi]

=== unread body, next request on the connection
--- raw_request escaped
POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body
unread
a

=== unread body that comes late
--- raw_request escaped
POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n01234\{await 1}56789GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body
unread
a

=== unread chunked body, next request
--- raw_request escaped
POST /unread HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body
unread
a

=== pipelined requests with bodies
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nonePOST /read HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\ntwo
POST /read HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nth\r\n3\r\nree\r\n0\r\n\r\n
--- error_code: 200 200 200
--- response_body: [one][two][three]

=== blank lines before a request are skipped
--- raw_request escaped
\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- response_body
a

=== bare line feeds
--- raw_request escaped
GET /a HTTP/1.1\nHost: h\nConnection: close\n\n
--- response_body
a

=== chunked_transfer_encoding off
--- raw_request escaped
GET /chunked-off HTTP/1.1\r\nHost: h\r\n\r\n
--- response_body
no chunks
--- response_headers
Connection: close
!Transfer-Encoding
--- connection: closed

=== eof, then the next request
--- pipelined_requests
GET /eof
GET /a
--- error_code: 200 200
--- response_body
done
a
--- error_log
after eof

=== server_tokens off
--- request
GET /tokens
--- response_headers
Server: nginx

=== the client says nothing and leaves
--- raw_request escaped
\{shutdown}
--- error_code: none

=== the client leaves in the middle of a head
--- raw_request escaped
GET /a HTTP/1.1\r\nHo\{shutdown}
--- error_code: none
--- error_log
[info]
client prematurely closed connection while reading client request headers, client: 127.0.0.1, server: localhost, request: "GET /a HTTP/1.1"

=== the client leaves in the middle of a body
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc\{shutdown}
--- error_code: none
--- error_log
[info]
client prematurely closed connection, client: 127.0.0.1, server: localhost, request: "POST /read HTTP/1.1", host: "h"

=== the client leaves after the request and still gets its answer
--- raw_request escaped
GET /sleep HTTP/1.1\r\nHost: h\r\n\r\n\{shutdown}
--- response_body
slept

=== order and case of the response head
--- request
GET /return
--- raw_response_headers_like: ^HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nConnection: close\r\n\r\n$

=== a client that comes and goes
--- raw_request escaped
\{shutdown}
--- error_code: none
--- error_log
client closed connection while waiting for request, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_SERVER_PORT

=== a client that says nothing
--- config
client_header_timeout 60ms;
--- raw_request escaped
\{pause 300}
--- error_code: none
--- error_log
client timed out (110: Connection timed out) while waiting for request, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_SERVER_PORT
