The request line and what else is known of a request.

--- include: run.inc
--- config
location /method { content_by_lua_block { show(ngx.req.get_method(), ngx.var.request_method) } }
location /version { content_by_lua_block { show(ngx.req.http_version()) } }
location /raw { content_by_lua_block { show(ngx.req.raw_header()) show(ngx.req.raw_header(true)) } }
location /internal { content_by_lua_block { show(ngx.req.is_internal(), ngx.is_subrequest) } }
location /capture { content_by_lua_block { ngx.print(ngx.location.capture("/internal").body) } }
location /exec { content_by_lua_block { ngx.exec("/internal") } }
location /rewritten { rewrite ^ /internal; }
location /error { error_page 404 = /internal; return 404; }
location /jump { rewrite_by_lua_block { ngx.req.set_uri("/internal", true) } }
location /jump-ctx { rewrite_by_lua_block { ngx.ctx.a = 1 ngx.req.set_uri("/ctx", true) } }
location /ctx { content_by_lua_block { show(ngx.ctx.a) } }
location /stay { rewrite_by_lua_block { ngx.req.set_uri("/other") } content_by_lua_block { show(ngx.var.uri, ngx.var.request_uri, ngx.var.document_uri) } }
location /file { rewrite_by_lua_block { ngx.req.set_uri("/a.txt") } root html; }
location /args { rewrite_by_lua_block { ngx.req.set_uri("/other?x=1") } content_by_lua_block { show(ngx.var.uri, ngx.var.args) } }
location /jump-args { rewrite_by_lua_block { ngx.req.set_uri_args("x=1") ngx.req.set_uri("/show", true) } }
location /show { content_by_lua_block { show(ngx.var.uri, ngx.var.args) } }
location /loop { rewrite_by_lua_block { ngx.req.set_uri("/loop", true) } }
location /late { content_by_lua_block { err(function() ngx.req.set_uri("/show", true) end) } }
location /access { access_by_lua_block { err(function() ngx.req.set_uri("/show", true) end) ngx.exit(200) } }
location /header-filter { content_by_lua_block { ngx.say("x") } header_filter_by_lua_block {
    local ok, message = pcall(function() ngx.req.set_uri("/show", true) end)
    ngx.header.x_error = message
} }
location /head { content_by_lua_block { ngx.req.set_method(ngx.HTTP_GET) ngx.say(ngx.req.get_method()) } }
location /start { content_by_lua_block { show(type(ngx.req.start_time()), ngx.req.start_time() == ngx.req.start_time()) } }
location /start-sub { content_by_lua_block {
    local mine = ngx.req.start_time()
    ngx.sleep(0.005)
    local other = tonumber(ngx.location.capture("/start-value").body)
    show(other - mine >= 0.004)
} }
location /start-value { content_by_lua_block { ngx.print(("%.3f"):format(ngx.req.start_time())) } }
location /log { content_by_lua_block { ngx.say("ok") } log_by_lua_block { ngx.log(ngx.WARN, inspect(ngx.req.http_version(), ngx.req.get_method(), ngx.req.is_internal(), ngx.req.raw_header():sub(1, 14))) } }
--- user_files
>>> a.txt
the file a

=== get_method
--- request
GET /method
--- response_body
"GET" "GET"

=== get_method: POST
--- request
POST /method
x
--- response_body
"POST" "POST"

=== get_method: DELETE, OPTIONS, PATCH
--- pipelined_requests
DELETE /method
OPTIONS /method
PATCH /method
--- response_body
"DELETE" "DELETE"
"OPTIONS" "OPTIONS"
"PATCH" "PATCH"

=== get_method: an unknown one
--- request
FOO /method
--- response_body
"FOO" "FOO"

=== http_version: 1.1
--- request
GET /version
--- response_body
1.1

=== http_version: 1.0
--- request
GET /version HTTP/1.0
--- response_body
1

=== http_version: 0.9
--- raw_request escaped
GET /version\r\n
--- error_code: 9
--- response_body
0.9

=== raw_header
--- raw_request escaped
GET /raw?a HTTP/1.1\r\nHost: localhost\r\nX-A:  1\r\nConnection: close\r\n\r\n
--- response_body
"GET /raw?a HTTP/1.1\013\nHost: localhost\013\nX-A:  1\013\nConnection: close\013\n\013\n"
"Host: localhost\013\nX-A:  1\013\nConnection: close\013\n\013\n"

=== raw_header: lines that end in LF alone
--- raw_request escaped
GET /raw HTTP/1.1\nHost: localhost\nConnection: close\n\n
--- response_body
"GET /raw HTTP/1.1\nHost: localhost\nConnection: close\n\n"
"Host: localhost\nConnection: close\n\n"

=== raw_header: an empty line before
--- raw_request escaped
\r\nGET /raw HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n
--- response_body
"GET /raw HTTP/1.1\013\nHost: localhost\013\nConnection: close\013\n\013\n"
"Host: localhost\013\nConnection: close\013\n\013\n"

=== raw_header: of each request on a connection
--- raw_request escaped
GET /raw?first HTTP/1.1\r\nHost: localhost\r\n\r\nGET /raw?second HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body
"GET /raw?first HTTP/1.1\013\nHost: localhost\013\n\013\n"
"Host: localhost\013\n\013\n"
"GET /raw?second HTTP/1.1\013\nHost: localhost\013\nConnection: close\013\n\013\n"
"Host: localhost\013\nConnection: close\013\n\013\n"

