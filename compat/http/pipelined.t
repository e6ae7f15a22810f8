Pipelined requests: a response that is complete does not wait for the next one.

--- config
location /quick { return 200 "quick\n"; }
location /waits {
    content_by_lua_block {
        local key = ngx.var.arg_key
        while not package.loaded[key] do ngx.sleep(0.002) end
        package.loaded[key] = nil
        ngx.say("released")
    }
}
location /client {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        sock:settimeout(3000)
        assert(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
        local host = " HTTP/1.1\r\nHost: localhost\r\n\r\n"
        assert(sock:send("GET /quick" .. host .. "GET /waits?key=b" .. host))
        ngx.say(sock:receiveuntil("quick\n")() and "the first is here")
        package.loaded.b = true
        ngx.say(sock:receiveuntil("released\n")() and "the second is here")
    }
}

=== the first response comes while the second request waits
--- request
GET /client
--- response_body
the first is here
the second is here
