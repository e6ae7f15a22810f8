TCP cosockets that a module keeps when their request is through: another request may connect them again.

=== PRELUDE
--- http_config
init_by_lua_block {
    function message(...) return (tostring(select(2, pcall(...))):gsub("^.-:%d+: ", "")) end
    kept = {}
    function exchange(sock)
        assert(sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT))
        assert(sock:send("GET /answer HTTP/1.0\r\n\r\n"))
        return assert(sock:receive "*l")
    end
}
--- config
location = /answer { return 200 "answer"; }
location = /pooled {
    content_by_lua_block {
        kept.sock = ngx.socket.tcp()
        local line = exchange(kept.sock)
        kept.sock:receive "*a"
        ngx.say(line, " ", kept.sock:close())
    }
}
location = /open {
    content_by_lua_block {
        kept.sock = ngx.socket.tcp()
        ngx.say(exchange(kept.sock))
    }
}
location = /second {
    content_by_lua_block {
        local first = ngx.socket.tcp()
        kept.sock = ngx.socket.tcp()
        ngx.say(exchange(first), " ", exchange(kept.sock), " ", first:close())
    }
}
location = /unused {
    content_by_lua_block {
        kept.sock = ngx.socket.tcp()
        ngx.say "made"
    }
}
location = /use {
    content_by_lua_block {
        ngx.say(message(kept.sock.connect, kept.sock, "127.0.0.1", $TEST_NGINX_SERVER_PORT))
        ngx.say(kept.sock:getreusedtimes())
        ngx.say(kept.sock:close())
        local own = ngx.socket.tcp()
        ngx.say(exchange(own), " ", own:close())
    }
}
location = /both {
    content_by_lua_block {
        ngx.print(ngx.location.capture("/open").body)
        ngx.say(message(kept.sock.connect, kept.sock, "127.0.0.1", $TEST_NGINX_SERVER_PORT))
    }
}
location = /take {
    content_by_lua_block {
        ngx.say(exchange(kept.sock), " ", kept.sock:close())
    }
}

=== one that was closed
--- pipelined_requests
GET /pooled
GET /use
GET /use
--- response_body
HTTP/1.1 200 OK 1
1
0
1
HTTP/1.1 200 OK 1
1
0
1
HTTP/1.1 200 OK 1

=== one that was open at the end
--- pipelined_requests
GET /open
GET /use
--- response_body
HTTP/1.1 200 OK
1
0
1
HTTP/1.1 200 OK 1

=== the second of its request
--- pipelined_requests
GET /second
GET /use
--- response_body
HTTP/1.1 200 OK HTTP/1.1 200 OK 1
1
0
1
HTTP/1.1 200 OK 1

=== one without a connection yet belongs to who connects it
--- pipelined_requests
GET /unused
GET /take
GET /use
--- response_body
made
HTTP/1.1 200 OK 1
1
0
1
HTTP/1.1 200 OK 1

=== not while its request, or the one that is above it, lives
--- request
GET /both
--- response_body
HTTP/1.1 200 OK
bad request
