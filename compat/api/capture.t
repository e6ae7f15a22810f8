Subrequests.

--- include: run.inc
--- config
location /target { content_by_lua_block {
    ngx.req.read_body()
    show(ngx.req.get_method(), ngx.var.uri, ngx.var.args, ngx.req.get_body_data())
} }
location /headers { content_by_lua_block { ngx.header.x_a = {"1", "2"} ngx.header.content_type = "a/b" ngx.say("h") } }
location /status { content_by_lua_block { ngx.status = tonumber(ngx.var.arg_s) ngx.say("s") } }
location /exit { content_by_lua_block { ngx.exit(tonumber(ngx.var.arg_s)) } }
location /fails { content_by_lua_block { error("inside") } }
location /plain { return 200 "plain\n"; }
location /redirects { return 302 /there; }
location /internal { internal; return 200 "internal\n"; }
location /file { root html; }
location /request-headers { content_by_lua_block {
    local h = ngx.req.get_headers()
    show(h["x-a"], h.host, h["content-length"], h["content-type"])
} }
location /vars { set $dog "none"; set $cat "none"; content_by_lua_block {
    local res = ngx.location.capture("/vars-sub", {vars = {dog = "hello", cat = 32}})
    ngx.print(res.body) show(ngx.var.dog, ngx.var.cat)
} }
location /vars-sub { content_by_lua_block { show(ngx.var.dog, ngx.var.cat) ngx.var.dog = "changed" } }
location /copy { set $dog "parent"; content_by_lua_block {
    local res = ngx.location.capture("/vars-sub", {copy_all_vars = true})
    ngx.print(res.body) show(ngx.var.dog)
} }
location /share { set $dog "parent"; content_by_lua_block {
    local res = ngx.location.capture("/vars-sub", {share_all_vars = true})
    ngx.print(res.body) show(ngx.var.dog)
} }
location /ctx { content_by_lua_block {
    local ctx = {}
    ngx.location.capture("/ctx-sub", {ctx = ctx})
    show(ctx, ngx.ctx)
} }
location /ctx-own { content_by_lua_block {
    ngx.ctx.a = 1
    ngx.location.capture("/ctx-sub")
    show(ngx.ctx)
} }
location /ctx-same { content_by_lua_block { ngx.ctx.a = 1 ngx.location.capture("/ctx-sub", {ctx = ngx.ctx}) show(ngx.ctx) } }
location /ctx-sub { content_by_lua_block { ngx.ctx.foo = "bar" ngx.say(ngx.ctx.a) } }
location /loop { content_by_lua_block {
    local n = tonumber(ngx.var.arg_n) or 0
    local res = ngx.location.capture("/loop", {args = {n = n + 1}})
    ngx.print(res.body)
} }
location /deep { content_by_lua_block {
    local n = tonumber(ngx.var.arg_n)
    if n == 0 then return ngx.say("bottom") end
    ngx.print(n, " ", ngx.location.capture("/deep", {args = {n = n - 1}}).body)
} }
location /access { access_by_lua_block { local res = ngx.location.capture("/plain") ngx.ctx.body = res.body } content_by_lua_block { ngx.print("access: ", ngx.ctx.body) } }
location /rewrite { rewrite_by_lua_block { local res = ngx.location.capture("/plain") ngx.ctx.body = res.body } content_by_lua_block { ngx.print("rewrite: ", ngx.ctx.body) } }
location /sleeps { content_by_lua_block { ngx.sleep(tonumber(ngx.var.arg_t)) ngx.say(ngx.var.arg_t) } }
location /truncated { content_by_lua_block { ngx.header.content_length = 100 ngx.print("few") } }
location /filtered { content_by_lua_block { ngx.print("abc") } header_filter_by_lua_block { ngx.header.content_length = nil ngx.header.x_filtered = "1" } body_filter_by_lua_block { ngx.arg[1] = ngx.arg[1]:upper() } }
location /in-log { content_by_lua_block { ngx.say("x") } log_by_lua_block { local ok, message = pcall(function() return (ngx.location.capture("/plain")) end) ngx.log(ngx.WARN, message) } }
location /in-filter { content_by_lua_block { ngx.say("x") } header_filter_by_lua_block { local ok, message = pcall(function() return (ngx.location.capture("/plain")) end) ngx.header.x_error = message } }
location /in-timer { content_by_lua_block {
    ngx.timer.at(0, function() local ok, message = pcall(function() return (ngx.location.capture("/plain")) end) ngx.log(ngx.WARN, message) end)
    ngx.say("x")
} }
--- user_files
>>> file
from a file

