ngx.sleep, time functions, requests that wait side by side.

--- config
location /sleep { content_by_lua_block {
    local before = ngx.now()
    ngx.sleep(0.05)
    ngx.update_time()
    local took = ngx.now() - before
    ngx.say(took >= 0.045 and took < 2)
} }
location /zero { content_by_lua_block { ngx.say(select("#", ngx.sleep(0.001)), " ok") } }
location /string { content_by_lua_block { ngx.sleep("0.001") ngx.say("ok") } }
location /negative { content_by_lua_block { ngx.say(pcall(ngx.sleep, -1)) } }
location /none { content_by_lua_block { ngx.say(pcall(ngx.sleep)) } }
location /phases {
    rewrite_by_lua_block { ngx.sleep(0.002) ngx.ctx.n = 1 }
    access_by_lua_block { ngx.sleep(0.002) ngx.ctx.n = ngx.ctx.n + 1 }
    content_by_lua_block { ngx.sleep(0.002) ngx.say(ngx.ctx.n + 1) }
}
location /server { content_by_lua_block { ngx.say("x") } }
location /between { content_by_lua_block { ngx.say("a") ngx.flush(true) ngx.sleep(0.01) ngx.say("b") } }
location /header-filter { content_by_lua_block { ngx.say("x") } header_filter_by_lua_block { ngx.sleep(0.01) } }
location /many { content_by_lua_block { for _ = 1, 20 do ngx.sleep(0.001) end ngx.say("20") } }
location /now { content_by_lua_block {
    local a = ngx.now()
    local n = 0
    for i = 1, 1e6 do n = n + i % 7 end
    ngx.say(ngx.now() == a, " ", type(ngx.time()), " ", math.floor(ngx.now()) == ngx.time(), " ", a > 1.6e9)
} }
location /formats { content_by_lua_block {
    ngx.say(ngx.http_time(0), "|", ngx.http_time(1547047634), "|", ngx.cookie_time(1547047634))
    ngx.say(ngx.parse_http_time("Wed, 09 Jan 2019 15:27:14 GMT"), " ", ngx.parse_http_time("rubbish"))
    ngx.say(ngx.today():find("^%d%d%d%d%-%d%d%-%d%d$"), " ", ngx.localtime():find("^%d+%-%d+%-%d+ %d+:%d+:%d+$"), " ", ngx.utctime() == ngx.localtime())
} }
location /abort { content_by_lua_block { ngx.sleep(0.05) ngx.log(ngx.NOTICE, "went on after the client left") } }
location /order { content_by_lua_block {
    ngx.sleep(tonumber(ngx.var.arg_t))
    ngx.log(ngx.NOTICE, "slept ", ngx.var.arg_t)
    ngx.say(ngx.var.arg_t)
} }

=== it takes that long
--- request
GET /sleep
--- response_body
true

=== it returns nothing
--- request
GET /zero
--- response_body
0 ok

=== a number as a string
--- request
GET /string
--- response_body
ok

=== negative
--- request
GET /negative
--- response_body_like: ^false.*invalid sleep duration

=== no argument
--- request
GET /none
--- response_body
falseattempt to pass 0 arguments, but accepted 1

=== in rewrite, access and content
--- request
GET /phases
--- response_body
3

=== between outputs
--- request
GET /between
--- response_body
a
b

=== not in a header filter
--- request
GET /header-filter
--- error_code: none
--- error_log
API disabled in the context of header_filter_by_lua*

=== many short ones
--- request
GET /many
--- response_body
20

=== now stands still while Lua runs
--- request
GET /now
--- response_body
true number true true

=== formats of time
--- request
GET /formats
--- response_body
Thu, 01 Jan 1970 00:00:00 GMT|Wed, 09 Jan 2019 15:27:14 GMT|Wed, 09-Jan-19 15:27:14 GMT
1547047634 nil
1 1 true

=== the handler goes on when the client leaves
--- request
GET /abort
--- abort: 5
--- error_log
went on after the client left

=== pipelined requests wait one after the other
--- pipelined_requests
GET /order?t=0.02
GET /order?t=0.001
--- error_code: 200 200
--- response_body
0.02
0.001
--- grep_error_log: slept [\d.]+
--- grep_error_log_out
slept 0.02
slept 0.001
