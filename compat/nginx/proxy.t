ngx_http_proxy_module: what is sent to the upstream, what comes back, and what is changed on the way.

--- http_config
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    location / { content_by_lua_block {
        ngx.req.read_body()
        local h = ngx.req.get_headers()
        ngx.say(ngx.var.request, "|", tostring(h.host == ngx.var.http_host), "|", tostring(h.connection), "|", tostring(h["x-own"]), "|", tostring(h["x-client"]), "|", tostring(h["content-length"]), "|", ngx.req.get_body_data() or ngx.req.get_body_file() and "file" or "-")
    } }
    location = /raw { content_by_lua_block { ngx.print(ngx.req.raw_header(true)) } }
    location /redirect { return 302 http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/there; }
    location /redirect-other { return 302 http://other/x; }
    location /refresh { add_header Refresh "3; url=http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/r"; return 200 "x"; }
    location /cookie { add_header Set-Cookie "a=b; Domain=.old.example; Path=/one/x"; return 200 "c\n"; }
    location /status/404 { return 404 "upstream 404\n"; }
    location /status/500 { return 500 "upstream 500\n"; }
    location /accel { add_header X-Accel-Redirect /inner; add_header X-Kept no; add_header Set-Cookie kept=1; return 200 "never\n"; }
    location /accel-type { default_type text/own; add_header X-Accel-Redirect /inner; return 200; }
    location /accel-named { add_header X-Accel-Redirect @inner; return 200 "never\n"; }
    location /headers { add_header X-Hide 1; add_header X-Pad p; add_header X-Accel-Expires 1; add_header X-Seen 2; return 200 "h\n"; }
    location /big { content_by_lua_block { for i = 1, 50 do ngx.print(("x"):rep(9999), "\n") end } }
    location /chunks { content_by_lua_block { ngx.print("a") ngx.flush(true) ngx.print("bc") ngx.flush(true) ngx.print("") ngx.say("d") } }
    location /charset { default_type "text/html; charset=koi8-r"; return 200 "c\n"; }
    location /close { content_by_lua_block { ngx.header["Content-Length"] = 100 ngx.print("short") ngx.flush(true) ngx.exit(444) } }
    location /slow { content_by_lua_block { ngx.sleep(2) ngx.say("late") } }
    location /not-modified { add_header ETag '"e"'; return 304; }
    location /huge-header { content_by_lua_block { ngx.header["X-Large"] = ("h"):rep(9000) ngx.say("x") } }
}
--- config
location / { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /to/ { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/other/; }
location /base { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/x?y=; }
location ~ ^/regex/(.*)$ { set $target $1; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/made/$target?q=1; }
location /rewritten { rewrite ^/rewritten/(.*)$ /new/$1?z=1 break; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /rewritten-uri/ { rewrite ^/rewritten-uri/(.*)$ /new/$1 break; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/dropped/; }
location /slash/ { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /set-header { proxy_set_header X-Own "$request_method-$arg_a"; proxy_set_header X-Client ""; proxy_set_header Connection keep; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /order { proxy_set_header X-One 1; proxy_set_header Host own; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/raw; }
location /v11 { proxy_http_version 1.1; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/raw; }
location /chunked/ { proxy_http_version 1.1; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /no-headers { proxy_pass_request_headers off; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/raw; }
location /no-body { proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /set-body { proxy_set_body "[$request_body]"; proxy_method PUT; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /file-body { client_body_buffer_size 1k; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /unbuffered { proxy_request_buffering off; proxy_http_version 1.1; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /redirect-off { proxy_redirect off; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/redirect; }
location /redirect-own { proxy_redirect http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/ http://front/; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/redirect; }
location /redirect-regex { proxy_redirect ~^http://[^/]+/(.*)$ /re/$1; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/redirect; }
location /redirect-default/ { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /cookie { proxy_cookie_domain old.example new.example; proxy_cookie_path /one/ /two/; proxy_cookie_flags a secure httponly samesite=lax; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /intercepted/ { proxy_intercept_errors on; error_page 404 =200 /inner; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/status/; }
location = /inner { internal; add_header X-Upstream "$upstream_status"; return 200 "inner\n"; }
location @inner { return 200 "named\n"; }
location /ignored/ { proxy_ignore_headers X-Accel-Redirect; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /headers { proxy_hide_header X-Hide; proxy_pass_header X-Pad; proxy_pass_header Server; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /unbuffered-response/ { proxy_buffering off; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /timeout { proxy_read_timeout 60ms; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/slow; }
location /refused { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_2/x?y; }
location /no-socket { proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/none.sock:/u; }
location /resolve { set $name nowhere.example; proxy_pass http://$name; }
location /bad-url { set $name nowhere.example; proxy_pass $name; }
location /if { if ($arg_a) { add_header X-If 1; } proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /limited { limit_except GET { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; } return 200 "own\n"; }
location /variables { add_header X-Host $proxy_host; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; header_filter_by_lua_block { local v = ngx.var ngx.header["X-Vars"] = table.concat({ v.upstream_addr:gsub("%d+$", "P"), v.upstream_status, tostring(v.upstream_http_content_type) }, "|") } }
location /capture { content_by_lua_block { local res = ngx.location.capture("/to/sub", { method = ngx.HTTP_POST, body = "B" }) ngx.print(res.status, " ", res.header["Content-Type"], " ", res.body) } }
location /forwarded { proxy_set_header X-Own $proxy_add_x_forwarded_for; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /limited-rate { proxy_limit_rate 180k; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/big; log_by_lua_block { ngx.log(ngx.WARN, "took long: ", tonumber(ngx.var.upstream_response_time) >= 0.9) } }
location /stored/ { root store; proxy_store on; proxy_store_access user:rw group:r; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /stored-read { content_by_lua_block { local file = io.open("$TEST_NGINX_SERVER_ROOT/store/stored/charset") ngx.say(file and file:read("*a"):gsub("%s", "") or "none") } }
location /ranged/ { proxy_force_ranges on; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /typed { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/accel-type; }
location /filtered/ { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; header_filter_by_lua_block { ngx.header.content_length = nil } body_filter_by_lua_block { ngx.arg[1] = ngx.arg[1]:upper() } }

=== as it came
--- request
GET /a%20b/../c?d=%20e
--- response_body
GET /a%20b/../c?d=%20e HTTP/1.0|true|close|nil|nil|nil|-

=== the location's name is replaced
--- request
GET /to/a%20b?x
--- response_body
GET /other/a%20b?x HTTP/1.0|true|close|nil|nil|nil|-

=== a URI part with arguments
--- request
GET /base/z?k
--- response_body
GET /x?y=/z?k HTTP/1.0|true|close|nil|nil|nil|-

=== variables in the URL
--- request
GET /regex/a/b?dropped
--- response_body
GET /made/a/b?q=1 HTTP/1.0|true|close|nil|nil|nil|-

=== rewrite break
--- request
GET /rewritten/a%23b
--- response_body
GET /new/a%23b?z=1 HTTP/1.0|true|close|nil|nil|nil|-

=== rewrite break where the URL has a path
--- request
GET /rewritten-uri/a
--- response_body
GET /new/a HTTP/1.0|true|close|nil|nil|nil|-

=== a missing slash
--- request
GET /slash
--- error_code: 301
--- response_headers_like
Location: http://localhost:\d+/slash/

=== set headers
--- request
GET /set-header?a=v
--- more_headers
X-Client: mine
X-Own: theirs
--- response_body
GET /set-header?a=v HTTP/1.0|true|keep|GET-v|nil|nil|-

=== the order of headers
--- request
GET /order
--- more_headers
X-A: 1
x-b:  2
Keep-Alive: 5
TE: trailers
Upgrade: x
X-One: dropped
--- response_body_like
\AX-One: 1\r\nHost: own\r\nConnection: close\r\nX-A: 1\r\nx-b: 2\r\n\r\n\Z

=== HTTP/1.1
--- request
GET /v11
--- response_body_like
\AHost: 127\.0\.0\.1:\d+\r\nConnection: close\r\n\r\n\Z

=== without the client's headers
--- request
GET /no-headers
--- more_headers
X-A: 1
--- response_body_like
\AHost: 127\.0\.0\.1:\d+\r\nConnection: close\r\n\r\n\Z

=== a body
--- request
POST /post
hello
--- response_body
POST /post HTTP/1.0|true|close|nil|nil|5|hello

=== a chunked body
--- raw_request escaped
POST /post HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n
--- response_body
POST /post HTTP/1.0|true|close|nil|nil|5|abcde

=== no body is passed
--- request
POST /no-body
hello
--- response_body
POST /no-body HTTP/1.0|true|close|nil|nil|nil|-

=== another body and method
--- request
POST /set-body
hello
--- response_body
PUT /set-body HTTP/1.0|true|close|nil|nil|7|[hello]

=== a body in a file
--- raw_request escaped
POST /file-body HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4000\r\n\r\n\{y*4000}
--- response_body_like
\APOST /file-body HTTP/1\.0\|true\|close\|nil\|nil\|4000\|y{4000}\n\Z

=== an unbuffered body
--- raw_request escaped
POST /unbuffered HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc\{pause 30}def
--- response_body
POST /unbuffered HTTP/1.1|true|close|nil|nil|6|abcdef

=== an unbuffered chunked body
--- raw_request escaped
POST /unbuffered HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n\{pause 30}2\r\nde\r\n0\r\n\r\n
--- response_body
POST /unbuffered HTTP/1.1|true|close|nil|nil|nil|abcde

=== Location of the upstream becomes ours
--- request
GET /redirect
--- error_code: 302
--- response_headers_like
Location: http://localhost:\d+/there

=== another's Location stays
--- request
GET /redirect-other
--- error_code: 302
--- response_headers
Location: http://other/x

=== proxy_redirect off
--- request
GET /redirect-off
--- error_code: 302
--- response_headers_like
Location: http://127\.0\.0\.1:\d+/there

=== proxy_redirect
--- request
GET /redirect-own
--- error_code: 302
--- response_headers
Location: http://front/there

=== proxy_redirect with a regular expression
--- request
GET /redirect-regex
--- error_code: 302
--- response_headers_like
Location: http://localhost:\d+/re/there

=== proxy_redirect default with a path
--- request
GET /redirect-default/redirect
--- error_code: 302
--- response_headers_like
Location: http://localhost:\d+/redirect-default/there

=== Refresh
--- request
GET /refresh
--- response_headers
Refresh: 3; url=/r

=== cookies
--- request
GET /cookie
--- response_headers
Set-Cookie: a=b; Domain=.new.example; Path=/two/x; Secure; HttpOnly; SameSite=Lax

=== an error of the upstream passes
--- request
GET /status/404
--- error_code: 404
--- response_body
upstream 404

=== an error of the upstream is intercepted
--- request
GET /intercepted/404
--- response_headers
X-Upstream: 404
--- response_body
inner

=== only those with a page are
--- request
GET /intercepted/500
--- error_code: 500
--- response_body
upstream 500

=== X-Accel-Redirect
--- request
GET /accel
--- response_headers
Set-Cookie: kept=1
!X-Kept
!X-Accel-Redirect
--- response_body
inner

=== X-Accel-Redirect to a named location
--- request
GET /accel-named
--- response_body
named

=== X-Accel-Redirect is ignored
--- request
GET /ignored/accel
--- response_headers
X-Kept: no
!X-Accel-Redirect
--- response_body
never

=== headers that are hidden or passed
--- request
GET /headers
--- response_headers
!X-Hide
X-Pad: p
!X-Accel-Expires
X-Seen: 2
Server: nginx/1.22.1

=== a large response
--- request
GET /big
--- response_body_like
\A(x{9999}\n){50}\Z

=== a large response, unbuffered
--- request
GET /unbuffered-response/big
--- response_body_like
\A(x{9999}\n){50}\Z

=== chunks
--- request
GET /chunked/chunks
--- response_headers
Transfer-Encoding: chunked
!Content-Length
--- response_body
abcd

=== a charset
--- request
GET /charset
--- response_headers
Content-Type: text/html; charset=koi8-r

=== HEAD
--- request
HEAD /big
--- response_body
--- response_headers
!Content-Length

=== 304
--- request
GET /not-modified
--- error_code: 304
--- response_headers
ETag: "e"

=== the upstream closes too early
--- request
GET /close
--- truncated
--- error_log
upstream prematurely closed connection while reading upstream, client: 127.0.0.1

=== the upstream is too slow
--- request
GET /timeout
--- error_code: 504
--- error_log
upstream timed out (110: Connection timed out) while reading response header from upstream, client: 127.0.0.1, server: localhost, request: "GET /timeout HTTP/1.1", upstream: "http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/slow", host: "localhost"

=== nobody listens
--- request
GET /refused
--- error_code: 502
--- error_log
connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: localhost, request: "GET /refused HTTP/1.1", upstream: "http://127.0.0.1:$TEST_NGINX_RAND_PORT_2/x?y", host: "localhost"

=== no socket
--- request
GET /no-socket
--- error_code: 502
--- error_log
connect() to unix:$TEST_NGINX_SERVER_ROOT/none.sock failed (2: No such file or directory) while connecting to upstream
upstream: "http://unix:$TEST_NGINX_SERVER_ROOT/none.sock:/u"

=== no resolver
--- request
GET /resolve
--- error_code: 502
--- error_log
no resolver defined to resolve nowhere.example

=== a URL without a scheme
--- request
GET /bad-url
--- error_code: 500
--- error_log
invalid URL prefix in "nowhere.example"

=== the header is too large
--- request
GET /huge-header
--- error_code: 502
--- error_log
upstream sent too big header while reading response header from upstream

=== in an if block
--- request
GET /if?a=1
--- response_headers
X-If: 1
--- response_body
GET /if?a=1 HTTP/1.0|true|close|nil|nil|nil|-

=== in limit_except
--- request
POST /limited
x
--- response_body
POST /limited HTTP/1.0|true|close|nil|nil|1|x

=== variables
--- request
GET /variables
--- response_headers
X-Vars: 127.0.0.1:P|200|text/plain
X-Host: 127.0.0.1:$TEST_NGINX_RAND_PORT_1

=== a capture through a proxy
--- request
GET /capture
--- response_body
200 text/plain POST /other/sub HTTP/1.0|true|close|nil|nil|1|B

=== $proxy_add_x_forwarded_for
--- request
GET /forwarded
--- more_headers
X-Forwarded-For: 10.0.0.1
--- response_body
GET /forwarded HTTP/1.0|true|close|10.0.0.1, 127.0.0.1|nil|nil|-

=== filters see the upstream's response
--- request
GET /filtered/status/404
--- error_code: 404
--- response_body
UPSTREAM 404

=== a response is stored
--- request
GET /stored/charset
--- response_body
c

=== then: in its file
--- request
GET /stored-read
--- response_body
c

=== ranges are made of what has none
--- request
GET /ranged/big
--- more_headers
Range: bytes=1-3
--- error_code: 206
--- response_body chomp
xxx

=== X-Accel-Redirect keeps the type
--- request
GET /typed
--- response_headers
Content-Type: text/own
--- response_body
inner

=== the response comes no faster than it may
--- request
GET /limited-rate
--- response_body_like
\A(x{9999}\n){50}\Z
--- error_log
took long: true

=== an address that is not ours
--- config
location = /bound { proxy_bind 192.0.2.1; proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/elsewhere; }
--- request
GET /bound
--- error_code: 500
--- error_log
[crit]
bind(192.0.2.1) failed (99: Cannot assign requested address) while connecting to upstream, client: 127.0.0.1
