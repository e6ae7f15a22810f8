Methods of objects that other files have no case for.

--- include: run.inc
--- config
location /address { content_by_lua_block { ngx.print(ngx.var.remote_addr) } }
location /peer { content_by_lua_block { ngx.print("hello, peer") } }

=== tcpsock:bind
--- request
POST /run
local sock = ngx.socket.tcp()
show(sock:bind("127.0.0.3"))
show(sock:connect("127.0.0.1", ngx.var.server_port))
sock:send("GET /address HTTP/1.0\r\nHost: localhost\r\n\r\n")
show(sock:receive("*a"):match("[%d.]+$"))
--- response_body
true
1
"127.0.0.3"

=== tcpsock:receiveany
--- request
POST /run
local sock = ngx.socket.tcp()
sock:connect("127.0.0.1", ngx.var.server_port)
sock:send("GET /peer HTTP/1.0\r\nHost: localhost\r\n\r\n")
local data = sock:receiveany(12)
show(data, #sock:receiveany(4))
--- response_body
"HTTP/1.1 200" 4

=== tcpsock:receiveany: wrong arguments
--- request
POST /run
local sock = ngx.socket.tcp()
sock:connect("127.0.0.1", ngx.var.server_port)
bare(function() sock:receiveany() end)
bare(function() sock:receiveany(0) end)
bare(function() sock:receiveany(-1) end)
--- response_body
expecting 2 arguments (including the object), but got 1
bad argument #1 to 'receiveany' (bad max argument)
bad argument #1 to 'receiveany' (bad max argument)

=== tcpsock:setoption, getoption
--- request
POST /run
local sock = ngx.socket.tcp()
sock:connect("127.0.0.1", ngx.var.server_port)
show(sock:setoption("keepalive", true), sock:getoption("keepalive"))
show(sock:setoption("tcp-nodelay", 1), sock:getoption("tcp-nodelay"))
show(sock:setoption("none", 1))
--- response_body
true 1
true 1
nil "unsupported option none"

=== tcpsock:getfd
--- request
POST /run
local sock = ngx.socket.tcp()
sock:connect("127.0.0.1", ngx.var.server_port)
show(sock:getfd() > 2)
--- oracle: getfd is newer
--- response_body
true

=== proc:stderr_read_bytes, stderr_read_any
--- request
POST /run
local pipe = require "ngx.pipe"
local proc = pipe.spawn {"sh", "-c", "printf abcdef >&2"}
show(proc:stderr_read_bytes(2))
show(proc:stderr_read_any(100))
show(proc:wait())
--- oracle: ngx.pipe needs OpenResty's nginx
--- response_body
"ab"
"cdef"
true "exit" 0

=== PRELUDE
--- http_config
upstream kept {
    server 0.0.0.1;
    balancer_by_lua_block {
        local balancer = require "ngx.balancer"
        balancer.set_current_peer("127.0.0.1", tonumber(ngx.var.server_port))
        ngx.ctx.kept = tostring(balancer.enable_keepalive(60, 10))
    }
}
upstream again {
    server 0.0.0.1;
    balancer_by_lua_block {
        local balancer = require "ngx.balancer"
        if ngx.ctx.tried then
            ngx.req.set_header("X-Try", "second")
            ngx.ctx.made = tostring(balancer.recreate_request())
            balancer.set_current_peer("127.0.0.1", tonumber(ngx.var.server_port))
        else
            ngx.ctx.tried = true
            balancer.set_more_tries(1)
            balancer.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
        end
    }
}
--- config
location = /again { proxy_pass http://again/header; }
location = /header { content_by_lua_block { ngx.say(ngx.var.http_x_try) } }
location = /through { proxy_pass http://kept/connection; proxy_http_version 1.1; proxy_set_header Connection ""; header_filter_by_lua_block { ngx.header.x_kept = ngx.ctx.kept } }
location = /connection { content_by_lua_block { ngx.say(ngx.var.connection_requests) } }

=== balancer.enable_keepalive: the connection serves again
--- pipelined_requests
GET /through
GET /through
--- oracle: enable_keepalive is newer
--- error_code: 200 200
--- response_body
1
2
--- response_headers
X-Kept: true

=== balancer.recreate_request: the second peer gets what was changed
--- proves
ngx.balancer.recreate_request
--- request
GET /again
--- more_headers
X-Try: first
--- error_log: connect() failed (111: Connection refused)
--- response_body
second
