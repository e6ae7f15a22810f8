Who may come in: auth_basic, satisfy, allow and deny, limit_except.

--- config
root html;
location / { auth_basic "the realm"; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("protected") } }
location /open { auth_basic off; return 200 "open\n"; }
location /var { auth_basic $arg_realm; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say(ngx.var.remote_user) } }
location /no-file { auth_basic x; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/nope; }
location /file { auth_basic x; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/$arg_f; content_by_lua_block { ngx.say("in") } }
location /no-user-file { auth_basic x; return 200 "none\n"; }
location /quotes { auth_basic 'a "b" c'; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("in") } }
location /user { auth_basic x; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say(ngx.var.remote_user) } }
location /nested { auth_basic outer; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users;
    location /nested/in { auth_basic inner; content_by_lua_block { ngx.say("in") } }
    location /nested/off { auth_basic off; content_by_lua_block { ngx.say("off") } }
    location /nested/same { content_by_lua_block { ngx.say("same") } } }
location /any { satisfy any; deny all; auth_basic any; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("in") } }
location /any-allowed { satisfy any; allow 127.0.0.1; deny all; auth_basic any; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("in") } }
location /all-denied { satisfy all; deny all; auth_basic all; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("in") } }
location /all-allowed { satisfy all; allow 127.0.0.0/8; deny all; auth_basic all; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("in") } }
location /any-request { satisfy any; auth_basic any; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; auth_request /check; content_by_lua_block { ngx.say("in") } }
location /any-lua { satisfy any; auth_basic any; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; access_by_lua_block { if ngx.var.arg_ok then return end ngx.exit(403) } content_by_lua_block { ngx.say("in") } }
location /lua-after { auth_basic x; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; access_by_lua_block { ngx.header.X_Lua = "ran" } content_by_lua_block { ngx.say("in") } }
location = /check { internal; content_by_lua_block { ngx.exit(ngx.var.arg_ok and 200 or 403) } }
location /check-args { satisfy any; auth_request /check; auth_basic any; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("in") } }
location /page401 { error_page 401 /sorry; auth_basic x; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("in") } }
location /page401named { error_page 401 =200 @sorry; auth_basic x; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("in") } }
location = /sorry { return 200 "sorry\n"; }
location @sorry { content_by_lua_block { ngx.say("named sorry") } }
location /delay { auth_delay 30ms; auth_basic x; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; content_by_lua_block { ngx.say("in") } }
location /methods { limit_except GET { deny all; } content_by_lua_block { ngx.say(ngx.req.get_method()) } }
location /methods-auth { limit_except GET POST { auth_basic x; auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users; } content_by_lua_block { ngx.say(ngx.req.get_method()) } }
location /methods-allow { limit_except PUT { allow 127.0.0.1; deny all; } content_by_lua_block { ngx.say(ngx.req.get_method()) } }
location /deny-one { deny 127.0.0.1; content_by_lua_block { ngx.say("in") } }
location /deny-other { deny 10.0.0.0/8; content_by_lua_block { ngx.say("in") } }
location /allow-first { allow 127.0.0.1; deny 127.0.0.1; content_by_lua_block { ngx.say("in") } }
location /deny-first { deny 127.0.0.1; allow 127.0.0.1; content_by_lua_block { ngx.say("in") } }
location /allow-net { allow 127.0.0.0/30; deny all; content_by_lua_block { ngx.say("in") } }
location /allow-zero { allow 0.0.0.0/0; deny all; content_by_lua_block { ngx.say("in") } }
location /allow-six { allow ::1; deny all; content_by_lua_block { ngx.say("in") } }
location /deny-six { deny ::/0; content_by_lua_block { ngx.say("in") } }
location /deny-unix { deny unix:; content_by_lua_block { ngx.say("in") } }
location /rewritten { deny all; rewrite ^ /open; }
location /returned { deny all; return 200 "returned\n"; }
--- user_files
>>> users
# comment:secret
plain:{PLAIN}secret
apr1:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/
sha:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=
ssha:{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0
md5:$1$saltsalt$9xy1btjgzLYfb7hivXtC//
sha256:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA
sha512:$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1
colon:{PLAIN}secret:a comment
empty:{PLAIN}
nocrypt:plaintext
badssha:{SSHA}!!!
with space:{PLAIN}se cret
last:{PLAIN}secret
>>> dos
dos:{PLAIN}secret
>>> empty-users

=== no credentials
--- request
GET /
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="the realm"
Content-Type: text/html
--- error_log
no user/password was provided for basic authentication

=== right password
--- request
GET /
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
protected
--- response_headers
!WWW-Authenticate

=== wrong password
--- request
GET /
--- more_headers
Authorization: Basic cGxhaW46d3Jvbmc=
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="the realm"
--- error_log
user "plain": password mismatch

=== unknown user
--- request
GET /
--- more_headers
Authorization: Basic bm9ib2R5OnNlY3JldA==
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="the realm"
--- error_log
user "nobody" was not found in "$TEST_NGINX_SERVER_ROOT/html/users"

=== apr1
--- request
GET /
--- more_headers
Authorization: Basic YXByMTpzZWNyZXQ=
--- response_body
protected

=== apr1, wrong
--- request
GET /
--- more_headers
Authorization: Basic YXByMTpTZWNyZXQ=
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "apr1": password mismatch

=== SHA
--- request
GET /
--- more_headers
Authorization: Basic c2hhOnNlY3JldA==
--- response_body
protected

=== SHA, wrong
--- request
GET /
--- more_headers
Authorization: Basic c2hhOnNlY3Jl
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "sha": password mismatch

=== SSHA
--- request
GET /
--- more_headers
Authorization: Basic c3NoYTpzZWNyZXQ=
--- response_body
protected

=== SSHA, wrong
--- request
GET /
--- more_headers
Authorization: Basic c3NoYTpzZWNyZXR0
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "ssha": password mismatch

=== SSHA that is no base64
--- request
GET /
--- more_headers
Authorization: Basic YmFkc3NoYTpzZWNyZXQ=
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "badssha": password mismatch

=== MD5 of crypt()
--- request
GET /
--- more_headers
Authorization: Basic bWQ1OnNlY3JldA==
--- response_body
protected

=== SHA-256 of crypt()
--- request
GET /
--- more_headers
Authorization: Basic c2hhMjU2OnNlY3JldA==
--- response_body
protected

=== SHA-512 of crypt()
--- request
GET /
--- more_headers
Authorization: Basic c2hhNTEyOnNlY3JldA==
--- response_body
protected

=== SHA-512, wrong
--- request
GET /
--- more_headers
Authorization: Basic c2hhNTEyOmdlaGVpbQ==
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "sha512": password mismatch

=== password before a comment
--- request
GET /
--- more_headers
Authorization: Basic Y29sb246c2VjcmV0
--- response_body
protected

=== empty password
--- request
GET /
--- more_headers
Authorization: Basic ZW1wdHk6
--- response_body
protected

=== empty password, wrong
--- request
GET /
--- more_headers
Authorization: Basic ZW1wdHk6eA==
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "empty": password mismatch

=== text that crypt() does not know
--- request
GET /
--- more_headers
Authorization: Basic bm9jcnlwdDpwbGFpbnRleHQ=
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "nocrypt": password mismatch

=== commented-out user
--- request
GET /
--- more_headers
Authorization: Basic IyBjb21tZW50OnNlY3JldA==
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "# comment" was not found in "$TEST_NGINX_SERVER_ROOT/html/users"

=== user and password with spaces
--- request
GET /
--- more_headers
Authorization: Basic d2l0aCBzcGFjZTpzZSBjcmV0
--- response_body
protected

=== last line
--- request
GET /
--- more_headers
Authorization: Basic bGFzdDpzZWNyZXQ=
--- response_body
protected

=== password with a colon is cut by nobody
--- request
GET /
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0Ong=
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "plain": password mismatch

=== scheme in small letters
--- request
GET /
--- more_headers
Authorization: basic cGxhaW46c2VjcmV0
--- response_body
protected

=== several spaces
--- request
GET /
--- more_headers
Authorization: Basic    cGxhaW46c2VjcmV0
--- response_body
protected

=== another scheme
--- request
GET /
--- more_headers
Authorization: Digest cGxhaW46c2VjcmV0
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="the realm"
--- error_log
no user/password was provided for basic authentication

=== not base64
--- request
GET /
--- more_headers
Authorization: Basic !!!!
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="the realm"
--- error_log
no user/password was provided for basic authentication

=== no colon
--- request
GET /
--- more_headers
Authorization: Basic cGxhaW4=
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="the realm"
--- error_log
no user/password was provided for basic authentication

=== no user
--- request
GET /
--- more_headers
Authorization: Basic OnNlY3JldA==
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="the realm"
--- error_log
no user/password was provided for basic authentication

=== empty credentials
--- request
GET /
--- more_headers
Authorization: Basic
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="the realm"
--- error_log
no user/password was provided for basic authentication

=== file of one line without line feed
--- request
GET /file?f=dos
--- more_headers
Authorization: Basic ZG9zOnNlY3JldA==
--- response_body
in

=== empty file
--- request
GET /file?f=empty-users
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "plain" was not found in "$TEST_NGINX_SERVER_ROOT/html/empty-users"

=== file named by a variable
--- request
GET /file?f=users
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
in

=== missing file named by a variable
--- request
GET /file?f=none
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/html/none" failed (2: No such file or directory)

=== missing file
--- request
GET /no-file
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/html/nope" failed (2: No such file or directory)

=== missing file, no credentials
--- request
GET /no-file
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="x"
--- error_log
no user/password was provided for basic authentication

=== off
--- request
GET /open
--- response_body
open

=== no file is configured
--- request
GET /no-user-file
--- response_body
none

=== realm of a variable
--- request
GET /var?realm=here
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="here"
--- error_log
no user/password was provided for basic authentication

=== realm of a variable, off
--- request
GET /var?realm=off
--- response_body
nil
--- response_headers
!WWW-Authenticate

=== realm of a variable, empty
--- request
GET /var?realm=
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm=""
--- error_log
no user/password was provided for basic authentication

=== realm with quotes
--- request
GET /quotes
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="a "b" c"
--- error_log
no user/password was provided for basic authentication

=== $remote_user without a name
--- config
location / { content_by_lua_block { ngx.say(tostring(ngx.var.remote_user)) } }
--- request
GET /
--- more_headers
Authorization: Basic OnB3
--- response_body
nil

=== $remote_user
--- request
GET /user
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
plain

=== inner realm
--- request
GET /nested/in
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="inner"
--- error_log
no user/password was provided for basic authentication

=== inner off
--- request
GET /nested/off
--- response_body
off
--- response_headers
!WWW-Authenticate

=== inherited
--- request
GET /nested/same
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="outer"
--- error_log
no user/password was provided for basic authentication

=== HEAD
--- request
HEAD /
--- error_code: 401
--- response_body:
--- response_headers
WWW-Authenticate: Basic realm="the realm"
--- error_log
no user/password was provided for basic authentication

=== POST
--- request
POST /user
x=1
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
plain

=== any: denied, no credentials
--- request
GET /any
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="any"
--- error_log
no user/password was provided for basic authentication

=== any: denied, right password
--- request
GET /any
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
in
--- response_headers
!WWW-Authenticate

=== any: denied, wrong password
--- request
GET /any
--- more_headers
Authorization: Basic cGxhaW46eA==
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="any"
--- error_log
user "plain": password mismatch

=== any: allowed, no credentials
--- request
GET /any-allowed
--- response_body
in
--- response_headers
!WWW-Authenticate

=== all: denied
--- request
GET /all-denied
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- response_headers
!WWW-Authenticate
--- error_log
access forbidden by rule

=== all: allowed, no credentials
--- request
GET /all-allowed
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="all"
--- error_log
no user/password was provided for basic authentication

=== all: allowed, right password
--- request
GET /all-allowed
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
in

=== any with auth_request, right password
--- request
GET /any-request
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
in
--- response_headers
!WWW-Authenticate

=== any with auth_request, no credentials
--- request
GET /any-request
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="any"
--- error_log
no user/password was provided for basic authentication

=== any with Lua that lets in
--- request
GET /any-lua?ok=1
--- response_body
in
--- response_headers
!WWW-Authenticate
--- error_log
no user/password was provided for basic authentication

=== any with Lua that refuses
--- request
GET /any-lua
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="any"
--- error_log
no user/password was provided for basic authentication

=== any with Lua, right password
--- request
GET /any-lua
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
in

=== Lua runs behind auth_basic
--- request
GET /lua-after
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
in
--- response_headers
X-Lua: ran

=== Lua does not run for those refused
--- request
GET /lua-after
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
!X-Lua
WWW-Authenticate: Basic realm="x"
--- error_log
no user/password was provided for basic authentication

=== error_page 401
--- request
GET /page401
--- error_code: 401
--- response_body
sorry
--- response_headers
WWW-Authenticate: Basic realm="x"
--- error_log
no user/password was provided for basic authentication

=== error_page 401 =200 named
--- request
GET /page401named
--- response_body
named sorry
--- response_headers
WWW-Authenticate: Basic realm="x"
--- error_log
no user/password was provided for basic authentication

=== auth_delay delays those refused
--- request
GET /delay
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="x"
--- error_log
delaying unauthorized request

=== auth_delay does not delay others
--- request
GET /delay
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- response_body
in

=== auth_delay, two on a connection
--- pipelined_requests
GET /delay
GET /open
--- more_headers
Authorization: Basic cGxhaW46d3Jvbmc=
--- error_code: 401 200
--- response_body_like: <title>401 Authorization Required</title>
--- error_log
user "plain": password mismatch

=== limit_except lets its methods in
--- request
GET /methods
--- response_body
GET

=== limit_except GET lets HEAD in
--- request
HEAD /methods
--- response_body:

=== limit_except refuses others
--- request
POST /methods
x
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
access forbidden by rule

=== limit_except refuses PUT
--- request
PUT /methods
x
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
access forbidden by rule

=== limit_except refuses unknown methods
--- request
FOO /methods
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
access forbidden by rule

=== limit_except with auth_basic, its methods
--- request
POST /methods-auth
x
--- response_body
POST

=== limit_except with auth_basic, others
--- request
DELETE /methods-auth
--- error_code: 401
--- response_body_like: <title>401 Authorization Required</title>
--- response_headers
WWW-Authenticate: Basic realm="x"
--- error_log
no user/password was provided for basic authentication

=== limit_except with auth_basic, others with password
--- request
DELETE /methods-auth
--- more_headers
Authorization: Basic cGxhaW46c2VjcmV0
--- error_code: 405
--- response_body_like: <title>405 Not Allowed</title>

=== limit_except with allow
--- request
GET /methods-allow
--- error_code: 404
--- response_body_like: <title>404 Not Found</title>
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/html/methods-allow" failed (2: No such file or directory)

=== limit_except, its own method
--- request
PUT /methods-allow
x
--- response_body
PUT

=== deny the client
--- request
GET /deny-one
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
access forbidden by rule

=== deny others
--- request
GET /deny-other
--- response_body
in

=== allow before deny
--- request
GET /allow-first
--- response_body
in

=== deny before allow
--- request
GET /deny-first
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
access forbidden by rule

=== allow a network
--- request
GET /allow-net
--- response_body
in

=== allow all addresses
--- request
GET /allow-zero
--- response_body
in

=== allow IPv6 only
--- request
GET /allow-six
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
access forbidden by rule

=== deny IPv6 only
--- request
GET /deny-six
--- response_body
in

=== deny unix:
--- request
GET /deny-unix
--- response_body
in

=== rewrite comes before deny
--- request
GET /rewritten
--- response_body
open

=== return comes before deny
--- request
GET /returned
--- response_body
returned

=== auth_basic without realm
--- config
auth_basic;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "auth_basic" directive

=== auth_basic twice
--- config
auth_basic a; auth_basic b;
--- must_die
--- error_log
[emerg]
"auth_basic" directive is duplicate

=== auth_basic within if
--- config
location / { if ($args) { auth_basic x; } }
--- must_die
--- error_log
[emerg]
"auth_basic" directive is not allowed here

=== user file twice
--- config
auth_basic_user_file a; auth_basic_user_file b;
--- must_die
--- error_log
[emerg]
"auth_basic_user_file" directive is duplicate

=== bad address
--- config
allow 300.0.0.1;
--- must_die
--- error_log
[emerg]
invalid parameter "300.0.0.1"

=== bad mask
--- config
allow 10.0.0.0/33;
--- must_die
--- error_log
[emerg]
invalid parameter "10.0.0.0/33"

=== satisfy with another word
--- config
satisfy some;
--- must_die
--- error_log
[emerg]
invalid value "some"

=== limit_except of an unknown method
--- config
location / { limit_except FOO { deny all; } }
--- must_die
--- error_log
[emerg]
invalid method "FOO"

=== limit_except in a server
--- config
limit_except GET { deny all; }
--- must_die
--- error_log
[emerg]
"limit_except" directive is not allowed here

=== auth_delay of no time
--- config
auth_delay x;
--- must_die
--- error_log
[emerg]
"auth_delay" directive invalid value