=== in the access phase
--- request
GET /access
--- response_body
access: plain

=== in the rewrite phase
--- request
GET /rewrite
--- response_body
rewrite: plain

=== option vars
--- request
GET /vars
--- response_body
"hello" "32"
"none" "none"

=== option copy_all_vars
--- request
GET /copy
--- response_body
"parent" ""
"parent"

=== option share_all_vars
--- request
GET /share
--- response_body
"parent" ""
"changed"

=== option ctx
--- request
GET /ctx
--- response_body
{foo = "bar"} {}

=== a ctx of its own
--- request
GET /ctx-own
--- response_body
{a = 1}

=== option ctx: the parent's
--- request
GET /ctx-same
--- response_body
{a = 1, foo = "bar"}

=== too deep
--- request
GET /loop
--- response_body:
--- error_log
lua subrequests cycle while processing "/loop"
failed to issue subrequest: -1

=== some levels deep
--- request
GET /deep?n=5
--- response_body
5 4 3 2 1 bottom

=== not in log
--- request
GET /in-log
--- error_log: API disabled in the context of log_by_lua*
--- response_body
x

=== not in a header filter
--- request
GET /in-filter
--- response_body
x
--- response_headers
X-Error: header_filter_by_lua(nginx.conf:108):1: API disabled in the context of header_filter_by_lua*

=== not in a timer
--- request
GET /in-timer
--- error_log: API disabled in the context of ngx.timer
--- response_body
x

=== capture: status, body, header, truncated
--- request
POST /run
local res = ngx.location.capture("/plain")
show(res.status, res.body, res.truncated, type(res.header))
--- response_body
200 "plain\n" false "table"

=== capture: GET by default, no body
--- request
POST /run
ngx.print(ngx.location.capture("/target?a=1").body)
--- response_body
"GET" "/target" "a=1" nil

=== capture: methods
--- request
POST /run
for _, name in ipairs {"PUT", "POST", "DELETE", "OPTIONS", "PATCH"} do
    ngx.print(ngx.location.capture("/target", {method = ngx["HTTP_" .. name], body = "b"}).body)
end
--- response_body
"PUT" "/target" nil "b"
"POST" "/target" nil "b"
"DELETE" "/target" nil "b"
"OPTIONS" "/target" nil "b"
"PATCH" "/target" nil "b"

=== capture: HEAD
--- request
POST /run
local res = ngx.location.capture("/target", {method = ngx.HTTP_HEAD})
show(res.status, res.body)
--- response_body
200 ""

=== capture: a body
--- request
POST /run
ngx.print(ngx.location.capture("/target", {method = ngx.HTTP_POST, body = "hello"}).body)
--- response_body
"POST" "/target" nil "hello"

=== capture: a body of a number, with GET
--- request
POST /run
ngx.print(ngx.location.capture("/target", {body = 12}).body)
--- response_body
"GET" "/target" nil "12"

=== capture: POST forwards the parent's body
--- request
POST /run
ngx.print(ngx.location.capture("/target", {method = ngx.HTTP_POST}).body)
--- response_body
"POST" "/target" nil "ngx.print(ngx.location.capture(\"/target\", {method = ngx.HTTP_POST}).body)"

