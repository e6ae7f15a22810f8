ngx.exit, ngx.redirect, ngx.exec and return in each phase.

--- config
location /content-200 { content_by_lua_block { ngx.say("out") ngx.exit(200) ngx.say("never") } }
location /content-404 { content_by_lua_block { ngx.exit(404) ngx.log(ngx.ERR, "never") } }
location /content-ok { content_by_lua_block { ngx.say("out") ngx.exit(ngx.OK) ngx.say("never") } }
location /content-204 { content_by_lua_block { ngx.exit(204) } }
location /content-error { content_by_lua_block { ngx.exit(ngx.ERROR) } }
location /content-444 { content_by_lua_block { ngx.exit(444) } }
location /content-499 { content_by_lua_block { ngx.exit(499) } }
location /content-408 { content_by_lua_block { ngx.exit(408) } }
location /content-302 { content_by_lua_block { ngx.header.location = "/x" ngx.exit(302) } }
location /content-304 { content_by_lua_block { ngx.exit(304) } }
location /content-503 { content_by_lua_block { ngx.exit(503) } }
location /content-599 { content_by_lua_block { ngx.exit(599) } }
location /content-201 { content_by_lua_block { ngx.status = 201 ngx.header.a = "b" ngx.exit(201) } }
location /content-600 { content_by_lua_block { ngx.say(pcall(ngx.exit, "x")) } }
location /rewrite-ok { rewrite_by_lua_block { ngx.exit(ngx.OK) } content_by_lua_block { ngx.say("content") } }
location /rewrite-403 { rewrite_by_lua_block { ngx.exit(403) } content_by_lua_block { ngx.say("content") } }
location /rewrite-200 { rewrite_by_lua_block { ngx.exit(200) } content_by_lua_block { ngx.say("content") } }
location /access-ok { access_by_lua_block { ngx.exit(ngx.OK) } content_by_lua_block { ngx.say("content") } }
location /access-401 { access_by_lua_block { ngx.header.www_authenticate = "Basic" ngx.exit(401) } content_by_lua_block { ngx.say("c") } }
location /access-return { access_by_lua_block { return 403 } content_by_lua_block { ngx.say("content") } }
location /any-ok { satisfy any; deny all; access_by_lua_block { ngx.exit(ngx.OK) } content_by_lua_block { ngx.say("in") } }
location /any-declined { satisfy any; deny all; access_by_lua_block { ngx.exit(ngx.DECLINED) } content_by_lua_block { ngx.say("in") } }
location /all-deny { deny all; access_by_lua_block { ngx.exit(ngx.OK) } content_by_lua_block { ngx.say("in") } }
location /filter { content_by_lua_block { ngx.say("x") } header_filter_by_lua_block { ngx.exit(503) } }
location /status-kept { content_by_lua_block { ngx.status = 410 ngx.say("gone") ngx.exit(200) } }
location /status-late { content_by_lua_block { ngx.status = 410 ngx.say("gone") ngx.exit(404) } }
location /status-empty { content_by_lua_block { ngx.status = 410 ngx.exit(200) } }
location /in-function { content_by_lua_block {
    local function inner() ngx.exit(418) end
    inner()
    ngx.say("never")
} }
location /in-pcall { content_by_lua_block { pcall(ngx.exit, 405) ngx.say("never") } }
location /in-coroutine { content_by_lua_block {
    local co = coroutine.create(function() ngx.exit(406) end)
    coroutine.resume(co)
    ngx.say("never")
} }
location /page { error_page 404 /404.html; content_by_lua_block { ngx.exit(404) } }
location /page-status { error_page 404 /404.html; content_by_lua_block { ngx.status = 404 ngx.say("own body") } }
location = /404.html { internal; content_by_lua_block { ngx.say("page of ", ngx.var.uri, " ", ngx.status, " ", ngx.var.request_uri) } }
location /redirect { content_by_lua_block { ngx.redirect("/to?a=1") ngx.say("never") } }
location /redirect-301 { rewrite_by_lua_block { ngx.redirect("http://other/x", 301) } }
location /redirect-307 { access_by_lua_block { return ngx.redirect("/y", ngx.HTTP_TEMPORARY_REDIRECT) } }
location /redirect-bad { content_by_lua_block { ngx.say(pcall(ngx.redirect, "/x", 200)) } }
location /redirect-late { content_by_lua_block { ngx.say("x") ngx.flush(true) local ok, err = pcall(ngx.redirect, "/y") ngx.say(err) } }
location /exec { content_by_lua_block { ngx.exec("/target", "a=1&b=2") } }
location /exec-query { content_by_lua_block { ngx.exec("/target?q=1") } }
location /exec-table { content_by_lua_block { ngx.exec("/target", { a = "x y" }) } }
location /exec-named { content_by_lua_block { ngx.ctx.a = 1 ngx.exec("@named") } }
location /exec-rewrite { rewrite_by_lua_block { ngx.exec("/target") } }
location /exec-loop { content_by_lua_block { ngx.exec("/exec-loop") } }
location /exec-late { content_by_lua_block { ngx.say("x") ngx.flush(true) local ok, err = pcall(ngx.exec, "/y") ngx.say(err) } }
location /target { content_by_lua_block {
    ngx.say(ngx.var.uri, " ", ngx.var.args, " ", ngx.var.request_uri, " ", ngx.req.is_internal(), " ", ngx.ctx.a)
} }
location @named { content_by_lua_block { ngx.say("named ", ngx.var.uri, " ", ngx.var.args, " ", tostring(ngx.ctx.a)) } }
location /none { return 444; }

