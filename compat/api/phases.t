Where a function may be used. The code comes in the body; /PHASE runs it in that phase and the result is logged.

--- include: run.inc
--- http_config
init_worker_by_lua_block {
    function attempt(phase, code)
        local ok, message = pcall(function() return inspect(run(code)) end)
        if not ok then message = tostring(message):gsub("^[^ ]*:%d+: ", "") end
        ngx.log(ngx.WARN, phase, " got ", message, ".")
    end
}
--- config
client_body_buffer_size 64k;
location /set/ { content_by_lua_block { ngx.req.read_body() ngx.exec("/inner-set", {code = ngx.req.get_body_data()}) } }
location /inner-set { set_by_lua_block $x { attempt("set", ngx.unescape_uri(ngx.var.arg_code)) return "" } return 200 "ok\n"; }
location /rewrite { rewrite_by_lua_block { ngx.req.read_body() attempt("rewrite", ngx.req.get_body_data()) } content_by_lua_block { ngx.say("ok") } }
location /access { access_by_lua_block { ngx.req.read_body() attempt("access", ngx.req.get_body_data()) } content_by_lua_block { ngx.say("ok") } }
location /content { content_by_lua_block { ngx.req.read_body() attempt("content", ngx.req.get_body_data()) ngx.say("ok") } }
location /header_filter { content_by_lua_block { ngx.req.read_body() ngx.say("ok") } header_filter_by_lua_block { attempt("header_filter", ngx.req.get_body_data()) } }
location /body_filter { content_by_lua_block { ngx.req.read_body() ngx.say("ok") } body_filter_by_lua_block { if ngx.arg[1] ~= "" then attempt("body_filter", ngx.req.get_body_data()) end } }
location /log { content_by_lua_block { ngx.req.read_body() ngx.say("ok") } log_by_lua_block { attempt("log", ngx.req.get_body_data()) } }
location /timer { content_by_lua_block { ngx.req.read_body() ngx.timer.at(0, function(_, code) attempt("timer", code) end, ngx.req.get_body_data()) ngx.say("ok") } }

=== ngx.say in set
--- request
POST /set/
return ngx.say("x")
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.say in header_filter
--- request
POST /header_filter
return ngx.say("x")
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.say in body_filter
--- request
POST /body_filter
return ngx.say("x")
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.say in log
--- request
POST /log
return ngx.say("x")
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.say in timer
--- request
POST /timer
return ngx.say("x")
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.print in set
--- request
POST /set/
return ngx.print("x")
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.print in header_filter
--- request
POST /header_filter
return ngx.print("x")
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.print in body_filter
--- request
POST /body_filter
return ngx.print("x")
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.print in log
--- request
POST /log
return ngx.print("x")
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.print in timer
--- request
POST /timer
return ngx.print("x")
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.flush in set
--- request
POST /set/
return ngx.flush(true)
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.flush in header_filter
--- request
POST /header_filter
return ngx.flush(true)
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.flush in body_filter
--- request
POST /body_filter
return ngx.flush(true)
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.flush in log
--- request
POST /log
return ngx.flush(true)
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.flush in timer
--- request
POST /timer
return ngx.flush(true)
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.eof in set
--- request
POST /set/
return ngx.eof()
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.eof in header_filter
--- request
POST /header_filter
return ngx.eof()
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.eof in body_filter
--- request
POST /body_filter
return ngx.eof()
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.eof in log
--- request
POST /log
return ngx.eof()
--- response_body
ok
--- error_log: log got nil "seen eof".

