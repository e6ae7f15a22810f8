Computed tables: variables, context, arguments of handlers.

--- include: run.inc
--- config
set $stored "first";
location /captures { location ~ ^/captures/(\w+)/(\d+)(x)?$ { content_by_lua_block { show(ngx.var[1], ngx.var[2], ngx.var[3], ngx.var[0], ngx.var[9]) } } }
location /named { location ~ ^/named/(?<word>\w+)$ { content_by_lua_block { show(ngx.var.word, ngx.var[1]) } } }
location /set-by { set_by_lua_block $sum { return ngx.arg[1] } return 200 "[$sum]\n"; }
location /set-args { set_by_lua $sum 'return tonumber(ngx.arg[1]) + tonumber(ngx.arg[2])' $arg_a $arg_b; return 200 "$sum\n"; }
location /set-none { set_by_lua $none 'return ngx.arg[3]' a b; return 200 "[$none]\n"; }
location /set-write { set_by_lua $none 'local ok, message = pcall(function() ngx.arg[1] = "x" end) return message' a; return 200 "$none\n"; }
location /body { content_by_lua_block { ngx.print("abc") ngx.print("def") } body_filter_by_lua_block { ngx.arg[1] = ngx.arg[1]:upper() } }
location /body-nil { content_by_lua_block { ngx.print("abc") } body_filter_by_lua_block { ngx.arg[1] = nil } }
location /body-table { content_by_lua_block { ngx.print("abc") } body_filter_by_lua_block { if ngx.arg[1] ~= "" then ngx.arg[1] = {"<", ngx.arg[1], {">", 1}} end } }
location /body-last { content_by_lua_block { ngx.print("abc") } body_filter_by_lua_block { ngx.log(ngx.WARN, inspect(ngx.arg[1], ngx.arg[2], ngx.arg[3])) } }
location /body-wrong { content_by_lua_block { ngx.print("abc") } body_filter_by_lua_block { if ngx.arg[1] ~= "" then
    local _, first = pcall(function() ngx.arg[1] = print end)
    local _, second = pcall(function() ngx.arg[5] = "x" end)
    ngx.log(ngx.WARN, first, " + ", second)
end } }
location /ctx { rewrite_by_lua_block { ngx.ctx.a = "rewrite" } access_by_lua_block { ngx.ctx.b = ngx.ctx.a .. " access" } content_by_lua_block { ngx.say(ngx.ctx.b) }
    log_by_lua_block { ngx.log(ngx.WARN, "ctx: ", ngx.ctx.b) } }
location /ctx-exec { content_by_lua_block { ngx.ctx.a = 1 ngx.exec("/ctx-show") } }
location /ctx-show { content_by_lua_block { show(ngx.ctx) } }
location /var-arg { content_by_lua_block { show(ngx.var.arg_a, ngx.var.arg_A, ngx.var.arg_none, ngx.var.args, ngx.var.is_args) } }
location /var-limit { set $limit ""; content_by_lua_block { ngx.var.limit = "1k" show(ngx.var.limit) } }
location /ctx-thread { content_by_lua_block { ngx.ctx.a = 1 ngx.thread.wait(ngx.thread.spawn(function() ngx.ctx.a = ngx.ctx.a + 1 end)) show(ngx.ctx) } }
location /ctx-timer { content_by_lua_block { ngx.ctx.a = 1 ngx.timer.at(0, function() ngx.ctx.b = 2 ngx.log(ngx.WARN, "timer: ", inspect(ngx.ctx)) end) ngx.say("ok") } }

=== var: captures of a location
--- request
GET /captures/ab/12
--- response_body
"ab" "12" nil nil nil

=== var: named captures
--- request
GET /named/abc
--- response_body
"abc" "abc"

=== arg: set_by_lua_block has none
--- request
GET /set-by
--- response_body
[]

=== arg: set_by_lua
--- request
GET /set-args?a=3&b=4
--- response_body
7

=== arg: one that is not there
--- request
GET /set-none
--- response_body
[]

=== arg: written in set_by_lua
--- request
GET /set-write
--- response_body
set_by_lua(nginx.conf:57):1: API disabled in the context of set_by_lua*

