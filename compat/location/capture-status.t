What ngx.location.capture gives of answers that are a status and nothing else, and what the debug log says.

--- log_level: debug
--- config
error_page 404 /page;
location = /page { return 200 "error page\n"; }
location /show {
    content_by_lua_block {
        local res = ngx.location.capture(ngx.var.arg_of)
        local names = {}
        for name in pairs(res.header) do names[#names + 1] = name end
        table.sort(names)
        ngx.say(res.status, " [", res.body, "] ", res.truncated, " ", table.concat(names, ","))
    }
}
location /301 { return 301 /there; }
location /404 { return 404; }
location /overwritten { error_page 500 =200 /page; return 500; }
location /redirect { content_by_lua_block { ngx.redirect("/there") } }
location /rewritten { rewrite ^ http://other/ redirect; }
location /text { return 503 "text"; }
location /said { content_by_lua_block { ngx.status = 201 ngx.print("made") ngx.exit(201) } }
location /failing { return 200 "text"; body_filter_by_lua_block { return ngx.ERROR } }
location /filtered { header_filter_by_lua_block { ngx.header.X_Status = ngx.status } return 410; }
location /skipped {
    rewrite ^/skipped/(.*)$ /target/$1;
    rewrite_by_lua_block { ngx.exit(503) }
}
location /target { return 200 "target\n"; }
location /nap { content_by_lua_block { ngx.sleep(0.001) ngx.say("ok") } }
location /many {
    content_by_lua_block { local _, err = ngx.req.get_headers(2) ngx.say(err) }
}
location /outgoing {
    content_by_lua_block {
        ngx.header.A, ngx.header.B = 1, 2
        local _, err = ngx.resp.get_headers(2)
        ngx.say(err)
    }
}

=== redirect
--- request
GET /show?of=/301
--- response_body
301 [] true Content-Type,Location

=== error_page is not asked
--- request
GET /show?of=/404
--- response_body
404 [] true Content-Type

=== not even for another status
--- request
GET /show?of=/overwritten
--- response_body
500 [] true Content-Type

=== ngx.redirect
--- request
GET /show?of=/redirect
--- response_body
302 [] true Content-Type,Location

=== rewrite
--- request
GET /show?of=/rewritten
--- response_body
302 [] true Content-Type,Location

=== a text is kept
--- request
GET /show?of=/text
--- response_body
503 [text] false Content-Length,Content-Type

=== ngx.exit after output
--- request
GET /show?of=/said
--- response_body
201 [made] false Content-Type

=== header filters run
--- request
GET /show?of=/filtered
--- response_body
410 [] true Content-Type,X-Status

=== a failing body filter ends the main request too
--- request
GET /show?of=/failing
--- error_code: none
--- response_body

=== the subrequest in the debug log
--- request
GET /show?of=/404
--- ignore_response
--- error_log
lua http subrequest "/404?"

=== rewrite_by_lua steps aside when the URI has changed
--- request
GET /skipped/a
--- response_body
target

=== ngx.sleep in the debug log
--- request
GET /nap?x=1
--- response_body
ok
--- error_log
lua ready to sleep for 1 ms
lua sleep timer expired: "/nap?x=1"

=== too many request headers in the debug log
--- request
GET /many
--- more_headers
A: 1
B: 2
--- response_body
truncated
--- error_log
lua exceeding request header limit 4 > 2

=== too many response headers in the debug log
--- request
GET /outgoing
--- response_body
truncated
--- error_log
lua exceeding response header limit 3 > 2
