UDP cosockets: to a port, to a Unix datagram socket; what methods take, what they say when it goes wrong.

--- log_level: debug
--- peers
udp $TEST_NGINX_RAND_PORT_1 echo
udp $TEST_NGINX_RAND_PORT_2 silent
udp $TEST_NGINX_RAND_PORT_3 empty
udp unix:$TEST_NGINX_SERVER_ROOT/echo.sock echo
--- http_config
init_by_lua_block {
    function message(...) return (select(2, pcall(...)):gsub("^.-:%d+: ", "")) end
}
--- config
location /echo {
    content_by_lua_block {
        local sock = ngx.socket.udp()
        ngx.say(sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
        ngx.say(sock:send("a datagram"), " ", sock:receive())
        ngx.say(sock:send {"one", 2, {"three", 4.5}}, " ", sock:receive())
        ngx.say(sock:send(12), " ", sock:receive())
        ngx.say(sock:send(true), " ", sock:receive())
        ngx.say(sock:send(nil), " ", sock:receive())
        ngx.say(sock:send(""), " [", sock:receive(), "]")
        ngx.say(sock:send("cut off"), " ", sock:receive(3))
        ngx.say(sock:send("x"), " ", sock:receive())
        ngx.say(sock:close())
        ngx.say(sock:close())
        ngx.say(sock:send("x"))
        ngx.say(sock:receive())
    }
}
location /port-in-host {
    content_by_lua_block {
        local sock = ngx.socket.udp()
        ngx.say(sock:setpeername("127.0.0.1:$TEST_NGINX_RAND_PORT_1"))
        ngx.say(sock:send("hi"), " ", sock:receive())
    }
}
location /unix {
    content_by_lua_block {
        local sock = ngx.socket.udp()
        ngx.say(sock:setpeername("unix:$TEST_NGINX_SERVER_ROOT/echo.sock"))
        ngx.say(sock:send("over a file"), " ", sock:receive())
        ngx.say(sock:setpeername("unix:$TEST_NGINX_SERVER_ROOT/nobody.sock"))
    }
}
location /empty {
    content_by_lua_block {
        local sock = ngx.socket.udp()
        sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_3)
        sock:send("x")
        ngx.say("[", sock:receive(), "]")
    }
}
location /timeout {
    lua_socket_read_timeout 20ms;
    content_by_lua_block {
        local sock = ngx.socket.udp()
        sock:settimeout(10)
        sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        ngx.say(sock:receive())
        sock:settimeout(0)
        ngx.say(sock:receive())
        sock:settimeout(-1)
        ngx.say(sock:send("still open"))
    }
}
location /nobody {
    content_by_lua_block {
        local sock = ngx.socket.udp()
        sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_4)
        ngx.say(sock:send("x"))
        ngx.say(sock:receive())
        ngx.say(sock:send("x"))
    }
}
location /arguments {
    content_by_lua_block {
        ngx.say(message(ngx.socket.udp, 1))
        local sock = ngx.socket.udp()
        ngx.say(message(sock.setpeername, sock))
        ngx.say(message(sock.setpeername, sock, "h", 1, 2))
        ngx.say(message(sock.settimeout, sock))
        ngx.say(message(sock.settimeout, sock, 1, 2))
        ngx.say(message(sock.send, sock))
        ngx.say(message(sock.receive, sock, 1, 2))
        ngx.say(message(sock.close, sock, 1))
        ngx.say(sock:setpeername("127.0.0.1", -1))
        ngx.say(sock:setpeername("127.0.0.1", 65536))
        ngx.say(sock:setpeername("", 1))
        ngx.say(sock:setpeername("a/b", 1))
        ngx.say(sock:setpeername("127.0.0.1:x", 1))
        ngx.say(sock:setpeername("[::1", 1))
        ngx.say(sock:setpeername("[::1]x", 1))
        ngx.say(sock:setpeername("[]", 1))
        ngx.say(sock:setpeername("[::g]", 1))
        ngx.say(sock:setpeername("unix:"))
        ngx.say(sock:setpeername("unix:/" .. ("x"):rep(107)))
        ngx.say(sock:setpeername("some.name", 1))
        ngx.say(sock:setpeername("1.2.3.256", 1))
        sock:setpeername("127.0.0.1", "$TEST_NGINX_RAND_PORT_1")
        ngx.say(message(sock.send, sock, print))
        ngx.say(message(sock.send, sock, {true}))
        ngx.say(message(sock.send, sock, {a = 1}))
    }
}
location /busy {
    content_by_lua_block {
        local sock = ngx.socket.udp()
        sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        local thread = ngx.thread.spawn(function() return sock:receive() end)
        ngx.say(sock:receive())
        ngx.say(sock:send("x"))
        ngx.say(sock:setpeername("127.0.0.1", 1))
        ngx.say(sock:close())
        ngx.say(ngx.thread.kill(thread))
        ngx.say(sock:send("x"))
    }
}
location /again {
    content_by_lua_block {
        local sock = ngx.socket.udp()
        sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_2)
        sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        sock:send("x")
        ngx.say(sock:receive())
    }
}
location /other {
    content_by_lua_block {
        local sock = ngx.socket.udp()
        sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        package.loaded.other_udp = sock
        local res = ngx.location.capture("/other-inner")
        ngx.print(res.body)
    }
}
location /other-inner {
    content_by_lua_block {
        local sock = package.loaded.other_udp
        ngx.say(message(sock.send, sock, "x"))
        ngx.say(message(sock.receive, sock))
        ngx.say(message(sock.close, sock))
        ngx.say(message(sock.setpeername, sock, "127.0.0.1", 1))
    }
}
location /log { return 200 "x\n"; log_by_lua_block { ngx.log(ngx.WARN, message(ngx.socket.udp)) } }
location /bind {
    content_by_lua_block {
        local sock = ngx.socket.udp()
        ngx.say(message(sock.bind, sock))
        ngx.say(sock:bind("name"))
        ngx.say(sock:bind("127.0.0.2"))
        sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        ngx.say(sock:send("bound"), " ", sock:receive())
        local elsewhere = ngx.socket.udp()
        elsewhere:bind("192.0.2.1")
        ngx.say(elsewhere:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
    }
}

=== datagrams there and back, whole and cut; after close
--- request
GET /echo
--- response_body
1
1 a datagram
1 one2three4.5
1 12
1 true
1 nil
1 []
1 cut
1 x
1
nilclosed
nilclosed
nilclosed
--- error_log
attempt to send data on a closed socket: u:
attempt to receive data on a closed socket: u:
lua udp socket receive buffer size: 3

=== the host may bring its port
--- request
GET /port-in-host
--- response_body
1
1 hi

=== a Unix datagram socket
--- request
GET /unix
--- response_body
1
1 over a file
nilno such file or directory
--- error_log_like
\[crit\] .* connect\(\) failed \(2: No such file or directory\), client: 127\.0\.0\.1

=== an empty datagram
--- request
GET /empty
--- response_body
[]

=== time limits of receive
--- request
GET /timeout
--- response_body
niltimeout
niltimeout
1
--- error_log
lua udp socket read timeout: 10
lua udp socket read timeout: 20
lua udp socket read timed out, client: 127.0.0.1

=== nobody listens
--- request
GET /nobody
--- response_body
1
nilconnection refused
1
--- error_log
recv() failed (111: Connection refused), client: 127.0.0.1

=== what the methods take
--- request
GET /arguments
--- response_body
expecting zero arguments, but got 1
ngx.socket.udp setpeername: expecting 2 or 3 arguments (including the object), but seen 1
ngx.socket.udp setpeername: expecting 2 or 3 arguments (including the object), but seen 4
ngx.socket settimeout: expecting at least 2 arguments (including the object) but seen 1
ngx.socket settimeout: expecting at least 2 arguments (including the object) but seen 3
expecting 2 arguments (including the object), but got 1
expecting 1 or 2 arguments (including the object), but got 3
expecting 1 argument (including the object) but seen 2
nilbad port number: -1
nilbad port number: 65536
nilfailed to parse host name "": no host
nilfailed to parse host name "a/b": invalid host
nilfailed to parse host name "127.0.0.1:x": invalid port
nilfailed to parse host name "[::1": invalid host
nilfailed to parse host name "[::1]x": invalid host
nilfailed to parse host name "[]": no host
nilfailed to parse host name "[::g]": invalid IPv6 address
nilfailed to parse host name "unix:": no path in the unix domain socket
nilfailed to parse host name "unix:/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": too long path in the unix domain socket
nilno resolver defined to resolve "some.name"
nilno resolver defined to resolve "1.2.3.256"
bad argument #2 to '?' (string, number, boolean, nil, or array table expected, got function)
bad argument #2 to '?' (bad data type boolean found)
bad argument #2 to '?' (non-array table found)

=== one receiver at a time; a killed one takes the socket with it
--- request
GET /busy
--- response_body
nilsocket busy
nilsocket busy
nilsocket busy
nilsocket busy
1
nilclosed
--- error_log
attempt to send data on a closed socket: u:

=== another peer for the same socket
--- request
GET /again
--- response_body
x
--- error_log
lua udp socket reconnect without shutting down
lua reuse socket upstream ctx
--- no_error_log
[error]

=== not in another request, which may be a subrequest
--- request
GET /other
--- response_body
bad request
bad request
bad request
bad request

=== not in the log phase
--- request
GET /log
--- response_body
x
--- error_log
API disabled in the context of log_by_lua*

=== from an address of its own
--- oracle: udpsock:bind came with a later ngx_lua
--- request
GET /bind
--- response_body
expecting 2 arguments (including the object), but got 1
nilbad address
1
1 bound
nilcannot assign requested address
--- error_log
bind() failed (99: Cannot assign requested address), client: 127.0.0.1
