TCP cosockets against a server of the same configuration: closing by halves, timeouts' values, foreign requests, and
what the debug log says of them.

--- log_level: debug
--- config
server_tokens off;
location /foo { content_by_lua_block { ngx.header.Content_Length = 4 ngx.say("foo") } }
location /read-to-end {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
        assert(sock:send("GET /foo HTTP/1.0\r\n\r\n"))
        repeat local line, err = sock:receive() until not line
        ngx.say("again: ", select(2, sock:receive()))
        ngx.say("setkeepalive: ", select(2, sock:setkeepalive()))
        ngx.say("close: ", sock:close())
        ngx.say("close: ", select(2, sock:close()))
    }
}
location /settimeout {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        ngx.say(select(2, pcall(sock.settimeout, sock, -1)))
        ngx.say(select(2, pcall(sock.settimeouts, sock, 1, -1, 1)))
        ngx.say(select(2, pcall(sock.settimeout, sock)))
        sock:settimeouts(1500, nil, 0)
        assert(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
        sock:settimeout(700)
        assert(sock:send("GET /foo HTTP/1.0\r\n\r\n"))
        sock:settimeout(800)
        ngx.say(sock:receive())
    }
}
location /fragments {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
        for _, value in ipairs {true, ngx.null, print} do
            local _, err = pcall(function() local n = sock:send {"a", value} return n end)
            ngx.say((err:gsub("^.-: ", "")))
        end
        ngx.say(sock:send(nil), " ", sock:send(true), " ", sock:send {"a", 1, {"b"}})
    }
}
location /no-file {
    content_by_lua_block { ngx.say(ngx.socket.tcp():connect("unix:/nowhere/at-all.sock")) }
}
location /twice {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        ngx.say(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
        ngx.say(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
    }
}
location /pooled {
    content_by_lua_block {
        for i = 1, 2 do
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT, {pool = "mine"}))
            ngx.say(sock:getreusedtimes(), " ", (sock:setkeepalive(20)))
        end
        ngx.sleep(0.06)
    }
}
location /kept {
    rewrite_by_lua_block {
        if ngx.req.is_internal() and ngx.var.arg_new then
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
            package.loaded.kept_socket = sock
        else
            package.loaded.kept_socket:receive()
        end
    }
    content_by_lua_block { ngx.say("connected") }
}
location /subrequests { content_by_lua_block {
    ngx.location.capture("/kept?new=1")
    ngx.say(ngx.location.capture("/kept").status)
} }
location /order {
    content_by_lua_block {
        for i = 1, 2 do
            ngx.thread.spawn(function() ngx.say(ngx.location.capture("/gone").status) end)
        end
        ngx.say("spawned")
    }
}
location /gone { return 410; }

=== the end of the stream closes reading, not the socket
--- proves
tcpsock:close
--- request
GET /read-to-end
--- response_body
again: closed
setkeepalive: closed
close: 1
close: closed
--- error_log
attempt to receive data on a closed socket: u:

=== settimeout and settimeouts
--- request
GET /settimeout
--- response_body
bad timeout value
bad timeout value
ngx.socket settimeout: expecting 2 arguments (including the object) but seen 1
HTTP/1.1 200 OK
--- error_log
lua tcp socket connect timeout: 1500
lua tcp socket send timeout: 700
lua tcp socket read timeout: 800

=== tables hold strings and numbers only
--- request
GET /fragments
--- response_body
bad argument #1 to 'send' (bad data type boolean found)
bad argument #1 to 'send' (bad data type userdata found)
bad argument #1 to 'send' (bad data type function found)
3 4 3

=== a socket file that is not there
--- request
GET /no-file
--- response_body
nilno such file or directory
--- error_log
connect() to unix:/nowhere/at-all.sock failed (2: No such file or directory)

=== connecting again
--- request
GET /twice
--- response_body
1
1
--- error_log
lua tcp socket reconnect without shutting down
lua reuse socket upstream ctx

=== a pool's life
--- request
GET /pooled
--- response_body
0 1
1 1
--- error_log
lua tcp socket keepalive create connection pool for key "mine"
lua tcp socket get keepalive peer: using connection
lua tcp socket keepalive timeout: 20 ms
lua tcp socket keepalive max idle timeout
lua tcp socket keepalive close handler: fd:
lua tcp socket keepalive: free connection pool for "mine"

=== a subrequest's socket lives as long as the main request, for that subrequest only
--- request
GET /subrequests
--- response_body
500
--- error_log
: bad request

=== subrequests begin behind the threads that can run
--- request
GET /order
--- response_body
spawned
410
410