=== ngx.eof in timer
--- request
POST /timer
return ngx.eof()
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.send_headers in set
--- request
POST /set/
return ngx.send_headers()
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.send_headers in header_filter
--- request
POST /header_filter
return ngx.send_headers()
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.send_headers in body_filter
--- request
POST /body_filter
return ngx.send_headers()
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.send_headers in log
--- request
POST /log
return ngx.send_headers()
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.send_headers in timer
--- request
POST /timer
return ngx.send_headers()
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.exec in set
--- request
POST /set/
return (ngx.exec("/x"))
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.exec in header_filter
--- request
POST /header_filter
return (ngx.exec("/x"))
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.exec in body_filter
--- request
POST /body_filter
return (ngx.exec("/x"))
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.exec in log
--- request
POST /log
return (ngx.exec("/x"))
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.exec in timer
--- request
POST /timer
return (ngx.exec("/x"))
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.redirect in set
--- request
POST /set/
return (ngx.redirect("/x"))
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.redirect in header_filter
--- request
POST /header_filter
return (ngx.redirect("/x"))
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.redirect in body_filter
--- request
POST /body_filter
return (ngx.redirect("/x"))
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.redirect in log
--- request
POST /log
return (ngx.redirect("/x"))
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.redirect in timer
--- request
POST /timer
return (ngx.redirect("/x"))
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.req.read_body in set
--- request
POST /set/
return ngx.req.read_body()
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.req.read_body in header_filter
--- request
POST /header_filter
return ngx.req.read_body()
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.req.read_body in body_filter
--- request
POST /body_filter
return ngx.req.read_body()
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.req.read_body in log
--- request
POST /log
return ngx.req.read_body()
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.req.read_body in timer
--- request
POST /timer
return ngx.req.read_body()
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.sleep in set
--- request
POST /set/
return (ngx.sleep(0))
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.sleep in header_filter
--- request
POST /header_filter
return (ngx.sleep(0))
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.sleep in body_filter
--- request
POST /body_filter
return (ngx.sleep(0))
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.sleep in log
--- request
POST /log
return (ngx.sleep(0))
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.sleep in timer
--- request
POST /timer
return (ngx.sleep(0))
--- response_body
ok
--- error_log: timer got nil.

=== ngx.location.capture in set
--- request
POST /set/
return ngx.location.capture("/none") ~= nil
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.location.capture in header_filter
--- request
POST /header_filter
return ngx.location.capture("/none") ~= nil
--- response_body
ok
--- error_log: header_filter got API disabled in the context of header_filter_by_lua*.

=== ngx.location.capture in body_filter
--- request
POST /body_filter
return ngx.location.capture("/none") ~= nil
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.location.capture in log
--- request
POST /log
return ngx.location.capture("/none") ~= nil
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.location.capture in timer
--- request
POST /timer
return ngx.location.capture("/none") ~= nil
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.var in timer
--- request
POST /timer
return ngx.var.uri ~= nil
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.var, written in timer
--- request
POST /timer
ngx.var.args = "x"
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.header in timer
--- request
POST /timer
return ngx.header.x_none
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.header, written in timer
--- request
POST /timer
ngx.header.x_a = "1"
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.status in timer
--- request
POST /timer
return ngx.status
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.status, written in timer
--- request
POST /timer
ngx.status = 200
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.headers_sent in timer
--- request
POST /timer
return ngx.headers_sent
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.is_subrequest in timer
--- request
POST /timer
return ngx.is_subrequest
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.get_headers in timer
--- request
POST /timer
return ngx.req.get_headers().host
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.set_header in timer
--- request
POST /timer
return ngx.req.set_header("X-A", "1")
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.clear_header in timer
--- request
POST /timer
return ngx.req.clear_header("X-A")
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.get_method in timer
--- request
POST /timer
return ngx.req.get_method()
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.set_method in timer
--- request
POST /timer
return ngx.req.set_method(ngx.HTTP_GET)
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.get_uri_args in timer
--- request
POST /timer
return type(ngx.req.get_uri_args())
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.set_uri_args in timer
--- request
POST /timer
return ngx.req.set_uri_args("a=1")
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.set_uri in timer
--- request
POST /timer
return ngx.req.set_uri("/x")
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.http_version in timer
--- request
POST /timer
return ngx.req.http_version()
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.raw_header in timer
--- request
POST /timer
return type(ngx.req.raw_header())
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.is_internal in timer
--- request
POST /timer
return type(ngx.req.is_internal())
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.start_time in timer
--- request
POST /timer
return type(ngx.req.start_time())
--- response_body
ok
--- error_log: timer got "number".

