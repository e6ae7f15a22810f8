Data that is there and a timeout that is over, both found when a busy worker comes round: the data wins.

--- requires: /usr/bin/redis-server
--- peers: redis $TEST_NGINX_RAND_PORT_1
--- config
location /busy {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        sock:settimeout(3000)
        assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        local function work(seconds)
            local stop = os.clock() + seconds
            while os.clock() < stop do end -- luacheck: ignore
        end
        sock:settimeout(40)
        local reader = ngx.thread.spawn(function()
            assert(sock:send("BLPOP nothing 0.02\r\n"))
            return sock:receive()
        end)
        ngx.sleep(0.005)
        work(0.15)
        ngx.say(select(2, ngx.thread.wait(reader)))
    }
}

=== both at once
--- request
GET /busy
--- response_body
*-1
