balancer_by_lua* and ngx.balancer.

--- http_config
upstream fixed { server 0.0.0.1; balancer_by_lua_block { local b = require "ngx.balancer" assert(b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)) } }
upstream retry {
    server 0.0.0.1;
    balancer_by_lua_block {
        local b, ctx = require "ngx.balancer", ngx.ctx
        ctx.tries = (ctx.tries or 0) + 1
        local failure, status = b.get_last_failure()
        ngx.log(ngx.WARN, "try ", ctx.tries, ": ", tostring(failure), " ", tostring(status), " ", ngx.get_phase())
        if ctx.tries == 1 then ngx.log(ngx.WARN, "more: ", tostring(b.set_more_tries(2))) end
        assert(b.set_current_peer("127.0.0.1", ctx.tries == 3 and $TEST_NGINX_RAND_PORT_1 or $TEST_NGINX_RAND_PORT_2))
    }
}
upstream limited { server 0.0.0.1; balancer_by_lua_block { local b = require "ngx.balancer" ngx.log(ngx.WARN, "more: ", table.concat({ tostring(b.set_more_tries(5)), tostring(select(2, b.set_more_tries(5))) }, " ")) b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_2) } }
upstream fallback { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; balancer_by_lua_block { ngx.log(ngx.WARN, "no peer named") } }
upstream raises { server 0.0.0.1; balancer_by_lua_block { error("gone wrong") } }
upstream exits { server 0.0.0.1; balancer_by_lua_block { ngx.exit(ngx.ERROR) } }
upstream names { server 0.0.0.1; balancer_by_lua_block {
    local b = require "ngx.balancer"
    for _, address in ipairs { "localhost", "127.0.0.1:x", "", "[::1", "unix:" } do
        local ok, err = b.set_current_peer(address, 80)
        ngx.log(ngx.WARN, "address ", address, ": ", tostring(ok), " ", tostring(err))
    end
    ngx.log(ngx.WARN, "yields: ", tostring(pcall(ngx.sleep, 0)), " ", select(2, pcall(ngx.sleep, 0)))
    ngx.log(ngx.WARN, "timeouts: ", select(2, pcall(b.set_timeouts, 0, 1, 1)), " ", select(2, pcall(b.set_timeouts, 1, "x", 1)))
    b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
} }
upstream quick { server 0.0.0.1; balancer_by_lua_block { local b = require "ngx.balancer" assert(b.set_timeouts(1, 1, 0.05)) b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1) } }
upstream recreated { server 0.0.0.1; balancer_by_lua_block {
    local b = require "ngx.balancer"
    b.set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1)
    ngx.req.set_header("X-Late", "set by the balancer")
    assert(b.recreate_request())
} }
upstream kept { server 0.0.0.1; balancer_by_lua_block { require("ngx.balancer").set_current_peer("127.0.0.1", $TEST_NGINX_RAND_PORT_1) } keepalive 4; }
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    location / { content_by_lua_block { ngx.say(ngx.var.uri, " ", ngx.var.http_host, " ", ngx.var.http_x_late, " ", ngx.var.connection_requests) } }
    location /slow { content_by_lua_block { ngx.sleep(1) } }
}
--- config
location / { proxy_pass http://fixed; }
location /retry { add_header X-Upstream "$upstream_status"; proxy_pass http://retry; }
location /limited { proxy_next_upstream_tries 2; proxy_pass http://limited; }
location /fallback { proxy_pass http://fallback; }
location /raises { proxy_pass http://raises; }
location /exits { proxy_pass http://exits; }
location /names { proxy_pass http://names; }
location /slow { proxy_pass http://quick; }
location /recreated { proxy_pass http://recreated; }
location /kept { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://kept; }
location /twice { content_by_lua_block { ngx.location.capture("/kept") ngx.print(ngx.location.capture("/kept").body:sub(1, 20)) } }
location /elsewhere { content_by_lua_block { local b = require "ngx.balancer" ngx.say(b.set_current_peer("127.0.0.1", 80)) ngx.say(b.set_more_tries(1)) ngx.say(b.get_last_failure()) ngx.say(b.set_timeouts(1, 1, 1)) } }

=== a peer
--- request
GET /x
--- response_body
/x fixed nil 1

=== further tries
--- request
GET /retry
--- response_headers
X-Upstream: 502, 502, 200
--- error_log
try 1: nil nil balancer
more: true
try 2: failed 502 balancer
try 3: failed 502 balancer
connect() failed (111: Connection refused) while connecting to upstream

=== proxy_next_upstream_tries counts
--- request
GET /limited
--- error_code: 502
--- error_log
more: true reduced tries due to limit

=== no peer named
--- request
GET /fallback
--- response_body
/fallback fallback nil 1
--- error_log
no peer named while connecting to upstream, client: 127.0.0.1, server: localhost, request: "GET /fallback HTTP/1.1", host: "localhost"

=== an error
--- request
GET /raises
--- error_code: 500
--- error_log
failed to run balancer_by_lua*: balancer_by_lua(nginx.conf:$LINE[upstream raises]):1: gone wrong

=== ngx.exit(ngx.ERROR)
--- request
GET /exits
--- error_code: 500
--- no_error_log
[error]

=== what is refused
--- request
GET /names
--- error_log
address localhost: nil no host allowed
address 127.0.0.1:x: nil invalid port
address : nil no host
yields: false API disabled in the context of balancer_by_lua*
timeouts: bad connect timeout bad send timeout

=== timeouts
--- request
GET /slow
--- error_code: 504
--- error_log
upstream timed out (110: Connection timed out) while reading response header from upstream

=== the request is made anew
--- request
GET /recreated
--- response_body
/recreated recreated set by the balancer 1

=== with keepalive
--- request
GET /twice
--- response_body_like
\A/kept kept nil 2

=== in other phases
--- request
GET /elsewhere
--- response_body
nilno upstream found
nilno upstream found
nilnilno upstream found
falseno upstream found

=== lua_code_cache off: ngx.location.capture stays in the VM of its request
--- http_config
lua_code_cache off;
lua_package_path "$TEST_NGINX_SERVER_ROOT/html/?.lua;;";
upstream back { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; balancer_by_lua_block { require "told" } }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; location / { return 200 "ok"; } }
--- user_files
>>> told.lua
ngx.log(ngx.WARN, "told one, ", tostring(shared_global))
>>> counted.lua
return { n = 0 }
--- config
location = /t {
    content_by_lua_block {
        shared_global = "mine"
        local counted = require "counted"
        counted.n = counted.n + 1
        ngx.location.capture "/main"
        local f = assert(io.open("$TEST_NGINX_SERVER_ROOT/html/told.lua", "w"))
        f:write "ngx.log(ngx.WARN, 'told two, ', tostring(shared_global))"
        f:close()
        ngx.location.capture "/main"
        ngx.say(ngx.location.capture("/count").body, ngx.location.capture("/count").body, require("counted").n, require("counted") == counted)
    }
}
location = /count { content_by_lua_block { local c = require "counted" c.n = c.n + 1 ngx.print(c.n, " ") } }
location = /main { proxy_pass http://back; }
--- request
GET /t
--- response_body
2 3 3true
--- grep_error_log
told \w+, \w+(?= while)
--- grep_error_log_out
told one, mine