=== ngx.resp.get_headers in timer
--- request
POST /timer
return type(ngx.resp.get_headers())
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.get_body_file in timer
--- request
POST /timer
return ngx.req.get_body_file()
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.discard_body in timer
--- request
POST /timer
return ngx.req.discard_body()
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.set_body_data in timer
--- request
POST /timer
return ngx.req.set_body_data("x")
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.get_body_data in timer
--- request
POST /timer
return type(ngx.req.get_body_data())
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.init_body in timer
--- request
POST /timer
return ngx.req.init_body()
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.var in set
--- request
POST /set/
return ngx.var.uri ~= nil
--- response_body
ok
--- error_log: set got true.

=== ngx.var in header_filter
--- request
POST /header_filter
return ngx.var.uri ~= nil
--- response_body
ok
--- error_log: header_filter got true.

=== ngx.var in log
--- request
POST /log
return ngx.var.uri ~= nil
--- response_body
ok
--- error_log: log got true.

=== ngx.header in set
--- request
POST /set/
return ngx.header.x_none
--- response_body
ok
--- error_log: set got nil.

=== ngx.header in header_filter
--- request
POST /header_filter
return ngx.header.x_none
--- response_body
ok
--- error_log: header_filter got nil.

=== ngx.header in log
--- request
POST /log
return ngx.header.x_none
--- response_body
ok
--- error_log: log got nil.

=== ngx.status in set
--- request
POST /set/
return ngx.status
--- response_body
ok
--- error_log: set got 0.

=== ngx.status in header_filter
--- request
POST /header_filter
return ngx.status
--- response_body
ok
--- error_log: header_filter got 200.

=== ngx.status in log
--- request
POST /log
return ngx.status
--- response_body
ok
--- error_log: log got 200.

=== ngx.req.get_headers in set
--- request
POST /set/
return ngx.req.get_headers().host
--- response_body
ok
--- error_log: set got "localhost".

=== ngx.req.get_headers in header_filter
--- request
POST /header_filter
return ngx.req.get_headers().host
--- response_body
ok
--- error_log: header_filter got "localhost".

=== ngx.req.get_headers in body_filter
--- request
POST /body_filter
return ngx.req.get_headers().host
--- response_body
ok
--- error_log: body_filter got "localhost".

=== ngx.req.get_headers in log
--- request
POST /log
return ngx.req.get_headers().host
--- response_body
ok
--- error_log: log got "localhost".

=== ngx.req.set_header in set
--- request
POST /set/
return ngx.req.set_header("X-A", "1")
--- response_body
ok
--- error_log: set got .

=== ngx.req.set_header in header_filter
--- request
POST /header_filter
return ngx.req.set_header("X-A", "1")
--- response_body
ok
--- error_log: header_filter got .

=== ngx.req.set_header in log
--- request
POST /log
return ngx.req.set_header("X-A", "1")
--- response_body
ok
--- error_log: log got .

=== ngx.req.get_method in set
--- request
POST /set/
return ngx.req.get_method()
--- response_body
ok
--- error_log: set got "POST".

=== ngx.req.get_method in header_filter
--- request
POST /header_filter
return ngx.req.get_method()
--- response_body
ok
--- error_log: header_filter got "POST".

=== ngx.req.get_method in body_filter
--- request
POST /body_filter
return ngx.req.get_method()
--- response_body
ok
--- error_log: body_filter got "POST".

=== ngx.req.get_method in log
--- request
POST /log
return ngx.req.get_method()
--- response_body
ok
--- error_log: log got "POST".

