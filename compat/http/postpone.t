postpone_output: small pieces leave at once, and tell of a client that has left.

--- config
postpone_output 1;
location /leaves { content_by_lua_block { ngx.print("first") ngx.sleep(0.3) ngx.print(" second") } }
location /reads {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        sock:settimeout(100)
        sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT)
        sock:send("GET /leaves HTTP/1.1\r\nHost: h\r\n\r\n")
        repeat local line = sock:receive() until line == ""
        ngx.say(sock:receive(), " ", sock:receive(5))
    }
}
location /say { content_by_lua_block { ngx.sleep(0.05) ngx.log(ngx.WARN, "say: ", ngx.say("hello")) } }
location /eof { content_by_lua_block { ngx.sleep(0.05) ngx.log(ngx.WARN, "eof: ", ngx.eof()) } }
location /default { postpone_output 1460; content_by_lua_block { ngx.sleep(0.05) ngx.log(ngx.WARN, "say: ", ngx.say("hello")) } }

=== a piece is there before the handler goes on
--- request
GET /reads
--- response_body
5 first

=== ngx.say to a client that has left
--- request
GET /say
--- abort: 10
--- wait: 0.1
--- error_log
say: nilnginx output filter error

=== ngx.eof
--- request
GET /eof
--- abort: 10
--- wait: 0.1
--- error_log
eof: nilnginx output filter error

=== what is postponed fails nobody
--- request
GET /default
--- abort: 10
--- wait: 0.1
--- error_log
say: 1
