What a handler says.

--- include: run.inc
--- config
location /head { content_by_lua_block { ngx.say("body") ngx.say(ngx.req.get_method()) } }
location /none { content_by_lua_block { } }
location /http10 { lua_http10_buffering on; content_by_lua_block { ngx.say("a") ngx.say("b") } }
location /http10-off { lua_http10_buffering off; content_by_lua_block { ngx.say("a") ngx.say("b") } }
location /flush { postpone_output 1; content_by_lua_block {
    ngx.say("one")
    local ok, message = ngx.flush(true)
    ngx.say(tostring(ok), " ", tostring(message))
} }
location /after { content_by_lua_block { ngx.say("a") ngx.eof() local t = ngx.now() ngx.sleep(0.001) ngx.log(ngx.WARN, "goes on: ", ngx.now() > t) } }
location /big { content_by_lua_block { for i = 1, 1000 do ngx.print(("0123456789"):rep(100)) end ngx.flush(true) ngx.say("end") } }
location /access { access_by_lua_block { ngx.say("from access") } content_by_lua_block { ngx.say("not reached") } }
location /rewrite { rewrite_by_lua_block { ngx.say("from rewrite") ngx.exit(ngx.OK) } content_by_lua_block { ngx.say("not reached") } }
location /server-rewrite { content_by_lua_block { ngx.say("content") } }
location /sub { content_by_lua_block { local res = ngx.location.capture("/pieces") ngx.say(res.body, #res.body) } }
location /pieces { content_by_lua_block { ngx.print("a") ngx.flush() ngx.print("b") ngx.eof() } }

=== HEAD has no body
--- request
HEAD /head
--- response_body:

=== nothing said
--- request
GET /none
--- response_body:
--- response_headers
!Content-Length
Transfer-Encoding: chunked

=== HTTP/1.0: buffered, with a length
--- request
GET /http10 HTTP/1.0
--- response_body
a
b
--- response_headers
Content-Length: 4

=== HTTP/1.0: not buffered, without a length
--- request
GET /http10-off HTTP/1.0
--- response_body
a
b
--- response_headers
!Content-Length
!Transfer-Encoding

=== flush(true) waits
--- request
GET /flush
--- response_body
one
1 nil

=== after eof the handler goes on
--- request
GET /after
--- error_log: goes on: true
--- response_body
a

=== a long body
--- request
GET /big
--- response_body_like: ^(0123456789){100000}end\n$

=== the access phase answers
--- request
GET /access
--- response_body
from access

=== the rewrite phase answers
--- request
GET /rewrite
--- response_body
from rewrite

=== flush and eof in a subrequest
--- request
GET /sub
--- response_body
ab2

=== PRELUDE
--- include: run.inc

=== say: kinds
--- request
POST /run
ngx.say("text", 1, 1.5, nil, true, false, ngx.null)
--- response_body
text11.5niltruefalsenull

=== say: nothing
--- request
POST /run
ngx.say()
ngx.say("")
--- response_body escaped
\n\n

=== say: numbers
--- request
POST /run
ngx.say(1, " ", -1, " ", 1e15, " ", 1e100, " ", 0.1, " ", 1/3, " ", 2^53)
--- response_body
1 -1 1e+15 1e+100 0.1 0.33333333333333 9.007199254741e+15

=== say: infinities
--- request
POST /run
ngx.say(1/0, " ", -1/0)
--- response_body
inf -inf

=== say: nested arrays
--- request
POST /run
ngx.say({"a", {"b", {1, 2}}, true, ngx.null})
--- response_body
ab12truenull

=== say: an empty table
--- request
POST /run
ngx.say("[", {}, "]")
--- response_body
[]

=== say: a table with holes, with names
--- request
POST /run
err(function() ngx.say({"a", nil, "c", x = 1}) end)
err(function() ngx.say({a = 1}) end)
--- response_body
case:1: bad argument #1 to 'say' (non-array table found)
case:2: bad argument #1 to 'say' (non-array table found)

=== say: nil in a table
--- request
POST /run
ngx.say({"a", "b", nil})
--- response_body
ab

=== say: functions, threads
--- request
POST /run
err(function() ngx.say(function() end) end)
err(function() ngx.say({print}) end)
err(function() ngx.say("a", coroutine.create(function() end)) end)
--- response_body
case:1: bad argument #1 to 'say' (string, number, boolean, nil, ngx.null, or array table expected, but got function)
case:2: bad argument #1 to 'say' (bad data type function found)
case:3: bad argument #2 to 'say' (string, number, boolean, nil, ngx.null, or array table expected, but got thread)

=== say: a table whose __tostring is not asked
--- request
POST /run
err(function() ngx.say(setmetatable({}, {__tostring = function() return "x" end})) end)
--- response_body escaped
\nno error\n

=== say returns 1
--- request
POST /run
local ok, message = ngx.say("a")
ngx.say(tostring(ok), " ", tostring(message))
--- response_body
a
1 nil

=== print: kinds
--- request
POST /run
ngx.print("text", 1, nil, true, ngx.null, {"a", {"b"}}, "\n")
--- response_body
text1niltruenullab

=== print: nothing
--- request
POST /run
ngx.print()
ngx.print("")
ngx.print("x\n")
--- response_body
x

=== print returns 1
--- request
POST /run
local ok, message = ngx.print("a")
ngx.print(tostring(ok), " ", tostring(message), "\n")
--- response_body
a1 nil

=== print: binary
--- request
POST /run
ngx.print("a\0b\255\n")
--- response_body escaped
a\0bÿ\n

=== print: wrong values
--- request
POST /run
err(function() ngx.print(print) end)
err(function() ngx.print({{{}, print}}) end)
--- response_body
case:1: bad argument #1 to 'print' (string, number, boolean, nil, ngx.null, or array table expected, but got function)
case:2: bad argument #1 to 'print' (bad data type function found)

=== flush: nothing to flush
--- request
POST /run
local ok, message = ngx.flush()
ngx.say(tostring(ok), " ", tostring(message))
--- response_body
nil nothing to flush

=== flush: asynchronous
--- request
POST /run
ngx.say "a"
local ok, message = ngx.flush()
ngx.say(tostring(ok), " ", tostring(message))
--- response_body
a
1 nil

=== flush: wrong arguments
--- request
POST /run
err(function() ngx.flush(1) end)
err(function() ngx.flush(true, true) end)
--- response_body
case:1: bad argument #1 to 'flush' (boolean expected, got number)
case:2: attempt to pass 2 arguments, but accepted 0 or 1

=== eof
--- request
POST /run
ngx.say "a"
local ok, message = ngx.eof()
ngx.log(ngx.WARN, "eof: ", ok, " ", message)
--- error_log: eof: 1 nil
--- response_body
a

=== eof: twice
--- request
POST /run
ngx.say "a"
ngx.eof()
ngx.log(ngx.WARN, "again: ", select(2, ngx.eof()))
--- error_log: again: seen eof
--- response_body
a

=== eof: what is said behind
--- request
POST /run
ngx.say "a"
ngx.eof()
local ok, message = ngx.say("b")
ngx.log(ngx.WARN, "say: ", ok, " ", message)
ok, message = ngx.print("b")
ngx.log(ngx.WARN, "print: ", ok, " ", message)
ok, message = ngx.flush()
ngx.log(ngx.WARN, "flush: ", ok, " ", message)
ok, message = ngx.send_headers()
ngx.log(ngx.WARN, "send_headers: ", ok, " ", message)
--- response_body
a
--- error_log
[lua] case:4: say: nil seen eof
[lua] case:6: print: nil seen eof
[lua] case:8: flush: nil seen eof
[lua] case:10: send_headers: 1 nil

=== eof: wrong arguments
--- request
POST /run
err(function() ngx.eof(1) end)
--- response_body
case:1: no argument is expected

=== null
--- request
POST /run
ngx.say(ngx.null, " ", type(ngx.null), " ", ngx.null == nil, " ", not ngx.null)
--- response_body
null userdata false false
