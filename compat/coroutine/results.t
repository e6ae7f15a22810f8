How many values come out of coroutines and of the output functions.

--- config
location = /resume { content_by_lua_block {
    local co = coroutine.create(function() coroutine.yield() ngx.sleep(0.001) return end)
    local count = function(...) return select("#", ...) end
    ngx.say(count(coroutine.resume(co)), " ", count(coroutine.resume(co)))
} }
location = /wrap { content_by_lua_block {
    local count = function(...) return select("#", ...) end
    local f = coroutine.wrap(function() coroutine.yield() coroutine.yield(nil, nil) ngx.sleep(0.001) end)
    ngx.say(count(f()), " ", count(f()), " ", count(f()))
} }
location = /say { content_by_lua_block {
    local count = function(...) return select("#", ...) end
    ngx.say(count(ngx.say("one")), count(ngx.print("two")), count(ngx.flush()))
} }
location = /eof { echo ok; log_by_lua_block { ngx.eof() } }

=== resume
--- request
GET /resume
--- response_body
1 1

=== wrap
--- request
GET /wrap
--- response_body
0 2 0

=== ngx.say, ngx.print, ngx.flush
--- request
GET /say
--- response_body
one
two111

=== ngx.eof while a response is logged that no Lua handler made
--- request
GET /eof
--- response_body
ok
--- error_log
API disabled in the context of log_by_lua*
