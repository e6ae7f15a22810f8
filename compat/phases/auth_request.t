auth_request and auth_request_set.

--- config
location = /auth { internal; content_by_lua_block {
    ngx.header["X-User"] = "u-" .. (ngx.var.who or "none")
    local status = tonumber(ngx.var.status_wanted) or 200
    if status == 401 then ngx.header.www_authenticate = 'Basic realm="r"' end
    if status ~= 200 then return ngx.exit(status) end
    ngx.say("not seen ", ngx.req.get_method(), " ", ngx.var.request_uri)
} }
location = /auth/uri { content_by_lua_block {
    ngx.log(ngx.WARN, "asked: ", ngx.req.get_method(), " ", ngx.var.uri, " ", ngx.var.args, " ", ngx.req.get_headers().foo)
} }
location = /auth/slow { access_by_lua_block { ngx.log(ngx.ERR, "never") } content_by_lua_block { ngx.sleep(0.02) ngx.exit(204) } }
location = /auth/nothing { content_by_lua_block { ngx.exit(ngx.DECLINED) } }
location /api {
    set $status_wanted $arg_s;
    set $who $arg_user;
    auth_request /auth;
    auth_request_set $user $sent_http_x_user;
    content_by_lua_block { ngx.say("in as ", ngx.var.user) }
}
location /api/open { auth_request off; content_by_lua_block { ngx.say("open") } }
location /uri { auth_request /auth/uri; content_by_lua_block { ngx.req.read_body() ngx.say(ngx.req.get_body_data()) } }
location /slow { auth_request /auth/slow; access_by_lua_block { ngx.log(ngx.WARN, "after") } content_by_lua_block { ngx.say("in") } }
location /missing { auth_request /auth/missing; content_by_lua_block { ngx.say("never") } }
location /nothing { auth_request /auth/nothing; content_by_lua_block { ngx.say("never") } }
location /any { satisfy any; deny all; auth_request /auth/slow; content_by_lua_block { ngx.say("in") } }
location /any-none { satisfy any; deny all; set $status_wanted 401; auth_request /auth; content_by_lua_block { ngx.say("never") } }
location /deny { deny all; auth_request /auth/uri; content_by_lua_block { ngx.say("never") } }
location /page { set $status_wanted 403; auth_request /auth; error_page 403 = /login; content_by_lua_block { ngx.say("never") } }
location /login { content_by_lua_block { ngx.say("log in") } }
location /capture { content_by_lua_block { ngx.print(ngx.location.capture("/api?s=403").body) } }

=== granted, with a variable
--- request
GET /api?user=me
--- response_body
in as u-me

=== 403
--- request
GET /api?s=403
--- error_code: 403

=== 401 with its challenge
--- request
GET /api?s=401
--- error_code: 401
--- response_headers
WWW-Authenticate: Basic realm="r"

=== 201
--- request
GET /api?s=201
--- response_body
in as u-

=== another status
--- request
GET /api?s=404
--- error_code: 500
--- error_log
auth request unexpected status: 404

=== off
--- request
GET /api/open
--- response_body
open

=== what the subrequest sees
--- more_headers
Foo: bar
--- request
POST /uri?x=1
body
--- response_body
body

--- error_log
asked: GET /auth/uri nil bar

=== it may wait; the access phase goes on behind it
--- request
GET /slow
--- response_body
in
--- error_log
after

=== its location is missing
--- request
GET /missing
--- error_code: 500
--- error_log
auth request unexpected status: 404

=== it answers nothing
--- request
GET /nothing
--- error_code: 500
--- error_log
auth request unexpected status: 0

=== satisfy any
--- request
GET /any
--- response_body
in

=== satisfy any, neither
--- request
GET /any-none
--- error_code: 401
--- response_headers
WWW-Authenticate: Basic realm="r"

=== denied before it is asked
--- request
GET /deny
--- error_code: 403
--- error_log
access forbidden by rule
--- no_error_log
asked

=== error_page
--- request
GET /page
--- response_body
log in

=== subrequests are not asked
--- request
GET /capture
--- response_body
in as nil

=== several over one connection
--- pipelined_requests
GET /api?user=a
GET /slow
GET /api?user=b
--- response_body
in as u-a
in
in as u-b
