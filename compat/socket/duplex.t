Two light threads at one cosocket: what one may do while the other connects, resolves, reads; time limits set meanwhile;
a reader that is killed.

--- http_config
lua_socket_log_errors off;
--- peers
udp $TEST_NGINX_RAND_PORT_2 silent
--- config
location /while-resolving {
    resolver 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ipv6=off;
    resolver_timeout 30ms;
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        ngx.thread.spawn(function()
            ngx.sleep(0.001)
            ngx.say("receive ", sock:receive(1))
            ngx.say("send ", sock:send("x"))
            ngx.say("close ", sock:close())
            ngx.say("reused ", sock:getreusedtimes())
            ngx.say("setkeepalive ", sock:setkeepalive())
            ngx.say("connect ", sock:connect("127.0.0.1", 1))
        end)
        ngx.say("connect ", sock:connect("a.name", 80))
        ngx.say("close ", sock:close())
    }
}
location /while-reading {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT)
        local reader = ngx.thread.spawn(function() return sock:receive() end)
        ngx.say("receive ", sock:receive(1))
        ngx.say("receiveany ", sock:receiveany(1))
        ngx.say("receiveuntil ", sock:receiveuntil("x")())
        ngx.say("close ", sock:close())
        ngx.say("setkeepalive ", sock:setkeepalive())
        ngx.say("send ", sock:send("GET /empty HTTP/1.0\r\n\r\n"))
        ngx.say(ngx.thread.wait(reader))
    }
}
location /empty { return 204; }
location /killed {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT)
        local reader = ngx.thread.spawn(function() return sock:receive() end)
        ngx.say(ngx.thread.kill(reader))
        ngx.say("send ", sock:send("x"))
        ngx.say("connect ", sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
    }
}
location /limits {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT)
        sock:send("GET /slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        sock:settimeout(5000)
        local reader = ngx.thread.spawn(function() return sock:receive("*a") end)
        sock:settimeout(20)
        local ok, data, err = ngx.thread.wait(reader)
        ngx.say(ok, " ", data, " ", err)
    }
}
location /slow { content_by_lua_block { ngx.print("x") ngx.flush() ngx.sleep(0.1) ngx.print("y") } }

=== while it resolves a name
--- request
GET /while-resolving
--- response_body
receive nilclosed
send nilclosed
close nilclosed
reused nilclosed
setkeepalive nilclosed
connect nilsocket busy connecting
connect nila.name could not be resolved (110: Operation timed out)
close nilclosed

=== while it reads
--- request
GET /while-reading
--- response_body
receive nilsocket busy reading
receiveany nilsocket busy reading
receiveuntil nilsocket busy reading
close nilsocket busy reading
setkeepalive nilsocket busy reading
send 23
trueHTTP/1.1 204 No Content

=== a reader that is killed takes the connection with it, and the socket stays busy
--- request
GET /killed
--- response_body
1
send nilclosed
connect nilsocket busy reading

=== a time limit that is set while another thread reads counts from the next bytes on
--- request
GET /limits
--- response_body
true nil timeout
