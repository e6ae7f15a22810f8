headers-more: types, statuses, wildcards, order, requests.

--- config
root html;
error_page 400 = /err;
location = /err { more_set_input_headers "Cookie: foo=bar" "X-Own: x"; echo "[$cookie_foo][$http_x_own]"; }
location /f { more_clear_headers Accept-Ranges; alias html/f; }
location /f2 { more_set_headers "Accept-Ranges: none"; alias html/f; }
location /f3 { more_set_headers "Accept-Ranges: bytes"; more_clear_headers Accept-Ranges; alias html/f; }
location /types { more_set_headers -t 'text/html; text/plain' "X-Foo: a"; more_set_headers -t 'image/x text/css' "X-Bar: b"; default_type text/plain; echo x; }
location /params { more_set_headers -t 'text/html;charset=utf-8' "X-Foo: a"; default_type "text/html; charset=utf-8"; content_by_lua_block { ngx.say("x") } }
location /status { more_set_headers -s '404 500' "X-Foo: a"; more_set_headers -s 200 "X-Bar: b"; echo x; }
location /status404 { more_set_headers -s '404 500' "X-Foo: a"; more_set_headers -s 200 "X-Bar: b"; return 404; }
location /both { more_set_headers -s 404 -t text/html "X-Foo: a"; return 404; }
location /wild { more_set_headers "X-A-1: 1" "X-A-2: 2" "X-B: 3"; more_clear_headers "X-A-*"; echo x; }
location /order { more_set_headers "X-A: 1"; more_set_headers "X-A: 2"; add_header X-A 3; echo x; }
location /server { more_set_headers "Server: mine"; echo x; }
location /noserver { more_clear_headers Server Date; echo x; }
location /type { more_set_headers "Content-Type: text/own"; echo x; }
location /notype { more_clear_headers Content-Type; echo x; }
location /len { more_set_headers "Content-Length: 1"; content_by_lua_block { ngx.header.content_length = 2 ngx.print("xy") } }
location /var { more_set_headers "X-Var: $arg_a-$status"; echo x; }
location /empty { more_set_headers "X-Empty:" "X-Set: y"; echo x; }
location /lua { more_set_headers "X-Lua: conf"; content_by_lua_block { ngx.header.X_Lua = "code" ngx.say("x") } }
location /in { more_set_input_headers "X-In: $arg_a" "Host: other.test"; content_by_lua_block { ngx.say(ngx.var.http_x_in, " ", ngx.var.host, " ", ngx.var.http_host) } }
location /in-replace { more_set_input_headers -r "X-In: new"; content_by_lua_block { ngx.say(tostring(ngx.var.http_x_in)) } }
location /sub-in { echo_location /sub-in-set; echo "main: $http_x_in"; }
location /sub-in-set { more_set_input_headers "X-In: changed"; echo "sub: $http_x_in"; }
location /capture-in { content_by_lua_block { ngx.print(ngx.location.capture("/sub-in-set").body) ngx.say(ngx.var.http_x_in) } }
location /in-clear { more_clear_input_headers X-In Cookie; content_by_lua_block { ngx.say(tostring(ngx.var.http_x_in), " ", tostring(ngx.var.cookie_a)) } }
location /in-wild { more_clear_input_headers "X-*"; content_by_lua_block { ngx.say(tostring(ngx.var.http_x_in), " ", tostring(ngx.var.http_x_other), " ", tostring(ngx.var.http_y)) } }
location /in-type { more_set_input_headers "Content-Type: text/own"; content_by_lua_block { ngx.say(ngx.var.content_type) } }
location /in-agent { more_set_input_headers "User-Agent: robot" "Referer: http://x/" "Range: bytes=0-0"; alias html/f; }
location /if { if ($arg_a) { more_set_headers "X-If: in"; } more_set_headers "X-Out: out"; echo x; }
location /redirect { more_set_headers "Location: /elsewhere"; return 302 /here; }
location /inherit { more_set_headers "X-Outer: 1"; location /inherit/in { more_set_headers "X-Inner: 1"; echo x; } }
location /sub { more_set_headers "X-Main: 1"; echo_location /sub2; }
location /sub2 { more_set_headers "X-Sub: 1"; echo sub; }
--- user_files
>>> f 86400
text

