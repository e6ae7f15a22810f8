Ways out of a handler.

--- include: run.inc
--- config
location /exit-ok { rewrite_by_lua_block { ngx.exit(ngx.OK) } content_by_lua_block { ngx.say("content") } }
location /exit-declined { access_by_lua_block { ngx.exit(ngx.DECLINED) } content_by_lua_block { ngx.say("content") } }
location /exit-status { content_by_lua_block { ngx.exit(tonumber(ngx.var.arg_s)) } }
location /exit-error { content_by_lua_block { ngx.exit(ngx.ERROR) } }
location /exit-close { content_by_lua_block { ngx.exit(ngx.HTTP_CLOSE) } }
location /exit-body { content_by_lua_block { ngx.status = 410 ngx.say("gone") ngx.exit(ngx.OK) } }
location /exit-after { content_by_lua_block { ngx.say("said") ngx.exit(404) } }
location /exit-filter { content_by_lua_block { ngx.say("x") } header_filter_by_lua_block { ngx.exit(501) } }
location /exit-thread { content_by_lua_block { ngx.thread.spawn(function() ngx.exit(403) end) ngx.say("not reached") } }
location /exec { content_by_lua_block { ngx.exec(ngx.var.arg_to) } }
location /exec-args { content_by_lua_block { ngx.exec("/target?a=1", "b=2") } }
location /exec-table { content_by_lua_block { ngx.exec("/target", {b = "x y"}) } }
location /exec-named { content_by_lua_block { ngx.ctx.a = 1 ngx.exec("@named") } }
location /exec-named-args { content_by_lua_block { ngx.exec("@named", "a=1") } }
location /exec-missing { content_by_lua_block { ngx.exec("@missing") } }
location /exec-access { access_by_lua_block { ngx.exec("/target") } }
location /exec-late { content_by_lua_block { ngx.send_headers() err(function() ngx.exec("/target") end) } }
location @named { content_by_lua_block { ngx.say("named ", ngx.var.uri, " ", ngx.var.args, " ", ngx.ctx.a) } }
location /target { content_by_lua_block { ngx.say(ngx.var.uri, " ", ngx.var.args, " ", ngx.var.request_uri) } }
location /redirect { content_by_lua_block { ngx.redirect(ngx.var.arg_to or "/there", tonumber(ngx.var.arg_s) or 302) } }
location /redirect-default { rewrite_by_lua_block { ngx.redirect("http://example.com/a?b") } }
location /redirect-late { content_by_lua_block { ngx.say("x") err(function() ngx.redirect("/there") end) } }
location /redirect-cookie { content_by_lua_block { ngx.header.set_cookie = "a=1" ngx.redirect("/there") } }
location /on-abort-off { content_by_lua_block { show(ngx.on_abort(function() end)) } }
location /on-abort { lua_check_client_abort on; content_by_lua_block {
    show(ngx.on_abort(function() end))
    show(ngx.on_abort(function() end))
    err(function() ngx.on_abort() end)
} }
location /on-abort-wrong { lua_check_client_abort on; content_by_lua_block { bare(function() ngx.on_abort("x") end) } }
location /aborted { lua_check_client_abort on; content_by_lua_block {
    ngx.on_abort(function() ngx.log(ngx.WARN, "client went away") ngx.exit(499) end)
    ngx.sleep(2)
} }
location /phase { set_by_lua_block $set { return ngx.get_phase() } rewrite_by_lua_block { ngx.ctx.t = {ngx.var.set, ngx.get_phase()} }
    access_by_lua_block { table.insert(ngx.ctx.t, ngx.get_phase()) }
    content_by_lua_block { table.insert(ngx.ctx.t, ngx.get_phase()) ngx.say(table.concat(ngx.ctx.t, " ")) }
    header_filter_by_lua_block { ngx.header.x_phase = ngx.get_phase() }
    body_filter_by_lua_block { ngx.ctx.body = ngx.get_phase() }
    log_by_lua_block { ngx.log(ngx.WARN, ngx.ctx.body, " ", ngx.get_phase()) } }
location /timer { content_by_lua_block {
    ngx.timer.at(0, function() ngx.log(ngx.WARN, "phase in a timer: ", ngx.get_phase()) end)
    ngx.say("ok")
} }
location /raw-phase { set $x ""; set_by_lua_block $x { return ngx.get_raw_phase(require "resty.core.base".get_request()) }
    rewrite_by_lua_block { ngx.ctx.t = {ngx.var.x, ngx.get_raw_phase(require "resty.core.base".get_request())} }
    access_by_lua_block { table.insert(ngx.ctx.t, ngx.get_raw_phase(require "resty.core.base".get_request())) }
    content_by_lua_block { table.insert(ngx.ctx.t, ngx.get_raw_phase(require "resty.core.base".get_request())) ngx.say(table.concat(ngx.ctx.t, " ")) } }