=== content: 200 after output
--- request
GET /content-200
--- response_body
out

=== content: 404
--- request
GET /content-404
--- error_code: 404
--- response_body_like: ^<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n$
--- response_headers
Content-Type: text/html
Content-Length: 153

=== content: OK ends the handler
--- request
GET /content-ok
--- response_body
out

=== content: 204
--- request
GET /content-204
--- error_code: 204
--- response_body:
--- response_headers
!Content-Type
!Content-Length
!Transfer-Encoding

=== content: ERROR closes the connection
--- request
GET /content-error
--- error_code: none

=== content: 444
--- request
GET /content-444
--- error_code: none

=== content: 499
--- request
GET /content-499
--- error_code: none

=== content: 408
--- request
GET /content-408
--- error_code: none

=== content: 302 with a location
--- request
GET /content-302
--- error_code: 302
--- response_headers
Location: /x
Content-Length: 145

=== content: 304
--- request
GET /content-304
--- error_code: 304
--- response_body:
--- response_headers
Content-Length: 0
!Content-Type
!Transfer-Encoding

=== content: 503
--- request
GET /content-503
--- error_code: 503
--- response_body_like: <title>503 Service Temporarily Unavailable</title>

=== content: a status without a page
--- request
GET /content-599
--- error_code: 599
--- response_body:

=== content: 201 without output
--- request
GET /content-201
--- error_code: 201
--- response_body:
--- response_headers
a: b

=== exit with a wrong argument
--- request
GET /content-600
--- response_body_like: ^false.*bad argument

=== rewrite: OK goes on
--- request
GET /rewrite-ok
--- response_body
content

=== rewrite: 403
--- request
GET /rewrite-403
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>

=== rewrite: 200 ends the request
--- request
GET /rewrite-200
--- response_body:

=== access: OK goes on
--- request
GET /access-ok
--- response_body
content

=== access: 401
--- request
GET /access-401
--- error_code: 401
--- response_headers
WWW-Authenticate: Basic
--- response_body_like: <title>401 Authorization Required</title>

=== access: a returned value means nothing
--- request
GET /access-return
--- response_body
content

=== satisfy any: OK lets in
--- request
GET /any-ok
--- response_body
in

=== satisfy any: DECLINED leaves it to the others
--- request
GET /any-declined
--- error_code: 403
--- error_log
[error]
access forbidden by rule, client: 127.0.0.1

=== satisfy all: deny wins
--- request
GET /all-deny
--- error_code: 403
--- error_log
access forbidden by rule

=== header filter: 503
--- request
GET /filter
--- error_code: 503
--- response_body_like: <title>503 Service Temporarily Unavailable</title>

=== a status that was set stays with exit 200
--- request
GET /status-kept
--- error_code: 410
--- response_body
gone

=== another status after output
--- request
GET /status-late
--- error_code: 410
--- response_body
gone
--- error_log
[error]
attempt to set status 404 via ngx.exit after sending out the response status 410

=== a status that was set, without output
--- request
GET /status-empty
--- error_code: 410
--- response_body:

=== exit inside a function
--- request
GET /in-function
--- error_code: 418
--- response_body:

=== exit inside pcall
--- request
GET /in-pcall
--- error_code: 405

=== exit inside a coroutine
--- request
GET /in-coroutine
--- error_code: 406

=== error_page of an exit status
--- request
GET /page
--- error_code: 404
--- response_body
page of /404.html 404 /page

=== no error_page for a status that was only set
--- request
GET /page-status
--- error_code: 404
--- response_body
own body

=== redirect
--- request
GET /redirect
--- error_code: 302
--- response_headers
Location: /to?a=1
Content-Type: text/html
--- response_body_like: <title>302 Found</title>

=== redirect 301 to another host
--- request
GET /redirect-301
--- error_code: 301
--- response_headers
Location: http://other/x

=== redirect 307 in access
--- request
GET /redirect-307
--- error_code: 307
--- response_headers
Location: /y

=== redirect with a wrong status
--- request
GET /redirect-bad
--- response_body
falseonly ngx.HTTP_MOVED_TEMPORARILY, ngx.HTTP_MOVED_PERMANENTLY, ngx.HTTP_PERMANENT_REDIRECT, ngx.HTTP_SEE_OTHER, and ngx.HTTP_TEMPORARY_REDIRECT are allowed

=== redirect after the head was sent
--- request
GET /redirect-late
--- response_body
x
attempt to call ngx.redirect after sending out the headers

=== exec
--- request
GET /exec?z=0
--- response_body
/target a=1&b=2 /exec?z=0 true nil

=== exec with a query in the URI
--- request
GET /exec-query?z=0
--- response_body
/target q=1 /exec-query?z=0 true nil

=== exec with a table of arguments
--- request
GET /exec-table
--- response_body
/target a=x%20y /exec-table true nil

=== exec of a named location
--- request
GET /exec-named?k=v
--- response_body
named /exec-named k=v nil

=== exec in rewrite
--- request
GET /exec-rewrite
--- response_body
/target nil /exec-rewrite true nil

=== exec in a cycle
--- request
GET /exec-loop
--- error_code: 500
--- error_log
rewrite or internal redirection cycle while internally redirecting to "/exec-loop"

=== exec after the head was sent
--- request
GET /exec-late
--- response_body
x
attempt to call ngx.exec after sending out response headers

=== return 444
--- request
GET /none
--- error_code: none
