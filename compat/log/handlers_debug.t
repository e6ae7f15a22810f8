What ngx_lua tells the debug log about its handlers, filters and tables.

--- log_level: debug
--- http_config
lua_malloc_trim 2;
--- config
location = /handlers {
    rewrite_by_lua_block { ngx.ctx.first = 1 }
    access_by_lua_block { ngx.ctx.second = 2 }
    content_by_lua_block { ngx.say("ok") }
    header_filter_by_lua_block { ngx.ctx.third = 3 }
    body_filter_by_lua_block { ngx.ctx.fourth = 4 }
    log_by_lua_block { ngx.ctx.fifth = 5 }
}
location = /again {
    rewrite_by_lua_block { ngx.ctx.first = 1 }
    content_by_lua_block { ngx.exec("/other") }
}
location = /other { content_by_lua_block { ngx.ctx.again = 1 ngx.say("ok") } }
location = /static { return 200 "ok\n"; }

=== each handler and filter is named
--- request
GET /handlers
--- response_body
ok
--- error_log
lua rewrite handler, uri:"/handlers" c:1
lua access handler, uri:"/handlers" c:1
lua content handler, uri:"/handlers" c:1
lua header filter for user lua code, uri "/handlers"
lua body filter for user lua code, uri "/handlers"
lua log handler, uri:"/handlers" c:0

=== the filters behind captures see every response
--- request
GET /static
--- response_body
ok
--- error_log
lua capture header filter, uri "/static"
lua capture body filter, uri "/static"
lua body filter for user lua code, uri "/static"
lua log handler, uri:"/static" c:0

=== memory is given back every second request
--- pipelined_requests
GET /static
GET /static
GET /static
GET /static
--- error_code: 200 200 200 200
--- grep_error_log: malloc_trim\(1\) returned
--- grep_error_log_out
malloc_trim(1) returned
malloc_trim(1) returned

=== a table has one number for all phases
--- request
GET /handlers
--- response_body
ok
--- grep_error_log: lua release ngx.ctx at ref \d+
--- grep_error_log_out
lua release ngx.ctx at ref 1

=== a redirect begins another table, and both live as long as the request
--- request
GET /again
--- response_body
ok
--- grep_error_log: lua release ngx.ctx at ref \d+
--- grep_error_log_out
lua release ngx.ctx at ref 2
lua release ngx.ctx at ref 1

=== lua_malloc_trim 0 is told about where something is logged
--- http_config
lua_malloc_trim 0;
--- config
location = /t { echo ok; log_by_lua_block { return } }
--- request
GET /t
--- response_body
ok
--- error_log
malloc_trim() disabled

=== a bad number of requests
--- http_config
lua_malloc_trim many;
--- config
location = /t { return 200; }
--- must_die
--- error_log
"lua_malloc_trim" directive invalid number in the 1st argument

=== HTTP/1.0 responses are held
--- config
location = /t {
    content_by_lua_block { ngx.say("a") ngx.say(select(2, ngx.flush())) }
}
--- request
GET /t HTTP/1.0
--- response_body
a
buffering
--- error_log
lua buffering output bufs for the HTTP 1.0 request
lua http 1.0 buffering makes ngx.flush() a no-op