=== arg: a body filter changes chunks
--- request
GET /body
--- response_body: ABCDEF

=== arg: a chunk becomes nothing
--- request
GET /body-nil
--- response_body:

=== arg: a chunk becomes a table
--- request
GET /body-table
--- response_body: <abc>1

=== arg: the end flag
--- request
GET /body-last
--- error_log
"abc" false nil
"" true nil
--- response_body: abc

=== arg: wrong values and indices
--- request
GET /body-wrong
--- error_log: bad chunk data type: function
--- response_body: abc

=== ctx through the phases
--- request
GET /ctx
--- error_log: ctx: rewrite access
--- response_body
rewrite access

=== ctx: an internal redirect empties it
--- request
GET /ctx-exec
--- response_body
{}

=== ctx: threads share it
--- request
GET /ctx-thread
--- response_body
{a = 2}

=== ctx: a timer has its own
--- request
GET /ctx-timer
--- error_log: timer: {b = 2}
--- response_body
ok

=== var: arguments
--- request
GET /var-arg?a=1&B=2
--- response_body
"1" "1" nil "a=1&B=2" "?"

=== var: written
--- request
GET /var-limit
--- response_body
"1k"

=== var: read
--- request
POST /run
show(ngx.var.uri, ngx.var.request_method, ngx.var.scheme, ngx.var.server_name, ngx.var.host)
--- response_body
"/run" "POST" "http" "localhost" "localhost"

=== var: unknown
--- request
POST /run
show(ngx.var.none, ngx.var.http_none, ngx.var.arg_none, ngx.var.cookie_none)
--- response_body
"" nil nil nil

=== var: the case does not matter
--- request
POST /run
show(ngx.var.URI, ngx.var.Request_Method)
--- response_body
"/run" "POST"

=== var: written
--- request
POST /run
ngx.var.stored = "second"
show(ngx.var.stored)
ngx.var.stored = 12
show(ngx.var.stored)
ngx.var.stored = nil
show(ngx.var.stored)
--- response_body
"second"
"12"
nil

=== var: not defined
--- request
POST /run
bare(function() ngx.var.none = 1 end)
--- response_body
no error

=== var: not changeable
--- request
POST /run
bare(function() ngx.var.request_uri = 1 end)
bare(function() ngx.var.uri = "/x" end)
--- response_body
variable "request_uri" not changeable
variable "uri" not changeable

=== var: args may be changed
--- request
POST /run
ngx.var.args = "a=1&b=2"
show(ngx.var.args, ngx.var.arg_b, ngx.req.get_uri_args())
--- response_body
"a=1&b=2" "2" {a = "1", b = "2"}

=== var: captures are read only
--- request
POST /run
bare(function() ngx.var[1] = "x" end)
--- response_body
bad variable name

=== var: wrong names
--- request
POST /run
bare(function() return ngx.var[{}] end)
bare(function() return ngx.var[true] end)
bare(function() ngx.var[{}] = 1 end)
--- response_body
bad variable name
bad variable name
bad variable name

=== var: a value that is a table
--- request
POST /run
bare(function() ngx.var.stored = {} show(type(ngx.var.stored)) end)
--- response_body_like: .

=== ctx: kinds of values
--- request
POST /run
ngx.ctx.fn = function() return "called" end
ngx.ctx[1] = {x = 1}
show(ngx.ctx.fn(), ngx.ctx[1], ngx.ctx.none)
--- response_body
"called" {x = 1} nil

=== ctx: replaced
--- request
POST /run
ngx.ctx = {a = 1}
show(ngx.ctx)
--- response_body
{a = 1}

=== ctx: no table
--- request
POST /run
bare(function() ngx.ctx = 1 end)
bare(function() ngx.ctx = nil end)
--- response_body
ctx should be a table while getting a number
ctx should be a table while getting a nil

=== is_subrequest
--- request
POST /run
show(ngx.is_subrequest)
--- response_body
false

=== arg: not in the content phase
--- request
POST /run
bare(function() return ngx.arg[1] end)
bare(function() ngx.arg[1] = "x" end)
--- response_body
API disabled in the current context
API disabled in the context of content_by_lua*
