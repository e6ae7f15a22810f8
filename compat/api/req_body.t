The request's body.

--- include: run.inc
--- config
location /unread { content_by_lua_block { show(ngx.req.get_body_data(), ngx.req.get_body_file()) } }
location /read { content_by_lua_block { show(ngx.req.read_body()) show(ngx.req.get_body_data(), ngx.req.get_body_file()) } }
location /need { lua_need_request_body on; content_by_lua_block { show(ngx.req.get_body_data()) } }
location /twice { content_by_lua_block { ngx.req.read_body() ngx.req.read_body() show(ngx.req.get_body_data()) } }
location /max { content_by_lua_block { ngx.req.read_body() show(ngx.req.get_body_data(3), ngx.req.get_body_data(0), ngx.req.get_body_data(100)) } }
location /file { client_body_in_file_only clean; content_by_lua_block {
    ngx.req.read_body()
    local path = ngx.req.get_body_file()
    local file = io.open(path)
    show(ngx.req.get_body_data(), path:sub(1, 1), file:read("*a"))
    file:close()
} }
location /big { client_body_buffer_size 4; content_by_lua_block {
    ngx.req.read_body()
    local file = io.open(ngx.req.get_body_file())
    show(ngx.req.get_body_data(), #file:read("*a"))
    file:close()
} }
location /discard { content_by_lua_block { show(ngx.req.discard_body()) show(ngx.req.get_body_data()) } }
location /discard-read { content_by_lua_block { ngx.req.discard_body() ngx.req.read_body() show(ngx.req.get_body_data()) } }
location /log { content_by_lua_block { ngx.req.read_body() ngx.say("ok") } log_by_lua_block { ngx.log(ngx.WARN, "body: ", ngx.req.get_body_data()) } }
location /filter { content_by_lua_block { ngx.req.read_body() ngx.say("ok") } header_filter_by_lua_block { ngx.header.x_body = ngx.req.get_body_data() } }
location /rewrite { rewrite_by_lua_block { ngx.req.read_body() } content_by_lua_block { show(ngx.req.get_body_data()) } }
location /unread-set { content_by_lua_block {
    err(function() ngx.req.set_body_data("a") end)
    err(function() ngx.req.set_body_file("/dev/null") end)
    err(function() ngx.req.init_body() end)
    err(function() ngx.req.append_body("a") end)
    err(function() ngx.req.finish_body() end)
} }
location /auto { content_by_lua_block {
    ngx.req.read_body()
    local path = "$TEST_NGINX_HTML_DIR/made"
    local file = io.open(path, "w")
    file:write("made body")
    file:close()
    ngx.req.set_body_file(path, ngx.var.arg_clean == "1")
    show(ngx.req.get_body_file() == path, ngx.req.get_body_data(), ngx.var.http_content_length)
} }
location /made { content_by_lua_block { local file = io.open("$TEST_NGINX_HTML_DIR/made") show(file ~= nil) if file then file:close() end } }
location /echo-body { content_by_lua_block { ngx.req.read_body() show(ngx.req.get_body_data(), ngx.var.http_content_length, ngx.req.get_method()) } }
location /forward { content_by_lua_block {
    ngx.req.read_body()
    ngx.req.set_body_data("changed")
    ngx.print(ngx.location.capture("/echo-body", {method = ngx.HTTP_POST}).body)
} }

=== get_body_data, get_body_file: unread
--- request
POST /unread
hello
--- response_body
nil nil

=== read_body returns nothing
--- request
POST /read
hello
--- response_body escaped
\n"hello" nil\n

=== read_body: no body
--- request
GET /read
--- response_body escaped
\nnil nil\n

=== read_body: an empty body
--- request
POST /read
--- more_headers
Content-Length: 0
--- response_body escaped
\nnil nil\n

=== read_body: chunked
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n
3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n
--- response_body escaped
\n"abcde" nil\n

=== read_body: in two packets
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc\{pause 20}def
--- response_body escaped
\n"abcdef" nil\n

=== read_body: Expect: 100-continue
--- raw_request escaped
POST /read HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n\{pause 10}abc
--- error_code: 100 200
--- response_body escaped
\n"abc" nil\n

=== lua_need_request_body
--- request
POST /need
hello
--- response_body
"hello"

=== read_body: twice
--- request
POST /twice
hello
--- response_body
"hello"

=== read_body: in the rewrite phase
--- request
POST /rewrite
hello
--- response_body
"hello"

=== get_body_data: at most so many bytes
--- request
POST /max
hello
--- oracle: the argument is newer
--- response_body
"hel" "hello" "hello"

=== get_body_file: client_body_in_file_only
--- request
POST /file
hello
--- response_body
nil "/" "hello"

=== get_body_file: larger than the buffer
--- raw_request escaped
POST /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3005\r\n\r\nhello\{pause 20}\{x*3000}
--- error_log: a client request body is buffered to a temporary file
--- response_body
nil 3005

=== get_body_data: in the log phase
--- request
POST /log
hello
--- error_log: body: hello
--- response_body
ok

=== get_body_data: in a header filter
--- request
POST /filter
hello
--- response_body
ok
--- response_headers
X-Body: hello

=== discard_body
--- request
POST /discard
hello
--- response_body escaped
\nnil\n

=== discard_body, then read_body
--- request
POST /discard-read
hello
--- response_body
nil

=== discard_body: the next request follows
--- raw_request escaped
POST /discard HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello
GET /read HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body escaped
\nnil\n\nnil nil\n

=== an unread body can't be replaced
--- request
POST /unread-set
hello
--- response_body
content_by_lua(nginx.conf:74):2: request body not read yet
content_by_lua(nginx.conf:74):3: request body not read yet
content_by_lua(nginx.conf:74):4: request body not read yet
content_by_lua(nginx.conf:74):5: request_body not initialized
content_by_lua(nginx.conf:74):6: request_body not initialized

=== set_body_file
--- pipelined_requests
POST /auto
GET /made
--- error_code: 200 200
--- response_body
true nil "9"
true

=== set_body_file: deleted with the request
--- pipelined_requests
POST /auto?clean=1
GET /made
--- error_code: 200 200
--- response_body
true nil "9"
false

=== a subrequest gets the changed body
--- request
POST /forward
hello
--- response_body
"changed" "7" "POST"

=== PRELUDE
--- include: run.inc

=== set_body_data
--- request
POST /run
ngx.req.set_body_data("new body")
show(ngx.req.get_body_data(), ngx.var.http_content_length, ngx.req.get_headers()["content-length"])
--- response_body
"new body" "8" "8"

=== set_body_data: an empty text
--- request
POST /run
ngx.req.set_body_data("")
show(ngx.req.get_body_data(), ngx.var.http_content_length)
--- response_body
nil "0"

=== set_body_data: a number
--- request
POST /run
ngx.req.set_body_data(12)
show(ngx.req.get_body_data())
--- response_body
"12"

=== set_body_data: wrong arguments
--- request
POST /run
err(function() ngx.req.set_body_data() end)
err(function() ngx.req.set_body_data(nil) end)
err(function() ngx.req.set_body_data("a", "b") end)
--- response_body
case:1: expecting 1 arguments but seen 0
case:2: bad argument #1 to 'set_body_data' (string expected, got nil)
case:3: expecting 1 arguments but seen 2

=== set_body_data changes $request_body
--- request
POST /run
ngx.req.set_body_data("new")
show(ngx.var.request_body)
--- response_body
"new"

=== set_body_file: a file that is not there
--- request
POST /run
bare(function() ngx.req.set_body_file("/none/there") end)
--- response_body
stat() "/none/there" failed

=== set_body_file: wrong arguments
--- request
POST /run
err(function() ngx.req.set_body_file() end)
err(function() ngx.req.set_body_file("/dev/null", "yes") end)
--- response_body
case:1: expecting 1 or 2 arguments but seen 0
case:2: bad argument #2 to 'set_body_file' (boolean expected, got string)

=== get_body_data: wrong arguments
--- request
POST /run
err(function() ngx.req.get_body_data(1, 2) end)
--- oracle: the argument is newer
--- response_body
case:1: expecting 0 or 1 arguments but seen 2

=== get_body_file: no argument
--- request
POST /run
err(function() ngx.req.get_body_file(1) end)
--- response_body
case:1: expecting 0 arguments but seen 1

=== read_body: no argument
--- request
POST /run
show(pcall(ngx.req.read_body))
--- response_body
true

=== init_body, append_body, finish_body
--- request
POST /run
ngx.req.init_body()
ngx.req.append_body("one ")
ngx.req.append_body("two")
show(ngx.req.finish_body())
show(ngx.req.get_body_data(), ngx.var.http_content_length)
--- response_body escaped
\n"one two" "7"\n

=== init_body: larger than its buffer
--- request
POST /run
ngx.req.init_body(4)
ngx.req.append_body("hello, ")
ngx.req.append_body("world")
ngx.req.finish_body()
local file = io.open(ngx.req.get_body_file())
show(ngx.req.get_body_data(), file:read("*a"), ngx.var.http_content_length)
file:close()
--- error_log: a client request body is buffered to a temporary file
--- response_body
nil "hello, world" "12"

=== init_body: nothing appended
--- request
POST /run
ngx.req.init_body()
ngx.req.finish_body()
show(ngx.req.get_body_data(), ngx.var.http_content_length)
--- response_body
nil "0"

=== init_body: a wrong size
--- request
POST /run
err(function() ngx.req.init_body(-1) end)
err(function() ngx.req.init_body("x") end)
err(function() ngx.req.init_body(1, 2) end)
--- response_body
case:1: bad size argument: -1
case:2: bad argument #1 to 'init_body' (number expected, got string)
case:3: expecting 0 or 1 argument but seen 2

=== append_body: wrong arguments
--- request
POST /run
ngx.req.init_body()
err(function() ngx.req.append_body() end)
err(function() ngx.req.append_body("a", "b") end)
err(function() ngx.req.append_body({}) end)
--- response_body
case:2: expecting 1 arguments but seen 0
case:3: expecting 1 arguments but seen 2
case:4: bad argument #1 to 'append_body' (string expected, got table)

=== append_body: a number
--- request
POST /run
ngx.req.init_body()
ngx.req.append_body(12)
ngx.req.finish_body()
show(ngx.req.get_body_data())
--- response_body
"12"

=== append_body, finish_body without init_body
--- request
POST /run
err(function() ngx.req.append_body("a") end)
err(function() ngx.req.finish_body() end)
--- response_body
case:1: request_body not initialized
case:2: request_body not initialized

=== finish_body: no argument
--- request
POST /run
ngx.req.init_body()
err(function() ngx.req.finish_body(1) end)
--- response_body
case:2: expecting 0 argument but seen 1

=== append_body: many pieces
--- request
POST /run
ngx.req.init_body(100000)
for i = 1, 1000 do ngx.req.append_body(i .. ",") end
ngx.req.finish_body()
show(#ngx.req.get_body_data(), ngx.req.get_body_data():sub(-10))
--- response_body
3893 ",999,1000,"
