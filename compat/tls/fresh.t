TLS with `lua_code_cache off`, error pages, client aborts, raw sockets.

=== PRELUDE
--- certificates
one cn=one.test
--- http_config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    server_name other;
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    server_name one.test;
    location /fresh {
        lua_code_cache off;
        content_by_lua_block {
            count = (count or 0) + 1
            ngx.say(count, " ", ngx.var.ssl_server_name, " ", ngx.var.connection_requests, " ", ngx.var.server_name)
        }
    }
    location /kept { content_by_lua_block { ngx.say(ngx.var.connection_requests) } }
    location /raw {
        content_by_lua_block {
            local sock = assert(ngx.req.socket(true))
            local line = sock:receive()
            sock:send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" .. line .. "\n")
        }
    }
    location /body {
        content_by_lua_block {
            local sock = assert(ngx.req.socket())
            ngx.say(sock:receive(3), " ", sock:receive(4))
        }
    }
    location /flush {
        content_by_lua_block {
            for i = 1, 3 do
                ngx.say(i)
                ngx.flush(true)
                ngx.sleep(0.001)
            end
        }
    }
    location /abort {
        lua_check_client_abort on;
        content_by_lua_block {
            ngx.on_abort(function() ngx.log(ngx.INFO, "the client has left") ngx.exit(499) end)
            ngx.sleep(2)
        }
    }
}
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: sni=one.test
--- more_headers
Host: one.test

=== each request its own VM, one connection
--- pipelined_requests
GET /fresh
GET /kept
GET /fresh
--- response_body
1 one.test 1 one.test
2
1 one.test 3 one.test

=== the raw connection
--- raw_request escaped
GET /raw HTTP/1.1\r\nHost: one.test\r\n\r\nhello\r\n
--- error_code: 200
--- response_body
hello

=== the body as a socket, another request behind it in one record
--- raw_request escaped
POST /body HTTP/1.1\r\nHost: one.test\r\nContent-Length: 7\r\n\r\nabcdefgGET /kept HTTP/1.1\r\nHost: one.test\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body
abc defg
2

=== output that is flushed
--- request
GET /flush
--- more_headers
Host: one.test
Connection: close
--- response_body
1
2
3

=== a client that leaves
--- request
GET /abort
--- abort: 20
--- error_log
the client has left