=== is_internal: a client's request
--- request
GET /internal
--- response_body
false false

=== is_internal, is_subrequest: a subrequest
--- request
GET /capture
--- response_body
true true

=== is_internal: after exec
--- request
GET /exec
--- response_body
true false

=== is_internal: after rewrite
--- request
GET /rewritten
--- response_body
true false

=== is_internal: an error page
--- request
GET /error
--- response_body
true false

=== set_uri: jump
--- request
GET /jump
--- response_body
true false

=== set_uri: a jump takes ngx.ctx away
--- request
GET /jump-ctx
--- response_body
nil

=== set_uri: no jump
--- request
GET /stay?a=1
--- response_body
"/other" "/stay?a=1" "/other"

=== set_uri: a static file
--- request
GET /file
--- response_body
the file a

=== set_uri: a question mark is part of the URI
--- request
GET /args?a=1
--- response_body
"/other?x=1" "a=1"

=== set_uri_args, then a jump
--- request
GET /jump-args?a=1
--- response_body
"/show" "x=1"

=== set_uri: endless jumps
--- request
GET /loop
--- error_log: rewrite or internal redirection cycle while processing "/loop"
--- error_code: 500
--- response_body escaped
<html>\r\n<head><title>500 Internal Server Error</title></head>\r\n<body>\r\n<center><h1>500 Internal Server Error</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n

=== set_uri: a jump in the content phase
--- request
GET /late
--- response_body
content_by_lua(nginx.conf:68):1: API disabled in the context of content_by_lua*

=== set_uri: a jump in the access phase
--- request
GET /access
--- response_body
access_by_lua(nginx.conf:69):1: API disabled in the context of access_by_lua*

=== set_uri: a jump in a filter
--- request
GET /header-filter
--- response_body
x
--- response_headers
X-Error: header_filter_by_lua(nginx.conf:70):2: API disabled in the context of header_filter_by_lua*

=== set_method: HEAD becomes GET
--- request
HEAD /head
--- error_code: 200 9
--- response_body escaped
4\r\nGET\n\r\n0\r\n\r\n

=== start_time stands still
--- request
GET /start
--- response_body
"number" true

=== start_time: a subrequest has its own
--- request
GET /start-sub
--- response_body
true

=== in the log phase
--- request
GET /log
--- error_log: 1.1 "GET" false "GET /log HTTP/"
--- response_body
ok

=== PRELUDE
--- include: run.inc

=== set_method
--- request
POST /run
ngx.req.set_method(ngx.HTTP_PUT)
show(ngx.req.get_method(), ngx.var.request_method)
--- response_body
"PUT" "PUT"

=== set_method: all of them
--- request
POST /run
for _, name in ipairs {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "MKCOL", "COPY", "MOVE", "PROPFIND", "PROPPATCH", "LOCK", "UNLOCK", "PATCH", "TRACE"} do
    ngx.req.set_method(ngx["HTTP_" .. name])
    if ngx.req.get_method() ~= name then ngx.say("wrong: ", name) end
end
ngx.req.set_method(ngx.HTTP_POST)
ngx.say("done")
--- response_body
done

=== set_method: unknown
--- request
POST /run
bare(function() ngx.req.set_method(3) end)
bare(function() ngx.req.set_method(0) end)
--- response_body
unsupported HTTP method: 3
unsupported HTTP method: 0

=== set_method: no number
--- request
POST /run
bare(function() ngx.req.set_method("POST") end)
bare(function() ngx.req.set_method() end)
--- response_body
bad method number
bad method number

=== set_uri: wrong arguments
--- request
POST /run
err(function() ngx.req.set_uri() end)
err(function() ngx.req.set_uri("") end)
err(function() ngx.req.set_uri("/a", "yes") end)
--- response_body
case:1: expecting 1, 2 or 3 arguments but seen 0
case:2: attempt to use zero-length uri
case:3: bad argument #2 to 'set_uri' (boolean expected, got string)

=== set_uri: unsafe bytes
--- request
POST /run
err(function() ngx.req.set_uri("/a\r\nb") end)
err(function() ngx.req.set_uri("/a\0b") end)
--- response_body
case:1: unsafe byte "0x0d" in uri "/a\x0D\x0Ab" (maybe you want to set the 'binary' argument?)
case:2: unsafe byte "0x00" in uri "/a\x00b" (maybe you want to set the 'binary' argument?)

=== set_uri: unsafe bytes, binary
--- request
POST /run
ngx.req.set_uri("/a\0b c", false, true)
show(ngx.var.uri)
--- response_body
"/a\000b c"

=== set_uri: not absolute
--- request
POST /run
ngx.req.set_uri("a b")
show(ngx.var.uri)
--- response_body
"a b"

=== set_uri: escapes are not undone
--- request
POST /run
ngx.req.set_uri("/a%20b")
show(ngx.var.uri)
--- response_body
"/a%20b"

=== raw_header: the argument
--- request
POST /run
show(ngx.req.raw_header(false):sub(1, 9), ngx.req.raw_header(true):sub(1, 5), ngx.req.raw_header(nil):sub(1, 4))
--- response_body
"POST /run" "Host:" "POST"

=== http_version: no argument
--- request
POST /run
show(ngx.req.http_version(1))
--- response_body
1.1

=== is_internal gives a boolean
--- request
POST /run
show(ngx.req.is_internal())
--- response_body
false

=== get_method: an extension
--- request
POST /run
show(ngx.req.get_method(1, 2))
--- response_body
"POST"