=== ngx.req.get_uri_args in set
--- request
POST /set/
return type(ngx.req.get_uri_args())
--- response_body
ok
--- error_log: set got "table".

=== ngx.req.get_uri_args in header_filter
--- request
POST /header_filter
return type(ngx.req.get_uri_args())
--- response_body
ok
--- error_log: header_filter got "table".

=== ngx.req.get_uri_args in log
--- request
POST /log
return type(ngx.req.get_uri_args())
--- response_body
ok
--- error_log: log got "table".

=== ngx.req.http_version in set
--- request
POST /set/
return ngx.req.http_version()
--- response_body
ok
--- error_log: set got 1.1.

=== ngx.req.http_version in header_filter
--- request
POST /header_filter
return ngx.req.http_version()
--- response_body
ok
--- error_log: header_filter got 1.1.

=== ngx.req.http_version in body_filter
--- request
POST /body_filter
return ngx.req.http_version()
--- response_body
ok
--- error_log: body_filter got 1.1.

=== ngx.req.http_version in log
--- request
POST /log
return ngx.req.http_version()
--- response_body
ok
--- error_log: log got 1.1.

=== ngx.req.raw_header in set
--- request
POST /set/
return type(ngx.req.raw_header())
--- response_body
ok
--- error_log: set got "string".

=== ngx.req.raw_header in header_filter
--- request
POST /header_filter
return type(ngx.req.raw_header())
--- response_body
ok
--- error_log: header_filter got "string".

=== ngx.req.raw_header in body_filter
--- request
POST /body_filter
return type(ngx.req.raw_header())
--- response_body
ok
--- error_log: body_filter got "string".

=== ngx.req.raw_header in log
--- request
POST /log
return type(ngx.req.raw_header())
--- response_body
ok
--- error_log: log got "string".

=== ngx.resp.get_headers in set
--- request
POST /set/
return type(ngx.resp.get_headers())
--- response_body
ok
--- error_log: set got "table".

=== ngx.resp.get_headers in header_filter
--- request
POST /header_filter
return type(ngx.resp.get_headers())
--- response_body
ok
--- error_log: header_filter got "table".

=== ngx.resp.get_headers in body_filter
--- request
POST /body_filter
return type(ngx.resp.get_headers())
--- response_body
ok
--- error_log: body_filter got "table".

=== ngx.resp.get_headers in log
--- request
POST /log
return type(ngx.resp.get_headers())
--- response_body
ok
--- error_log: log got "table".

=== ngx.req.start_time in set
--- request
POST /set/
return type(ngx.req.start_time())
--- response_body
ok
--- error_log: set got "number".

=== ngx.req.start_time in header_filter
--- request
POST /header_filter
return type(ngx.req.start_time())
--- response_body
ok
--- error_log: header_filter got "number".

=== ngx.req.start_time in log
--- request
POST /log
return type(ngx.req.start_time())
--- response_body
ok
--- error_log: log got "number".

=== ngx.headers_sent in set
--- request
POST /set/
return ngx.headers_sent
--- response_body
ok
--- error_log: set got false.

=== ngx.headers_sent in header_filter
--- request
POST /header_filter
return ngx.headers_sent
--- response_body
ok
--- error_log: header_filter got false.

=== ngx.headers_sent in log
--- request
POST /log
return ngx.headers_sent
--- response_body
ok
--- error_log: log got true.

=== ngx.is_subrequest in set
--- request
POST /set/
return ngx.is_subrequest
--- response_body
ok
--- error_log: set got false.

=== ngx.is_subrequest in header_filter
--- request
POST /header_filter
return ngx.is_subrequest
--- response_body
ok
--- error_log: header_filter got false.

=== ngx.is_subrequest in log
--- request
POST /log
return ngx.is_subrequest
--- response_body
ok
--- error_log: log got false.