=== a request that was not understood
--- raw_request escaped
GeT / HTTP/1.1\r\n\r\n
--- error_code: 200
--- response_body
[][]

=== Accept-Ranges cleared
--- request
GET /f
--- response_body
text
--- response_headers
!Accept-Ranges

=== Accept-Ranges cleared, range
--- request
GET /f
--- more_headers
Range: bytes=0-0
--- response_body
text
--- response_headers
!Accept-Ranges
!Content-Range

=== Accept-Ranges of its own
--- request
GET /f2
--- response_body
text
--- response_headers
Accept-Ranges: none, bytes

=== Accept-Ranges set and cleared
--- request
GET /f3
--- response_body
text
--- response_headers
!Accept-Ranges

=== types
--- request
GET /types
--- response_body
x
--- response_headers
X-Foo: a
!X-Bar

=== type with a parameter
--- request
GET /params
--- response_body
x
--- response_headers
!X-Foo
Content-Type: text/html; charset=utf-8

=== status 200
--- request
GET /status
--- response_body
x
--- response_headers
!X-Foo
X-Bar: b

=== status 404
--- request
GET /status404
--- error_code: 404
--- response_body_like: <title>404 Not Found</title>
--- response_headers
X-Foo: a
!X-Bar

=== status and type
--- request
GET /both
--- error_code: 404
--- response_body_like: <title>404 Not Found</title>
--- response_headers
X-Foo: a

=== wildcard
--- request
GET /wild
--- response_body
x
--- response_headers
!X-A-1
!X-A-2
X-B: 3

=== the last one counts
--- request
GET /order
--- response_body
x
--- response_headers
X-A: 2, 3

=== Server
--- request
GET /server
--- response_body
x
--- response_headers
Server: mine

=== no Server, no Date
--- request
GET /noserver
--- response_body
x
--- response_headers
!Server
!Date

=== Content-Type
--- request
GET /type
--- response_body
x
--- response_headers
Content-Type: text/own

=== no Content-Type
--- request
GET /notype
--- response_body
x
--- response_headers
!Content-Type

=== variables
--- request
GET /var?a=b
--- response_body
x
--- response_headers
X-Var: b-200

=== empty value
--- request
GET /empty
--- response_body
x
--- response_headers
!X-Empty
X-Set: y

=== over Lua's
--- request
GET /lua
--- response_body
x
--- response_headers
X-Lua: conf

=== request headers
--- request
GET /in?a=b
--- response_body
b other.test other.test

=== replaced only when there, missing
--- request
GET /in-replace
--- response_body
nil

=== replaced only when there
--- request
GET /in-replace
--- more_headers
X-In: old
--- response_body
new

=== request headers cleared
--- request
GET /in-clear
--- more_headers
X-In: a
Cookie: a=b
--- response_body
nil nil

=== request headers cleared by wildcard
--- request
GET /in-wild
--- more_headers
X-In: a
X-Other: b
Y: c
--- response_body
nil nil c

=== request's Content-Type
--- request
GET /in-type
--- response_body
text/own

=== range of the configuration
--- request
GET /in-agent
--- error_code: 206
--- response_body: t
--- response_headers
Content-Range: bytes 0-0/5

=== within if
--- request
GET /if?a=1
--- response_body
x
--- response_headers
X-If: in
X-Out: out

=== beside if
--- request
GET /if
--- response_body
x
--- response_headers
!X-If
X-Out: out

=== Location
--- request
GET /redirect
--- error_code: 302
--- response_body_like: <title>302 Found</title>
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/elsewhere

=== inherited
--- request
GET /inherit/in
--- response_body
x
--- response_headers
X-Outer: 1
X-Inner: 1

=== subrequests have none
--- request
GET /sub
--- response_body
sub
--- response_headers
X-Main: 1
!X-Sub

=== what a subrequest changes of the request's headers
--- request
GET /sub-in
--- more_headers
X-In: first
--- response_body
sub: changed
main: changed

=== what a capture changes of them stays with it
--- request
GET /capture-in
--- more_headers
X-In: first
--- response_body
sub: changed
first
