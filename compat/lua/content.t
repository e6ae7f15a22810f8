content_by_lua*: the forms of the directive, and what output they give.

--- user_files
>>> hello.lua
ngx.say("file ", ngx.var.uri)
>>> a.lua
ngx.say("a.lua")
>>> bad.lua
local x = 1
local = 2
>>> boom.lua
local function inner()
    error("boom")
end
inner()
>>> multi.lua
return ngx.print("returned")
--- config
location /block { content_by_lua_block { ngx.say("block") } }
location /string { content_by_lua 'ngx.say("string")'; }
location /quoted { content_by_lua "ngx.say('a\"b\\\\n', \"\\t\", 'c')"; }
location /braces { content_by_lua_block {
    local t = { { 1, "}" }, '{', [[}]], --[[ } ]] 5 } -- }
    --[==[ }}} ]] ]==]
    ngx.say(t[1][1], t[1][2], t[2], t[3], t[4])
} }
location /file { content_by_lua_file html/hello.lua; }
location /absolute { content_by_lua_file $TEST_NGINX_HTML_DIR/hello.lua; }
location ~ ^/var/(\w+)$ { content_by_lua_file html/$1.lua; }
location /missing { content_by_lua_file html/nosuch.lua; }
location /bad { content_by_lua_file html/bad.lua; }
location /boom { content_by_lua_file html/boom.lua; }
location /multi { content_by_lua_file html/multi.lua; }
location /empty { content_by_lua_block { } }
location /print { content_by_lua_block { ngx.print("a", 1, nil, true, {"x", {"y", 2}}, ngx.null, 1.5, -0.25, 1e15, 2^53) } }
location /say { content_by_lua_block {
    ngx.say() ngx.say("") ngx.say("x", "\n", "y")
    local ok, err = ngx.say({}) ngx.say(ok, " ", err)
} }
location /table { content_by_lua_block { ngx.say(pcall(ngx.say, {a = 1})) } }
location /function { content_by_lua_block { ngx.say(pcall(ngx.print, function() end)) } }
location /large { content_by_lua_block {
    for i = 1, 100 do ngx.say(string.rep(string.char(96 + i % 26), 1000)) end
    ngx.say("end")
} }
location /binary { content_by_lua_block { ngx.print("\0\1\254\255\r\n\0") } }
location /sent { content_by_lua_block {
    ngx.print(ngx.headers_sent) ngx.flush() ngx.print(ngx.headers_sent)
} }
location /eof { content_by_lua_block {
    ngx.say("one")
    local ok, err = ngx.eof()
    local again, why = ngx.eof()
    local said, sayerr = ngx.say("lost")
    ngx.log(ngx.WARN, tostring(ok), " ", tostring(again), " ", why, " ", tostring(said), " ", sayerr)
} }
location /flush { content_by_lua_block {
    local ok, err = ngx.flush()
    local a = ngx.say("x")
    ngx.say(ok, " ", err, " ", a, " ", ngx.flush(true))
} }
location /late { content_by_lua_block {
    ngx.say("first")
    ngx.flush(true)
    ngx.status = 404
    ngx.header["X-Late"] = "1"
    ngx.say(ngx.status)
} }

=== block form
--- request
GET /block
--- response_body
block
--- response_headers
Content-Type: text/plain
Transfer-Encoding: chunked
Server: nginx/1.22.1
!Content-Length

=== string form
--- request
GET /string
--- response_body
string

=== string form, nginx and Lua escapes
--- request
GET /quoted
--- response_body escaped
a"b\\n\tc\n

=== braces in strings, long brackets and comments of a block
--- request
GET /braces
--- response_body
1}{}5

=== file form
--- request
GET /file
--- response_body
file /file

=== file form, absolute path
--- request
GET /absolute
--- response_body
file /absolute

=== file form, path from a variable
--- request
GET /var/a
--- response_body
a.lua

=== file form, path from a variable, other file
--- request
GET /var/hello
--- response_body
file /var/hello

=== file that does not exist
--- request
GET /missing
--- error_code: 404
--- error_log
[error]
failed to load external Lua file "$TEST_NGINX_HTML_DIR/nosuch.lua": cannot open $TEST_NGINX_HTML_DIR/nosuch.lua: No such file or directory, client: 127.0.0.1, server: localhost, request: "GET /missing HTTP/1.1", host: "localhost"

=== file with a syntax error
--- request
GET /bad
--- error_code: 500
--- response_body_like: <title>500 Internal Server Error</title>
--- error_log_like: failed to load external Lua file "$TEST_NGINX_HTML_DIR/bad.lua": $TEST_NGINX_HTML_DIR/bad.lua:2: '?<name>'? expected near '=', client:

=== file with a runtime error: path and functions in the traceback
--- request
GET /boom
--- error_code: 500
--- error_log_block
lua entry thread aborted: runtime error: $TEST_NGINX_HTML_DIR/boom.lua:2: boom
stack traceback:
coroutine 0:
	[C]: in function 'error'
	$TEST_NGINX_HTML_DIR/boom.lua:2: in function 'inner'
	$TEST_NGINX_HTML_DIR/boom.lua:4: in main chunk, client: 127.0.0.1, server: localhost, request: "GET /boom HTTP/1.1", host: "localhost"

=== return ends the handler
--- request
GET /multi
--- response_body: returned

=== a handler without output
--- request
GET /empty
--- response_body:
--- response_headers
Content-Type: text/plain
Transfer-Encoding: chunked

=== how values are printed
--- request
GET /print
--- response_body: a1niltruexy2null1.5-0.251e+159.007199254741e+15

=== say adds a line feed
--- request
GET /say
--- response_body escaped
\n\nx\ny\n\n1 nil\n

=== a table with keys is refused
--- request
GET /table
--- response_body
falsebad argument #1 to '?' (non-array table found)

=== a function is refused
--- request
GET /function
--- response_body
falsebad argument #1 to '?' (string, number, boolean, nil, ngx.null, or array table expected, but got function)

=== output larger than the buffers
--- request
GET /large
--- response_body_like: ^a{1000}\nb{1000}\n(?:[\w`]{1000}\n){98}end\n$

=== binary output
--- request
GET /binary
--- response_body escaped
\0\x01\xfe\xff\r\n\0

=== headers_sent
--- request
GET /sent
--- response_body: falsetrue

=== eof ends the response; the handler goes on
--- request
GET /eof
--- response_body
one
--- error_log
[warn]
1 nil seen eof nil seen eof

=== flush
--- request
GET /flush
--- response_body
x
nil nothing to flush 1 1

=== status and headers after the head was sent
--- request
GET /late
--- response_body
first
200
--- response_headers
!X-Late
--- error_log
attempt to set ngx.status after sending out response headers
attempt to set ngx.header.HEADER after sending out response headers