=== ngx.req.is_internal in set
--- request
POST /set/
return type(ngx.req.is_internal())
--- response_body
ok
--- error_log: set got "boolean".

=== ngx.req.is_internal in header_filter
--- request
POST /header_filter
return type(ngx.req.is_internal())
--- response_body
ok
--- error_log: header_filter got "boolean".

=== ngx.req.is_internal in log
--- request
POST /log
return type(ngx.req.is_internal())
--- response_body
ok
--- error_log: log got "boolean".

=== ngx.req.set_uri_args in set
--- request
POST /set/
return ngx.req.set_uri_args("a=1")
--- response_body
ok
--- error_log: set got .

=== ngx.req.set_uri_args in header_filter
--- request
POST /header_filter
return ngx.req.set_uri_args("a=1")
--- response_body
ok
--- error_log: header_filter got .

=== ngx.req.set_uri_args in log
--- request
POST /log
return ngx.req.set_uri_args("a=1")
--- response_body
ok
--- error_log: log got .

=== ngx.ctx in set
--- request
POST /set/
ngx.ctx.a = 1 return ngx.ctx.a
--- response_body
ok
--- error_log: set got 1.

=== ngx.get_phase in set
--- request
POST /set/
return ngx.get_phase()
--- response_body
ok
--- error_log: set got "set".

=== ngx.ctx in rewrite
--- request
POST /rewrite
ngx.ctx.a = 1 return ngx.ctx.a
--- response_body
ok
--- error_log: rewrite got 1.

=== ngx.get_phase in rewrite
--- request
POST /rewrite
return ngx.get_phase()
--- response_body
ok
--- error_log: rewrite got "rewrite".

=== ngx.ctx in access
--- request
POST /access
ngx.ctx.a = 1 return ngx.ctx.a
--- response_body
ok
--- error_log: access got 1.

=== ngx.get_phase in access
--- request
POST /access
return ngx.get_phase()
--- response_body
ok
--- error_log: access got "access".

=== ngx.ctx in content
--- request
POST /content
ngx.ctx.a = 1 return ngx.ctx.a
--- response_body
ok
--- error_log: content got 1.

=== ngx.get_phase in content
--- request
POST /content
return ngx.get_phase()
--- response_body
ok
--- error_log: content got "content".

=== ngx.ctx in header_filter
--- request
POST /header_filter
ngx.ctx.a = 1 return ngx.ctx.a
--- response_body
ok
--- error_log: header_filter got 1.

=== ngx.get_phase in header_filter
--- request
POST /header_filter
return ngx.get_phase()
--- response_body
ok
--- error_log: header_filter got "header_filter".

=== ngx.ctx in body_filter
--- request
POST /body_filter
ngx.ctx.a = 1 return ngx.ctx.a
--- response_body
ok
--- error_log: body_filter got 1.

=== ngx.get_phase in body_filter
--- request
POST /body_filter
return ngx.get_phase()
--- response_body
ok
--- error_log: body_filter got "body_filter".

=== ngx.ctx in log
--- request
POST /log
ngx.ctx.a = 1 return ngx.ctx.a
--- response_body
ok
--- error_log: log got 1.

=== ngx.get_phase in log
--- request
POST /log
return ngx.get_phase()
--- response_body
ok
--- error_log: log got "log".

=== ngx.ctx in timer
--- request
POST /timer
ngx.ctx.a = 1 return ngx.ctx.a
--- response_body
ok
--- error_log: timer got 1.

=== ngx.get_phase in timer
--- request
POST /timer
return ngx.get_phase()
--- response_body
ok
--- error_log: timer got "timer".

=== ngx.arg in rewrite
--- request
POST /rewrite
return ngx.arg[1]
--- response_body
ok
--- error_log: rewrite got API disabled in the current context.

=== ngx.arg in access
--- request
POST /access
return ngx.arg[1]
--- response_body
ok
--- error_log: access got API disabled in the current context.