=== capture: GET does not forward the body
--- request
POST /run
ngx.print(ngx.location.capture("/target").body)
--- response_body
"GET" "/target" nil nil

=== capture: always_forward_body
--- request
POST /run
ngx.print(ngx.location.capture("/target", {always_forward_body = true}).body)
--- response_body
"GET" "/target" nil "ngx.print(ngx.location.capture(\"/target\", {always_forward_body = true}).body)"

=== capture: arguments
--- request
POST /run
ngx.print(ngx.location.capture("/target", {args = "a=1"}).body)
ngx.print(ngx.location.capture("/target", {args = {a = "b c"}}).body)
ngx.print(ngx.location.capture("/target?x=1", {args = {a = 1}}).body)
ngx.print(ngx.location.capture("/target?x=1", {args = "a"}).body)
--- response_body
"GET" "/target" "a=1" nil
"GET" "/target" "a=b%20c" nil
"GET" "/target" "x=1&a=1" nil
"GET" "/target" "x=1&a" nil

=== capture: the parent's arguments are its own
--- request
POST /run
ngx.print(ngx.location.capture("/target").body)
--- response_body
"GET" "/target" nil nil

=== capture: headers of the response
--- request
POST /run
local h = ngx.location.capture("/headers").header
show(h["X-A"], h["Content-Type"], h.x_a, h["x-a"])
--- response_body
nil "a/b" nil {"1", "2"}

=== capture: statuses
--- request
POST /run
for _, s in ipairs {200, 201, 404, 503} do
    local res = ngx.location.capture("/status?s=" .. s)
    show(res.status, res.body)
end
--- response_body
200 "s\n"
201 "s\n"
404 "s\n"
503 "s\n"

