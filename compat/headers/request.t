Request headers: reading, changing, which are dropped.

--- config
location /get { content_by_lua_block {
    local h = ngx.req.get_headers()
    ngx.say(h["X-One"], " ", h.x_one, " ", h["x-one"], " ", h.X_ONE, " ", rawget(h, "X-One"), " ", rawget(h, "x-one"), " ", h.none)
} }
location /multi { content_by_lua_block {
    local h = ngx.req.get_headers()
    ngx.say(type(h["x-m"]), " ", type(h["x-m"]) == "table" and table.concat(h["x-m"], "|") or h["x-m"], " ", ngx.var.http_x_m)
} }
location /raw { content_by_lua_block {
    local names = {}
    for k in pairs(ngx.req.get_headers(0, true)) do names[#names + 1] = k end
    table.sort(names)
    ngx.say(table.concat(names, ","))
} }
location /max { content_by_lua_block {
    local h, err = ngx.req.get_headers(tonumber(ngx.var.arg_n))
    local n = 0
    for _ in pairs(h) do n = n + 1 end
    ngx.say(n, " ", err)
} }
location /set { content_by_lua_block {
    ngx.req.set_header("X-New", "v")
    ngx.req.set_header("X-One", { "a", "b" })
    ngx.req.set_header("Host", "other")
    ngx.req.clear_header("x-two")
    local h = ngx.req.get_headers()
    ngx.say(h.x_new, " ", type(h.x_one), " ", h.host, " ", h.x_two, " ", ngx.var.http_x_new, " ", ngx.var.host, " ", ngx.var.http_host)
} }
location /set-nil { content_by_lua_block { ngx.req.set_header("X-One", nil) ngx.say(ngx.req.get_headers().x_one, " ", ngx.var.http_x_one) } }
location /set-number { content_by_lua_block { ngx.req.set_header("X-N", 12) ngx.say(ngx.req.get_headers().x_n) } }
location /in-rewrite {
    rewrite_by_lua_block { ngx.req.set_header("X-R", "set") ngx.req.clear_header("User-Agent") }
    content_by_lua_block { ngx.say(ngx.var.http_x_r, " ", ngx.var.http_user_agent) }
}
location /cookie { content_by_lua_block { ngx.say(ngx.var.cookie_a, " ", ngx.req.get_headers().cookie) ngx.req.set_header("Cookie", "a=new") ngx.say(ngx.var.cookie_a) } }
location /values { content_by_lua_block { ngx.say("[", ngx.var.http_x_v, "]") } }
location /host { content_by_lua_block { ngx.say(ngx.var.host, " ", ngx.var.http_host) } }

=== spellings of a name
--- request
GET /get
--- more_headers
X-One: 1
--- response_body
1 1 1 1 nil 1 nil

=== a header twice
--- request
GET /multi
--- more_headers
X-M: a
x-m: b
--- response_body
table a|b a

=== raw names
--- request
GET /raw
--- more_headers
X-CamelCase: 1
lower: 2
--- response_body
Connection,Host,X-CamelCase,lower

=== own maximum
--- request
GET /max?n=1
--- response_body
1 truncated

=== no maximum
--- raw_request escaped
GET /max?n=0 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\{X: 1\r\n*1}\r\n
--- response_body
3 nil

=== setting and clearing
--- request
GET /set
--- more_headers
X-One: 1
X-Two: 2
--- response_body
v table other nil v other other

=== setting nil clears
--- request
GET /set-nil
--- more_headers
X-One: 1
--- response_body
nil nil

=== setting a number
--- request
GET /set-number
--- response_body
12

=== changes in rewrite
--- request
GET /in-rewrite
--- more_headers
User-Agent: u
--- response_body
set nil

=== cookies
--- request
GET /cookie
--- more_headers
Cookie: a=old; b=2
--- response_body
old a=old; b=2
new

=== a name with an underscore is dropped
--- request
GET /get
--- more_headers
X_One: 1
--- response_body
nil nil nil nil nil nil nil
--- error_log
[info]
client sent invalid header line: "X_One: 1" while reading client request headers

=== a name with other characters is dropped
--- request
GET /get
--- more_headers
X.One: 1
X-One: ok
--- response_body
ok ok ok ok nil ok nil
--- error_log
client sent invalid header line: "X.One: 1"

=== spaces around a value
--- raw_request escaped
GET /values HTTP/1.1\r\nHost: h\r\nX-V:   a  b  \r\nConnection: close\r\n\r\n
--- response_body
[a  b]

=== empty value
--- raw_request escaped
GET /values HTTP/1.1\r\nHost: h\r\nX-V:\r\nConnection: close\r\n\r\n
--- response_body
[]

=== bytes above 127
--- raw_request escaped
GET /values HTTP/1.1\r\nHost: h\r\nX-V: \xff\xc3\xa9\r\nConnection: close\r\n\r\n
--- response_body escaped
[\xff\xc3\xa9]\n

=== host with port and capitals
--- raw_request escaped
GET /host HTTP/1.1\r\nHost: EXAMPLE.com:8080\r\nConnection: close\r\n\r\n
--- response_body
example.com EXAMPLE.com:8080

=== invalid host
--- raw_request escaped
GET /host HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n
--- error_code: 400
--- error_log
client sent invalid host header while reading client request headers

=== host twice
--- raw_request escaped
GET /host HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n
--- error_code: 400
--- error_log
client sent duplicate host header: "Host: b", previous value: "Host: a"

=== underscores_in_headers
--- http_config
underscores_in_headers on;
--- config
location /u { content_by_lua_block { ngx.say(ngx.var.http_x_one, " ", ngx.req.get_headers()["X_One"]) } }
--- request
GET /u
--- more_headers
X_One: 1
--- response_body
1 nil

=== added headers: an empty value, a number for a name
--- config
location = /t { content_by_lua_block {
    local request = require "ngx.req"
    ngx.req.set_header("Foo", "bar")
    request.add_header("Foo", "")
    ngx.say("[", table.concat(ngx.req.get_headers()["Foo"], "] ["), "]")
    request.add_header(123, 456)
    request.add_header(123, 789)
    ngx.say(table.concat(ngx.req.get_headers()[123], " "))
} }
--- request
GET /t
--- response_body
[bar] []
456 789
