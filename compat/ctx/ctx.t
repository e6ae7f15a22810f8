ngx.ctx.

--- config
location /phases {
    set_by_lua_block $x { ngx.ctx.set = "set" return 1 }
    rewrite_by_lua_block { ngx.ctx.rewrite = ngx.ctx.set .. " rewrite" }
    access_by_lua_block { ngx.ctx.access = ngx.ctx.rewrite .. " access" }
    content_by_lua_block { ngx.ctx.content = ngx.ctx.access .. " content" ngx.say(ngx.ctx.content) }
    header_filter_by_lua_block { ngx.header.x_ctx = ngx.ctx.content .. " header" }
    body_filter_by_lua_block { ngx.ctx.calls = (ngx.ctx.calls or 0) + 1 }
    log_by_lua_block { ngx.log(ngx.NOTICE, "ctx in log: ", ngx.ctx.content, " ", ngx.ctx.calls > 0) }
}
location /fresh { content_by_lua_block { ngx.say(ngx.ctx.value) ngx.ctx.value = 1 } }
location /replace { rewrite_by_lua_block { ngx.ctx = { a = 1 } } content_by_lua_block { ngx.ctx.b = 2 ngx.say(ngx.ctx.a, ngx.ctx.b) } }
location /bad { content_by_lua_block { ngx.say(pcall(function() ngx.ctx = 1 end)) } }
location /exec { content_by_lua_block { ngx.ctx.a = 1 ngx.exec("/after") } }
location /jump { rewrite_by_lua_block { ngx.ctx.a = 1 ngx.req.set_uri("/after", true) } }
location /error { error_page 404 /after; content_by_lua_block { ngx.ctx.a = 1 ngx.exit(404) } }
location /after { content_by_lua_block { ngx.say("a=", ngx.ctx.a) } }
location /same { content_by_lua_block { local c = ngx.ctx ngx.say(c == ngx.ctx, " ", type(c), " ", next(c) == nil) } }
location /any { content_by_lua_block { ngx.ctx[1] = "one" ngx.ctx["a b"] = 2 ngx.ctx.f = function() return "called" end ngx.say(ngx.ctx[1], ngx.ctx["a b"], ngx.ctx.f()) } }
location /wait { content_by_lua_block { ngx.ctx.id = ngx.var.arg_id ngx.sleep(0.01) ngx.say(ngx.ctx.id) } }

=== the same table in every phase
--- request
GET /phases
--- response_body
set rewrite access content
--- response_headers
x-ctx: set rewrite access content header
--- error_log
ctx in log: set rewrite access content true

=== empty in the next request of a connection
--- pipelined_requests
GET /fresh
GET /fresh
--- error_code: 200 200
--- response_body
nil
nil

=== replaced
--- request
GET /replace
--- response_body
12

=== replaced by something else
--- request
GET /bad
--- response_body_like: ^false.*ctx should be a table while getting a number\n$

=== exec loses it
--- request
GET /exec
--- response_body
a=nil

=== error_page loses it
--- request
GET /error
--- error_code: 404
--- response_body
a=nil

=== set_uri with a jump loses it
--- request
GET /jump
--- response_body
a=nil

=== one table
--- request
GET /same
--- response_body
true table true

=== any keys and values
--- request
GET /any
--- response_body
one2called

=== kept over a wait
--- pipelined_requests
GET /wait?id=1
GET /wait?id=2
--- error_code: 200 200
--- response_body
1
2
