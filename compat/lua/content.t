content_by_lua*: forms and what they give.

--- config
location /block { content_by_lua_block { ngx.say("block") } }
location /string { content_by_lua 'ngx.say("string")'; }
location /err { content_by_lua_block {
    local t = nil
    ngx.say(t.x)
} }
=== block form
--- request
GET /block
--- response_body
block

=== string form
--- request
GET /string
--- response_body
string

=== runtime error
--- request
GET /err
--- error_code: 500
--- response_body_like: 500 Internal Server Error
--- error_log_block
lua entry thread aborted: runtime error: content_by_lua(nginx.conf:$LINE[location /err]):3: attempt to index local 't' (a nil value)
stack traceback:
coroutine 0:
	content_by_lua(nginx.conf:$LINE[location /err]): in main chunk, client: 127.0.0.1, server: localhost, request: "GET /err HTTP/1.1", host: "localhost"

=== keep-alive, HEAD
--- raw_request escaped
GET /block HTTP/1.1\r\nHost: a\r\n\r\n\{await 1}HEAD /string HTTP/1.1\r\nHost: a\r\n\r\n
--- error_code: 200 200
--- response_body
block
--- connection: open

=== unknown directive
--- config
foo bar;
--- must_die
--- error_log
unknown directive "foo" in $TEST_NGINX_CONF:$LINE[foo bar]