=== capture: exit
--- request
POST /run
for _, s in ipairs {0, 200, 404, 500, 599} do
    local res = ngx.location.capture("/exit?s=" .. s)
    show(res.status, #res.body > 0)
end
--- response_body
200 false
200 false
404 false
500 false
599 false

=== capture: what raises is a 500
--- request
POST /run
local res = ngx.location.capture("/fails")
show(res.status, #res.body > 0)
--- error_log: inside
--- response_body
500 false

=== capture: a redirect is not followed
--- request
POST /run
local res = ngx.location.capture("/redirects")
show(res.status, res.header.Location)
--- response_body
302 "/there"

=== capture: internal locations
--- request
POST /run
show(ngx.location.capture("/internal").body)
--- response_body
"internal\n"

=== capture: a file
--- request
POST /run
local res = ngx.location.capture("/file")
show(res.status, res.body, res.header["Content-Length"])
--- response_body
200 "from a file\n" 12

=== capture: nothing there
--- request
POST /run
local res = ngx.location.capture("/none")
show(res.status)
--- error_log: No such file or directory
--- response_body
404

=== capture: request headers are inherited
--- request
POST /run
ngx.req.set_header("X-A", "1")
ngx.print(ngx.location.capture("/request-headers").body)
--- response_body
"1" "localhost" nil nil

=== capture: escapes in the URI
--- request
POST /run
ngx.print(ngx.location.capture("/target/a%20b").body)
--- response_body
"GET" "/target/a b" nil nil

=== capture: a relative URI, an empty one
--- request
POST /run
bare(function() ngx.location.capture("") end)
--- response_body escaped
unsafe uri in argument #1: \n

=== capture: unsafe URIs
--- request
POST /run
bare(function() ngx.location.capture("/../x") end)
bare(function() ngx.location.capture("/a\0b") end)
--- response_body
unsafe uri in argument #1: /../x
unsafe uri in argument #1: /a

=== capture: wrong arguments
--- request
POST /run
bare(function() ngx.location.capture() end)
bare(function() ngx.location.capture("/a", {}, 1) end)
bare(function() ngx.location.capture("/a", "x") end)
bare(function() ngx.location.capture("/a", {method = "GET"}) end)
bare(function() ngx.location.capture("/a", {args = true}) end)
bare(function() ngx.location.capture("/a", {vars = 1}) end)
bare(function() ngx.location.capture("/a", {body = {}}) end)
bare(function() ngx.location.capture("/a", {ctx = 1}) end)
bare(function() ngx.location.capture("/a", {copy_all_vars = 1}) end)
bare(function() ngx.location.capture("/a", {share_all_vars = "x"}) end)
--- response_body
expecting one or two arguments
expecting one or two arguments
expecting table as the 2nd argument for subrequest 0, but got string
Bad http request method
Bad args option value
Bad vars option value
Bad http request body
Bad ctx option value type number, expected a Lua table
Bad copy_all_vars option value
Bad share_all_vars option value

=== capture: a variable that is not there
--- request
POST /run
bare(function() ngx.location.capture("/target", {vars = {nope = 1}}) end)
--- response_body
failed to adjust the subrequest: -1
--- error_log
variable "nope" cannot be assigned a value (maybe you forgot to define it first?) 

=== capture: an unknown method
--- request
POST /run
bare(function() ngx.location.capture("/target", {method = 3}) end)
--- response_body
failed to adjust the subrequest: -1
--- error_log
unsupported HTTP method: 3

=== capture: filters of the subrequest run
--- request
POST /run
local res = ngx.location.capture("/filtered")
show(res.body, res.header["X-Filtered"])
--- response_body
"ABC" nil

=== capture: while others sleep
--- request
POST /run
local res = ngx.location.capture("/sleeps?t=0.002")
show(res.body)
--- response_body
"0.002\n"

=== capture_multi: in order
--- request
POST /run
local a, b = ngx.location.capture_multi {{"/target?n=1"}, {"/target?n=2", {args = "m=3"}}}
ngx.print(a.body, b.body)
--- response_body
"GET" "/target" "n=1" nil
"GET" "/target" "n=2&m=3" nil

=== capture_multi: all at once
--- request
POST /run
local t = ngx.now()
local a, b, c = ngx.location.capture_multi {{"/sleeps?t=0.03"}, {"/sleeps?t=0.02"}, {"/sleeps?t=0.01"}}
ngx.update_time()
show(a.body, b.body, c.body, ngx.now() - t < 0.055)
--- response_body
"0.03\n" "0.02\n" "0.01\n" true

=== capture_multi: one
--- request
POST /run
local a, none = ngx.location.capture_multi {{"/plain"}}
show(a.body, none)
--- response_body
"plain\n" nil

=== capture_multi: statuses of their own
--- request
POST /run
local a, b = ngx.location.capture_multi {{"/status?s=404"}, {"/plain"}}
show(a.status, b.status)
--- response_body
404 200

=== capture_multi: many
--- request
POST /run
local queries = {}
for i = 1, 20 do queries[i] = {"/target?n=" .. i} end
local results = {ngx.location.capture_multi(queries)}
show(#results, results[20].body)
--- response_body
20 "\"GET\" \"/target\" \"n=20\" nil\n"

=== capture_multi: wrong arguments
--- request
POST /run
bare(function() ngx.location.capture_multi() end)
bare(function() ngx.location.capture_multi({}) end)
bare(function() ngx.location.capture_multi({"/a"}) end)
bare(function() ngx.location.capture_multi({{}}) end)
bare(function() ngx.location.capture_multi({{"/a", {}, 1}}) end)
bare(function() ngx.location.capture_multi({{"/a"}}, 1) end)
bare(function() ngx.location.capture_multi("x") end)
--- response_body
only one argument is expected, but got 0
at least one subrequest should be specified
the query argument 0 is not a table, but a string
query argument 0 expecting one or two arguments
query argument 0 expecting one or two arguments
only one argument is expected, but got 2
bad argument #1 to 'capture_multi' (table expected, got string)