location /phase-ctx { content_by_lua_block { show((ngx._phase_ctx())) } }
location /declined { satisfy any; deny all; access_by_lua_block { ngx.exit(ngx.DECLINED) } content_by_lua_block { ngx.say("content") } }
location /allowed { satisfy any; deny all; access_by_lua_block { ngx.exit(ngx.OK) } content_by_lua_block { ngx.say("content") } }

=== exit(OK) in rewrite: the next phase
--- request
GET /exit-ok
--- response_body
content

=== exit(DECLINED) in access: the next phase
--- request
GET /exit-declined
--- response_body
content

=== exit(DECLINED) with satisfy any
--- request
GET /declined
--- error_log: access forbidden by rule
--- error_code: 403
--- response_body escaped
<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n

=== exit(OK) with satisfy any
--- request
GET /allowed
--- response_body
content

=== exit(404)
--- request
GET /exit-status?s=404
--- error_code: 404
--- response_body escaped
<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n

=== exit(200) without a body
--- request
GET /exit-status?s=200
--- response_body:
--- response_headers
!Content-Length
Content-Type: text/plain
Transfer-Encoding: chunked

=== exit(204)
--- request
GET /exit-status?s=204
--- error_code: 204
--- response_body:

=== exit(301) without a Location
--- request
GET /exit-status?s=301
--- error_code: 301
--- response_body escaped
<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>\r\n<center><h1>301 Moved Permanently</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n

=== exit(503)
--- request
GET /exit-status?s=503
--- error_code: 503
--- response_body escaped
<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n

=== exit(599): an unknown status
--- request
GET /exit-status?s=599
--- error_code: 599
--- response_body:

=== exit(499)
--- request
GET /exit-status?s=499
--- error_code: none

=== exit(408)
--- request
GET /exit-status?s=408
--- error_code: none
--- response_body:

=== exit(ERROR)
--- request
GET /exit-error
--- error_code: none
--- response_body:

=== exit(444)
--- request
GET /exit-close
--- error_code: none

=== exit after a status and a body
--- request
GET /exit-body
--- error_code: 410
--- response_body
gone

=== exit after the header was sent
--- request
GET /exit-after
--- error_log: attempt to set status 404 via ngx.exit after sending out the response status 200
--- response_body
said

=== exit in a header filter
--- request
GET /exit-filter
--- error_code: 501
--- response_body escaped
<html>\r\n<head><title>501 Not Implemented</title></head>\r\n<body>\r\n<center><h1>501 Not Implemented</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n

=== exit in a thread ends all
--- request
GET /exit-thread
--- error_code: 403
--- response_body escaped
<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n

=== exec: a URI
--- request
GET /exec?to=/target
--- response_body
/target nil /exec?to=/target

=== exec: arguments of the URI
--- request
GET /exec?to=/target?x=1
--- response_body
/target x=1 /exec?to=/target?x=1

=== exec: arguments apart
--- request
GET /exec-args?old=1
--- response_body
/target a=1&b=2 /exec-args?old=1

=== exec: a table of arguments
--- request
GET /exec-table
--- response_body
/target b=x%20y /exec-table

=== exec: a named location
--- request
GET /exec-named?x=1
--- response_body
named /exec-named x=1 nil

=== exec: a named location takes no arguments
--- request
GET /exec-named-args?x=1
--- error_log: query strings a=1 ignored when exec'ing named location @named
--- response_body
named /exec-named-args x=1 nil

=== exec: a named location that is not there
--- request
GET /exec-missing
--- error_log: could not find named location "@missing"
--- error_code: 500
--- response_body escaped
<html>\r\n<head><title>500 Internal Server Error</title></head>\r\n<body>\r\n<center><h1>500 Internal Server Error</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n

=== exec: in the access phase
--- request
GET /exec-access
--- response_body
/target nil /exec-access

=== exec: after the header was sent
--- request
GET /exec-late
--- response_body
content_by_lua(nginx.conf:67):1: attempt to call ngx.exec after sending out response headers

=== exec: no such location
--- request
GET /exec?to=/none
--- error_log: No such file or directory
--- error_code: 404
--- response_body escaped
<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n

=== redirect
--- request
GET /redirect
--- error_code: 302
--- response_body escaped
<html>\r\n<head><title>302 Found</title></head>\r\n<body>\r\n<center><h1>302 Found</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n
--- response_headers
Location: /there

=== redirect: 301, 303, 307, 308
--- pipelined_requests
GET /redirect?s=301
GET /redirect?s=303
GET /redirect?s=307
GET /redirect?s=308
--- error_code: 301 303 307 308
--- response_body escaped
<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>\r\n<center><h1>301 Moved Permanently</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n<html>\r\n<head><title>303 See Other</title></head>\r\n<body>\r\n<center><h1>303 See Other</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n<html>\r\n<head><title>307 Temporary Redirect</title></head>\r\n<body>\r\n<center><h1>307 Temporary Redirect</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n<html>\r\n<head><title>308 Permanent Redirect</title></head>\r\n<body>\r\n<center><h1>308 Permanent Redirect</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n
--- response_headers
Location: /there

