Addresses that connections come from; IPv6.

--- config
location /peer { return 200 $remote_addr; }
location /bind {
    content_by_lua_block {
        local function connect(address, host, port)
            local sock = ngx.socket.tcp()
            ngx.say("bind ", sock:bind(address))
            local ok, err = sock:connect(host or "127.0.0.1", port or $TEST_NGINX_SERVER_PORT)
            if not ok then return ngx.say("connect ", err) end
            sock:send("GET /peer HTTP/1.0\r\n\r\n")
            ngx.say("from ", (sock:receive("*a"):gsub(".*\r\n", "")))
        end
        connect("127.0.0.2")
        connect("192.0.2.9")
        connect("::1")
        connect("127.0.0.2", "[::1]", $TEST_NGINX_RAND_PORT_1)
        local sock = ngx.socket.tcp()
        for _, address in ipairs {"localhost", "127.0.0.1:80", "[::1]", "1:2:3", ""} do ngx.say(sock:bind(address)) end
        ngx.say(select(2, pcall(sock.bind, sock)))
        ngx.say(ngx.socket.tcp():connect("[::1]", $TEST_NGINX_RAND_PORT_1))
    }
}

=== bind
--- request
GET /bind
--- response_body
bind true
from 127.0.0.2
bind true
connect cannot assign requested address
bind true
connect address family not supported by protocol
bind true
connect invalid argument
nilbad address
nilbad address
nilbad address
nilbad address
nilbad address
expecting 2 arguments, but got 1
nilconnection refused
--- error_log
bind(192.0.2.9) failed (99: Cannot assign requested address), client: 127.0.0.1
bind(::1) failed (97: Address family not supported by protocol), client: 127.0.0.1
bind(127.0.0.2) failed (22: Invalid argument), client: 127.0.0.1
connect() failed (111: Connection refused), client: 127.0.0.1
