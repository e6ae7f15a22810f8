Pools of TCP cosockets that limit how many connections exist: connects that wait, give up, are killed; options.

--- log_level: debug
--- http_config
init_by_lua_block {
    function message(...) return (select(2, pcall(...)):gsub("^.-:%d+: ", "")) end
}
--- config
location /options {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        local function try(...) ngx.say(message(sock.connect, sock, "127.0.0.1", $TEST_NGINX_SERVER_PORT, ...)) end
        try {pool_size = 0}
        try {pool_size = "-3"}
        try {pool_size = {}}
        try {backlog = -1}
        try {pool = {}}
        try {pool = true}
        ngx.say(message(sock.connect, sock))
        ngx.say(message(sock.connect, sock, "a", 1, {}, 5))
        ngx.say(sock:connect("127.0.0.1"))
        ngx.say(sock:connect("127.0.0.1", {}))
        ngx.say(sock:connect("127.0.0.1", "x"))
        ngx.say(sock:connect("127.0.0.1", 65536))
        ngx.say(sock:connect("127.0.0.1", "$TEST_NGINX_SERVER_PORT", {backlog = "none", pool = 5}))
        ngx.say(sock:setkeepalive(1000))
        ngx.say(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT, {pool = "5"}))
        ngx.say(sock:getreusedtimes())
        ngx.say(message(sock.setkeepalive, sock, 1, 2, 3))
        sock:close()
        sock = ngx.socket.tcp()
        ngx.say(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT, {pool = "fresh"}))
        ngx.say(message(sock.setkeepalive, sock, 1, 0))
        ngx.say(message(sock.setkeepalive, sock, 1, -5))
    }
}
location /last {
    content_by_lua_block {
        for i = 1, 5 do
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
            assert(sock:send("GET /few HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            sock:receive()
            assert(sock:receiveany(4096))
            local ok, err = sock:setkeepalive(10000, 32)
            if not ok then return ngx.say(i, ": ", err) end
        end
    }
}
location /few {
    keepalive_requests 3;
    return 200 "few";
}
location /waits {
    content_by_lua_block {
        local options = {pool = "waits", pool_size = 1, backlog = 1}
        local function connect()
            local sock = ngx.socket.tcp()
            local ok, err = sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT, options)
            return ok and sock, err
        end
        local first = connect()
        local second = ngx.thread.spawn(function()
            local sock = connect()
            ngx.say("second: ", sock:getreusedtimes())
            sock:setkeepalive(1000)
        end)
        ngx.say(select(2, connect()))
        ngx.say(first:setkeepalive(1000))
        ngx.thread.wait(second)
        first = connect()
        second = ngx.thread.spawn(function()
            local sock = connect()
            ngx.say("second: ", sock:getreusedtimes())
            sock:close()
        end)
        ngx.say(first:close())
        ngx.thread.wait(second)
    }
}
location /times-out {
    content_by_lua_block {
        local options = {pool = "times-out", pool_size = 1, backlog = 1}
        local first, second = ngx.socket.tcp(), ngx.socket.tcp()
        first:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT, options)
        second:settimeouts(5, 1000, 1000)
        ngx.say(second:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT, options))
        ngx.say(second:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT, options))
        first:close()
        ngx.say(second:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT, options))
    }
}
location /killed {
    content_by_lua_block {
        local options = {pool = "killed", pool_size = 1, backlog = 2}
        local function connect(name)
            local sock = ngx.socket.tcp()
            ngx.say(name, " ", sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT, options))
            return sock
        end
        local first = connect("first")
        local second = ngx.thread.spawn(connect, "second")
        local third = ngx.thread.spawn(connect, "third")
        ngx.say(ngx.thread.kill(second))
        first:close()
        ngx.thread.wait(third)
    }
}
location /fails {
    content_by_lua_block {
        local options = {pool = "fails", pool_size = 1, backlog = 2}
        local function connect(port)
            local sock = ngx.socket.tcp()
            ngx.say(sock:connect("127.0.0.1", port, options))
            return sock
        end
        local first = connect($TEST_NGINX_SERVER_PORT)
        local second = ngx.thread.spawn(connect, $TEST_NGINX_RAND_PORT_1)
        local third = ngx.thread.spawn(connect, $TEST_NGINX_SERVER_PORT)
        first:close()
        ngx.thread.wait(second)
        ngx.thread.wait(third)
    }
}
location /unix {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        ngx.say(sock:connect("unix:/nowhere/at-all", {pool = "unix", pool_size = 2}))
        ngx.say(sock:connect("unix:"))
        ngx.say(sock:connect("a/b", 1))
        ngx.say(sock:connect("[::1", 1))
    }
}

=== options and arguments
--- request
GET /options
--- response_body
bad argument #4 to '?' (bad "pool_size" option value: 0)
bad argument #4 to '?' (bad "pool_size" option value: -3)
bad argument #4 to '?' (bad "pool_size" option type: table)
bad argument #4 to '?' (bad "backlog" option value: -1)
bad argument #4 to '?' (bad "pool" option type: table)
bad argument #4 to '?' (bad "pool" option type: boolean)
ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen 1
ngx.socket connect: expecting 2, 3, or 4 arguments (including the object), but seen 5
nilmissing the port number
nilmissing the port number
nilmissing the port number
nilbad port number: 65536
1
1
1
1
expecting 1 to 3 arguments (including the object), but got 4
1
bad argument #3 to '?' (bad "pool_size" option value: 0)
bad argument #3 to '?' (bad "pool_size" option value: -5)

=== the second waits for the first
--- request
GET /waits
--- response_body
too many waiting connect operations
1
second: 1
1
second: 0
--- error_log
lua tcp socket queue connect operation for connection pool "waits", connections: 2
lua tcp socket queued connect operation for 60000(ms), u: 
lua tcp socket post connect operation resumption u: 
for connection pool "waits", connections: 2
lua tcp socket keepalive: free connection pool for "waits"
--- no_error_log
[error]

=== a time limit while it waits
--- request
GET /times-out
--- response_body
niltimeout
niltimeout
1
--- error_log
lua tcp socket queued connect timed out, when trying to connect to 127.0.0.1:$TEST_NGINX_SERVER_PORT, client: 127.0.0.1

=== who waits is killed: the next gets the place
--- request
GET /killed
--- response_body
first 1
1
third 1
--- error_log
lua tcp socket abort queueing, conn_op_ctx: 

=== a connect that waited fails: the next gets the place
--- request
GET /fails
--- response_body
1
nilconnection refused
1
--- error_log
connect() failed (111: Connection refused)

=== what cannot be connected to
--- request
GET /unix
--- response_body
nilno such file or directory
nilfailed to parse host name "unix:": no path in the unix domain socket
nilfailed to parse host name "a/b": invalid host
nilfailed to parse host name "[::1": invalid host
--- error_log
connect() to unix:/nowhere/at-all failed (2: No such file or directory)
lua tcp socket keepalive create connection pool for key "unix"

=== the server has closed when the connection is given back
--- request
GET /last
--- response_body
3: closed
