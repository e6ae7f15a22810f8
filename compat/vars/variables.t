Built-in variables and ngx.var.

--- http_config
server_tokens on;
--- config
location /req { content_by_lua_block {
    local v = ngx.var
    ngx.say(v.request_method, "|", v.uri, "|", v.request_uri, "|", v.args, "|", v.query_string, "|", v.is_args)
    ngx.say(v.scheme, "|", v.https, "|", v.host, "|", v.http_host, "|", v.server_name, "|", v.server_protocol)
    ngx.say(v.document_uri, "|", v.request, "|", v.content_length, "|", v.content_type, "|", v.nginx_version)
} }
location /conn { content_by_lua_block {
    local v = ngx.var
    ngx.say(v.remote_addr, "|", v.server_addr, "|", v.server_port, "|", #v.binary_remote_addr, "|", tonumber(v.remote_port) > 0)
    ngx.say(v.connection_requests, "|", v.pipe, "|", tonumber(v.pid) == ngx.worker.pid(), "|", tonumber(v.connection) > 0)
} }
location /time { content_by_lua_block {
    local v = ngx.var
    ngx.say(v.msec:find("^%d+%.%d%d%d$") == 1, " ", v.time_local:find("^%d%d/%a%a%a/%d%d%d%d:%d%d:%d%d:%d%d %+0000$") == 1,
        " ", v.time_iso8601:find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%+00:00$") == 1, " ", v.request_time:find("^%d+%.%d%d%d$") == 1)
} }
location /id { content_by_lua_block {
    local id = ngx.var.request_id
    ngx.say(#id, " ", id:find("^%x+$") == 1, " ", id)
} }
location /prefixed { content_by_lua_block {
    local v = ngx.var
    ngx.say(v.arg_a, "|", v.arg_B, "|", v.arg_none, "|", v.http_x_one, "|", v.http_none, "|", v.cookie_c, "|", v.cookie_D, "|", v.cookie_none)
    ngx.say(v.http_user_agent, "|", v.http_referer, "|", v.http_cookie, "|", v.http_x_forwarded_for)
} }
location /sent {
    content_by_lua_block { ngx.header["X-Out"] = "value" ngx.header.content_type = "text/x" ngx.say("x") }
    log_by_lua_block {
        local v = ngx.var
        ngx.log(ngx.NOTICE, "sent: ", v.sent_http_x_out, "|", v.sent_http_content_type, "|", v.sent_http_none, "|", v.status, "|",
            v.body_bytes_sent, "|", v.bytes_sent, "|", v.request_length, "|", v.request_completion, "|", v.sent_http_transfer_encoding)
    }
}
location /set {
    set $x before;
    content_by_lua_block {
        local seen = ngx.var.x
        ngx.var.x = "after"
        ngx.say(seen, " ", ngx.var.x)
        ngx.var.x = 42
        ngx.say(type(ngx.var.x), ngx.var.x)
        ngx.var.x = nil
        ngx.say(ngx.var.x)
        ngx.say(type(ngx.var.never_defined))
    }
}
location /write { content_by_lua_block {
    ngx.say(select(2, pcall(function() ngx.var.nosuch = 1 end)))
    ngx.say(select(2, pcall(function() ngx.var.uri = "/x" end)))
    ngx.say(select(2, pcall(function() return ngx.var[{}] end)))
} }
location /args { content_by_lua_block {
    ngx.var.args = "q=new&r=1"
    ngx.say(ngx.var.arg_q, ngx.req.get_uri_args().r, ngx.var.query_string, ngx.var.request_uri)
} }
location ~ ^/cap/(\w+)/(?<second>\w+)(/x)?$ { content_by_lua_block {
    local v = ngx.var
    ngx.say(v[1], " ", v[2], " ", v.second, " ", v[3], " ", v[4], " ", v[0])
} }
location /default { set $empty ""; content_by_lua_block { ngx.say("[", ngx.var.empty, "] ", type(ngx.var.empty)) } }
location /interpolate { set $a one; return 200 "$a-${a}two-$arg_x-$request_method\n"; }
location /case { set $MixedCase 1; content_by_lua_block { ngx.say(ngx.var.mixedcase, ngx.var.MIXEDCASE, ngx.var.URI) } }
location /host { return 200 "$host $http_host $hostname" ; }
location /internal { rewrite ^ /inside?z=1 last; }
location /inside { return 200 "$uri $request_uri $args $document_uri\n"; }
location /decoded { return 200 "$uri|$request_uri|$args\n"; }
location /cookie { return 200 "[$cookie_a][$cookie_b][$http_cookie]\n"; }
location /xff { return 200 "$http_x_forwarded_for\n"; }
location /status { return 404 "$status\n"; }

=== variables of the request
--- request
GET /req/a%20b?x=1&y
--- response_body
GET|/req/a b|/req/a%20b?x=1&y|x=1&y|x=1&y|?
http||localhost|localhost|localhost|HTTP/1.1
/req/a b|GET /req/a%20b?x=1&y HTTP/1.1|nil|nil|1.22.1

=== variables without a query, with a body
--- request
POST /req
12345
--- more_headers
Host: LocalHost:81
Content-Type: a/b
--- response_body
POST|/req|/req|nil|nil|
http||localhost|LocalHost:81|localhost|HTTP/1.1
/req|POST /req HTTP/1.1|5|a/b|1.22.1

=== variables of the connection
--- request
GET /conn
--- response_body
127.0.0.1|127.0.0.1|$TEST_NGINX_SERVER_PORT|4|true
1|.|true|true

=== variables of time
--- request
GET /time
--- response_body
true true true true

=== request_id
--- request
GET /id
--- response_body_like: ^32 true [0-9a-f]{32}$

=== arg_, http_, cookie_
--- request
GET /prefixed?a=1%20+&b=2&a=3
--- more_headers
X-One: 1
User-Agent: test/1
Referer: http://r/
Cookie: c=1; d=2
X-Forwarded-For: 10.0.0.1
--- response_body
1%20+|2|nil|1|nil|1|2|nil
test/1|http://r/|c=1; d=2|10.0.0.1

=== variables of the response, in log
--- request
GET /sent
--- response_body
x
--- error_log_like: sent: value\|text/x\|nil\|200\|12\|\d{3}\|58\|OK\|chunked

=== set and read in Lua
--- request
GET /set
--- response_body
before after
string42
nil
nil

=== what can't be written
--- request
GET /write
--- response_body_like: variable "nosuch" not found for writing; maybe it is a built-in variable that is not changeable or you forgot to use "set \$nosuch '';" in the config file to define it first\n.*variable "uri" not changeable\n.*bad variable name

=== args can be written
--- request
GET /args?q=old
--- response_body
new1q=new&r=1/args?q=old

=== captures of a location
--- request
GET /cap/a/b
--- response_body
a b b nil nil nil

=== optional capture
--- request
GET /cap/a/b/x
--- response_body
a b b /x nil nil

=== empty variable
--- request
GET /default
--- response_body
[] string

=== interpolation
--- request
GET /interpolate?x=5
--- response_body
one-onetwo-5-GET

=== names have no case
--- request
GET /case
--- response_body
11/case

=== variables after an internal redirect
--- request
GET /internal?old
--- response_body
/inside /internal?old z=1&old /inside

=== decoded and raw paths
--- request
GET /decoded/%41%2fb//c/../d?q=%41
--- response_body
/decoded/A/b/d|/decoded/%41%2fb//c/../d?q=%41|q=%41

=== cookies in several headers
--- request
GET /cookie
--- more_headers
Cookie: a=1
Cookie: b=2
--- response_body
[1][2][a=1; b=2]

=== cookie with spaces around
--- request
GET /cookie
--- more_headers
Cookie: x=y;a=1 2 ; b=
--- response_body
[1 2 ][][x=y;a=1 2 ; b=]

=== X-Forwarded-For in several headers
--- request
GET /xff
--- more_headers
X-Forwarded-For: 1.1.1.1
X-Forwarded-For: 2.2.2.2
--- response_body
1.1.1.1, 2.2.2.2

=== status in the text of return
--- request
GET /status
--- error_code: 404
--- response_body
404

=== $sent_http_connection while a request is logged whose connection is kept
--- config
keepalive_timeout 60s 50s;
log_by_lua_block { ngx.log(ngx.WARN, "then ", ngx.var.sent_http_connection, " ", ngx.var.sent_http_keep_alive, " end") }
location /new { return 200 "ok\n"; }
--- pipelined_requests
GET /new
GET /new
--- response_body
ok
ok
--- grep_error_log chomp
then .* end
--- grep_error_log_out
then close nil end
then close nil end
