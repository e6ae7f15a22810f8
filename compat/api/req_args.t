Arguments of the query and of the body.

--- include: run.inc
--- config
location /post { content_by_lua_block {
    ngx.req.read_body()
    if ngx.var.arg_max then
        show(ngx.req.get_post_args(tonumber(ngx.var.arg_max)))
    else
        show(ngx.req.get_post_args())
    end
} }

=== get_uri_args
--- request
POST /run?a=1&b=2
show(ngx.req.get_uri_args())
--- response_body
{a = "1", b = "2"}

=== get_uri_args: none
--- request
POST /run
show(ngx.req.get_uri_args())
--- response_body
{}

=== get_uri_args: an empty query
--- request
POST /run?
show(ngx.req.get_uri_args())
--- response_body
{}

=== get_uri_args: no value, an empty one, no name
--- request
POST /run?a&b=&=c&d==
show(ngx.req.get_uri_args())
--- response_body
{a = true, b = "", d = "="}

=== get_uri_args: repeated
--- request
POST /run?a=1&a=2&a&b&b
show(ngx.req.get_uri_args())
--- response_body
{a = {"1", "2", true}, b = {true, true}}

=== get_uri_args: escapes
--- request
POST /run?a%20b=c+d%2Be&%zz=%4
show(ngx.req.get_uri_args())
--- response_body
{%zz = "%4", a b = "c d+e"}

=== get_uri_args: at most so many
--- request
POST /run?a=1&b=2&c=3
show(ngx.req.get_uri_args(2))
--- response_body
{a = "1", b = "2"} "truncated"

=== get_uri_args: 0 is without a limit
--- request
POST /run?a=1&b=2&c=3
show(ngx.req.get_uri_args(0))
--- response_body
{a = "1", b = "2", c = "3"}

=== get_uri_args: into a table
--- request
POST /run?a=1
local t = {old = 1}
local got = ngx.req.get_uri_args(100, t)
show(got == t, t)
--- oracle: the second argument is newer
--- response_body
true {a = "1"}

=== get_uri_args: empty arguments
--- request
POST /run?&&a=1&&b=2&
show(ngx.req.get_uri_args())
--- response_body
{a = "1", b = "2"}

=== get_uri_args: a semicolon separates nothing
--- request
POST /run?a=1;b=2
show(ngx.req.get_uri_args())
--- response_body
{a = "1;b=2"}

=== get_uri_args: the case of names counts
--- request
POST /run?A=1&a=2
show(ngx.req.get_uri_args())
--- response_body
{A = "1", a = "2"}

=== get_uri_args: brackets are part of names
--- request
POST /run?a[]=1&a[]=2&b[k]=v
show(ngx.req.get_uri_args())
--- response_body
{a[] = {"1", "2"}, b[k] = "v"}

=== get_uri_args: more than a hundred
--- request
POST /run
local t = {}
for i = 1, 110 do t[i] = "a" .. i .. "=" .. i end
ngx.req.set_uri_args(table.concat(t, "&"))
local args, message = ngx.req.get_uri_args()
local n = 0
for _ in pairs(args) do n = n + 1 end
show(n, message)
--- response_body
100 "truncated"

=== set_uri_args: a text
--- request
POST /run?a=1
ngx.req.set_uri_args("b=2&c=%20")
show(ngx.var.args, ngx.var.arg_b, ngx.req.get_uri_args())
--- response_body
"b=2&c=%20" "2" {b = "2", c = " "}

=== set_uri_args: a table
--- request
POST /run?a=1
ngx.req.set_uri_args {b = {"x", "y z"}}
show(ngx.var.args)
--- response_body
"b=x&b=y%20z"

=== set_uri_args: true, false, an empty table
--- request
POST /run?a=1
ngx.req.set_uri_args {b = true}
show(ngx.var.args)
ngx.req.set_uri_args {b = false}
show(ngx.var.args)
ngx.req.set_uri_args {}
show(ngx.var.args)
--- response_body
"b"
""
""

=== set_uri_args: a number
--- request
POST /run?a=1
ngx.req.set_uri_args(12)
show(ngx.var.args)
--- response_body
"12"

=== set_uri_args: an empty text
--- request
POST /run?a=1
ngx.req.set_uri_args("")
show(ngx.var.args, ngx.req.get_uri_args())
--- response_body
"" {}

=== set_uri_args: wrong arguments
--- request
POST /run
err(function() ngx.req.set_uri_args() end)
err(function() ngx.req.set_uri_args(true) end)
err(function() ngx.req.set_uri_args {a = function() end} end)
--- response_body
case:1: expecting 1 argument but seen 0
case:2: bad argument #1 to 'set_uri_args' (string, number, or table expected, but got boolean)
case:3: attempt to use function as query arg value

=== set_uri_args leaves request_uri and the URI
--- request
POST /run?a=1
ngx.req.set_uri_args("b=2")
show(ngx.var.request_uri, ngx.var.uri)
--- response_body
"/run?a=1" "/run"

=== get_post_args
--- request
POST /post
a=1&b=2&a=3&c
--- response_body
{a = {"1", "3"}, b = "2", c = true}

=== get_post_args: escapes, plus
--- request
POST /post
a%20b=c+d%26&e=%3d
--- response_body
{a b = "c d&", e = "="}

=== get_post_args: no body
--- request
GET /post
--- response_body
{}

=== get_post_args: an empty body
--- request
POST /post
--- more_headers
Content-Length: 0
--- response_body
{}

=== get_post_args: at most so many
--- request
POST /post?max=2
a=1&b=2&c=3
--- response_body
{a = "1", b = "2"} "truncated"

=== get_post_args: 0 is without a limit
--- request
POST /post?max=0
a=1&b=2&c=3
--- response_body
{a = "1", b = "2", c = "3"}

=== get_post_args: the type of the body does not matter
--- request
POST /post
{"a"=1}
--- more_headers
Content-Type: application/json
--- response_body
{{"a" = "1}"}

=== PRELUDE
--- include: run.inc
--- config
location /unread { content_by_lua_block { err(function() ngx.req.get_post_args() end) } }
location /file { client_body_in_file_only on; content_by_lua_block { ngx.req.read_body() show(ngx.req.get_post_args()) } }
location /set { content_by_lua_block {
    ngx.req.read_body()
    ngx.req.set_body_data("x=1&y=%20")
    show(ngx.req.get_post_args())
} }
location /many { content_by_lua_block {
    ngx.req.read_body()
    local t = {}
    for i = 1, 110 do t[i] = "a" .. i .. "=" .. i end
    ngx.req.set_body_data(table.concat(t, "&"))
    local args, message = ngx.req.get_post_args()
    local n = 0
    for _ in pairs(args) do n = n + 1 end
    show(n, message)
} }
location /rewrite { rewrite_by_lua_block { ngx.req.set_uri_args {v = ngx.var.arg_v .. "!"} } content_by_lua_block { show(ngx.var.args) } }

=== get_post_args: an unread body
--- request
POST /unread
a=1
--- response_body
content_by_lua(nginx.conf:51):1: no request body found; maybe you should turn on lua_need_request_body?

=== get_post_args: a body in a file
--- request
POST /file
a=1
--- response_body
nil "request body in temp file not supported"
--- error_log

=== get_post_args: a body that was set
--- request
POST /set
a=1
--- response_body
{x = "1", y = " "}

=== get_post_args: more than a hundred
--- request
POST /many
a=1
--- response_body
100 "truncated"

=== set_uri_args before the content
--- request
GET /rewrite?v=1
--- response_body
"v=1!"