=== ngx.arg in content
--- request
POST /content
return ngx.arg[1]
--- response_body
ok
--- error_log: content got API disabled in the current context.

=== ngx.arg in timer
--- request
POST /timer
return ngx.arg[1]
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.arg in log
--- request
POST /log
return ngx.arg[1]
--- response_body
ok
--- error_log: log got API disabled in the current context.

=== ngx.arg, written in content
--- request
POST /content
ngx.arg[1] = "x"
--- response_body
ok
--- error_log: content got API disabled in the context of content_by_lua*.

=== ngx.exit in log
--- request
POST /log
return (ngx.exit(0))
--- response_body
ok
--- error_log: log got API disabled in the context of log_by_lua*.

=== ngx.exit in body_filter
--- request
POST /body_filter
return (ngx.exit(0))
--- response_body
ok
--- error_log: body_filter got API disabled in the context of body_filter_by_lua*.

=== ngx.exit in set
--- request
POST /set/
return (ngx.exit(0))
--- response_body
ok
--- error_log: set got API disabled in the context of set_by_lua*.

=== ngx.on_abort in timer
--- request
POST /timer
return ngx.on_abort(function() end)
--- response_body
ok
--- error_log: timer got API disabled in the context of ngx.timer.

=== ngx.re.match in log
--- request
POST /log
return ngx.re.match("a1", "[0-9]")[0]
--- response_body
ok
--- error_log: log got "1".

=== ngx.re.gsub in timer
--- request
POST /timer
return ngx.re.gsub("a1", "[0-9]", "x")
--- response_body
ok
--- error_log: timer got "ax" 1.

=== ngx.encode_base64, ngx.md5 in header_filter
--- request
POST /header_filter
return ngx.encode_base64("a"), ngx.md5("a")
--- response_body
ok
--- error_log: header_filter got "YQ==" "0cc175b9c0f1b6a831c399e269772661".

=== ngx.escape_uri, ngx.encode_args in body_filter
--- request
POST /body_filter
return ngx.escape_uri("a b"), ngx.encode_args {a = 1}
--- response_body
ok
--- error_log: body_filter got "a%20b" "a=1".

=== ngx.encode_args, ngx.decode_args in timer
--- request
POST /timer
return ngx.encode_args {a = 1}, ngx.decode_args("b=2")
--- response_body
ok
--- error_log: timer got "a=1" {b = "2"}.

=== ngx.log in timer
--- request
POST /timer
return ngx.log(ngx.WARN, "from a timer")
--- response_body
ok
--- error_log: timer got .

=== ngx.now, ngx.time, ngx.today in log
--- request
POST /log
return type(ngx.now()), type(ngx.time()), #ngx.today()
--- response_body
ok
--- error_log: log got "number" "number" 10.

=== ngx.timer.at in log
--- request
POST /log
return ngx.timer.at(0, function() end)
--- response_body
ok
--- error_log: log got 1.

=== ngx.resp.add_header in header_filter
--- request
POST /header_filter
require "ngx.resp".add_header("X-A", "1")
--- response_body
ok
--- error_log: header_filter got .

=== ngx.resp.add_header in timer
--- request
POST /timer
require "ngx.resp".add_header("X-A", "1")
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ngx.req.add_header in timer
--- request
POST /timer
require "ngx.req".add_header("X-A", "1")
--- response_body
ok
--- error_log: timer got API disabled in the current context.

=== ndk.set_var in timer
--- request
POST /timer
return ndk.set_var.set_escape_uri("a b")
--- response_body
ok
--- error_log: timer got "a%20b".

=== ndk.set_var in log
--- request
POST /log
return ndk.set_var.set_escape_uri("a b")
--- response_body
ok
--- error_log: log got "a%20b".

=== ngx.null, ngx.config in timer
--- request
POST /timer
return type(ngx.null), ngx.config.subsystem
--- response_body
ok
--- error_log: timer got "userdata" "http".