=== redirect: absolute, 302 by default
--- request
GET /redirect-default
--- error_code: 302
--- response_body escaped
<html>\r\n<head><title>302 Found</title></head>\r\n<body>\r\n<center><h1>302 Found</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n
--- response_headers
Location: http://example.com/a?b

=== redirect: after the header was sent
--- request
GET /redirect-late
--- response_body
x
content_by_lua(nginx.conf:72):1: attempt to call ngx.redirect after sending out the headers

=== redirect keeps headers
--- request
GET /redirect-cookie
--- error_code: 302
--- response_body escaped
<html>\r\n<head><title>302 Found</title></head>\r\n<body>\r\n<center><h1>302 Found</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n
--- response_headers
Location: /there
Set-Cookie: a=1

=== on_abort: lua_check_client_abort is off
--- request
GET /on-abort-off
--- response_body
nil "lua_check_client_abort is off"

=== on_abort: once
--- request
GET /on-abort
--- response_body
1
nil "duplicate call"
no error

=== on_abort: no function
--- request
GET /on-abort-wrong
--- response_body
content_by_lua(nginx.conf:80):1: bad argument #1 to 'on_abort' (Lua function expected)

=== on_abort: runs when the client leaves
--- request
GET /aborted
--- abort: 20
--- error_log: client went away
--- ignore_response

=== get_phase
--- request
GET /phase
--- error_log: body_filter log
--- response_body
set rewrite access content
--- response_headers
X-Phase: header_filter

=== get_phase: a timer
--- request
GET /timer
--- error_log: phase in a timer: timer
--- response_body
ok

=== get_raw_phase
--- request
GET /raw-phase
--- response_body
1 2 4 8

=== _phase_ctx
--- request
GET /phase-ctx
--- oracle: ngx._phase_ctx takes a pointer there
--- response_body
8

=== PRELUDE
--- include: run.inc

=== exit: wrong arguments
--- request
POST /run
bare(function() ngx.exit("x") end)
bare(function() ngx.exit(nil) end)
bare(function() ngx.exit(ngx.AGAIN) end)
bare(function() ngx.exit(ngx.DONE) end)
--- response_body
bad argument #2 to 'ngx_lua_ffi_exit' (cannot convert 'string' to 'int')
bad argument #2 to 'ngx_lua_ffi_exit' (cannot convert 'nil' to 'int')
bad argument to 'ngx.exit': does not accept NGX_AGAIN or NGX_DONE
bad argument to 'ngx.exit': does not accept NGX_AGAIN or NGX_DONE

=== exec: wrong arguments
--- request
POST /run
bare(function() ngx.exec() end)
bare(function() ngx.exec(nil) end)
bare(function() ngx.exec("") end)
bare(function() ngx.exec("/a", "b", "c") end)
bare(function() ngx.exec("/a", true) end)
--- response_body
expecting one or two arguments, but got 0
bad argument #1 to 'exec' (string expected, got nil)
The uri argument is empty
expecting one or two arguments, but got 3
bad argument #2 to 'exec' (string, number, or table expected, but got boolean)

=== exec: an unsafe URI
--- request
POST /run
bare(function() ngx.exec("/../x") end)
--- error_log: unsafe URI
--- response_body
unsafe uri

=== redirect: wrong arguments
--- request
POST /run
bare(function() ngx.redirect() end)
bare(function() ngx.redirect(nil) end)
bare(function() ngx.redirect("/a", 200) end)
bare(function() ngx.redirect("/a", "x") end)
bare(function() ngx.redirect("/a", 302, 1) end)
--- response_body
expecting one or two arguments
bad argument #1 to 'redirect' (string expected, got nil)
only ngx.HTTP_MOVED_TEMPORARILY, ngx.HTTP_MOVED_PERMANENTLY, ngx.HTTP_PERMANENT_REDIRECT, ngx.HTTP_SEE_OTHER, and ngx.HTTP_TEMPORARY_REDIRECT are allowed
bad argument #2 to 'redirect' (number expected, got string)
expecting one or two arguments

=== redirect: unsafe bytes
--- request
POST /run
bare(function() ngx.redirect("/a\r\nX: 1") end)
bare(function() ngx.redirect("/a\0") end)
--- response_body
unsafe byte "0x0d" in redirect uri "/a\x0D\x0AX: 1"
attempt to call ngx.redirect after sending out the headers

=== get_phase
--- request
POST /run
show(ngx.get_phase())
--- response_body
"content"
--- response_headers
!X-Phase

=== get_raw_phase: no request
--- request
POST /run
bare(function() ngx.get_raw_phase(nil) end)
--- oracle: raises otherwise there
--- response_body
bad request: nil
