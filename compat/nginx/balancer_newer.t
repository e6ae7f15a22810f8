What later versions of ngx.balancer have.

=== PRELUDE
--- oracle: functions of a later lua-resty-core
--- certificates
one cn=one.test
--- http_config
log_format peer '$uri from $remote_addr, request $connection_requests';
init_by_lua_block {
    balancer = require "ngx.balancer"
    function peer(port, ...) return assert(balancer.set_current_peer("127.0.0.1", port or $TEST_NGINX_RAND_PORT_1, ...)) end
    function words(...)
        local list = {...}
        for i = 1, select("#", ...) do list[i] = tostring(list[i]) end
        return table.concat(list, " ")
    end
}
upstream bound { server 0.0.0.1; balancer_by_lua_block { peer() ngx.ctx.said = words(balancer.bind_to_local_addr(ngx.var.arg_from)) } }
upstream odd {
    server 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    balancer_by_lua_block {
        for _, address in ipairs {"localhost", "127.0.0.1:x", "unix:/tmp", "127.0.0.1/a"} do
            ngx.log(ngx.WARN, "bind: ", words(balancer.bind_to_local_addr(address)))
        end
        ngx.log(ngx.WARN, "bind: ", words(pcall(balancer.bind_to_local_addr, 1)))
        ngx.log(ngx.WARN, "keep: ", words(balancer.enable_keepalive()))
        ngx.log(ngx.WARN, "keep: ", words(pcall(balancer.enable_keepalive, "x")))
        ngx.log(ngx.WARN, "keep: ", words(pcall(balancer.enable_keepalive, -1)))
        ngx.log(ngx.WARN, "keep: ", words(pcall(balancer.enable_keepalive, 1, {})))
        ngx.log(ngx.WARN, "keep: ", words(pcall(balancer.enable_keepalive, 1, -1)))
        ngx.log(ngx.WARN, "peer: ", words(pcall(balancer.set_current_peer, "127.0.0.1", 1, 1)))
    }
}
upstream kept { balancer_by_lua_block { peer(nil, ngx.var.arg_host) balancer.enable_keepalive(tonumber(ngx.var.arg_idle), tonumber(ngx.var.arg_most)) } balancer_keepalive 1; }
upstream wide { balancer_by_lua_block { peer(nil, ngx.var.arg_host) assert(balancer.enable_keepalive()) } }
upstream tls { balancer_by_lua_block {
    if ngx.var.arg_plain then balancer.set_upstream_tls(ngx.var.arg_plain ~= "1") end
    peer(ngx.var.arg_plain == "1" and $TEST_NGINX_RAND_PORT_1 or $TEST_NGINX_RAND_PORT_2, ngx.var.arg_host)
    if ngx.var.arg_keep then balancer.enable_keepalive() end
} }
upstream silent { balancer_by_lua_block { } }
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    access_log logs/peer.log peer;
    location / { return 200 "$uri from $remote_addr, request $connection_requests\n"; }
    location /port { return 200 "$remote_addr:$remote_port\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    location / { return 200 "$scheme $ssl_server_name, request $connection_requests\n"; }
}
proxy_http_version 1.1;
proxy_set_header Connection "";
--- config
location /bound { proxy_pass http://bound; }
location /port { proxy_pass http://bound; }
location /odd { proxy_pass http://odd; }
location /kept { proxy_pass http://kept; }
location /wide { proxy_pass http://wide; }
location /tls { proxy_ssl_server_name on; proxy_pass https://tls; }
location /named { proxy_ssl_server_name on; proxy_ssl_name own.test; rewrite ^ /tls break; proxy_pass https://tls; }
location /http { proxy_pass http://tls; }
location /silent { proxy_pass http://silent; }
location = /several { content_by_lua_block {
    for call in ngx.var.arg_calls:gmatch "[^,]+" do ngx.print(ngx.location.capture("/" .. call:gsub("~", "?"):gsub("!", "&")).body) end
} }
location = /outside { content_by_lua_block {
    ngx.say(words(balancer.bind_to_local_addr("127.0.0.1")))
    ngx.say(words(balancer.set_upstream_tls(true)))
    ngx.say(words(balancer.enable_keepalive()))
} }

=== bind_to_local_addr
--- request
GET /bound?from=127.0.0.3
--- response_body
/bound from 127.0.0.3, request 1

=== bind_to_local_addr with a port
--- request
GET /port?from=127.0.0.3:$TEST_NGINX_RAND_PORT_4
--- response_body
127.0.0.3:$TEST_NGINX_RAND_PORT_4

=== arguments
--- request
GET /odd
--- response_body
/odd from 127.0.0.1, request 1
--- error_log
bind: nil invalid addr localhost
bind: nil invalid addr 127.0.0.1:x
bind: nil invalid addr unix:/tmp
bind: nil invalid addr 127.0.0.1/a
bind: false bad argument #1 to 'bind_to_local_addr' (string expected, got number)
keep: nil no current peer set
keep: false bad argument #1 to 'enable_keepalive' (number expected, got string)
keep: false bad argument #1 to 'enable_keepalive' (expected >= 0)
keep: false bad argument #2 to 'enable_keepalive' (number expected, got table)
keep: false bad argument #2 to 'enable_keepalive' (expected >= 0)
peer: false bad argument #3 to 'set_current_peer' (string expected, got number)

=== a connection is kept
--- request
GET /several?calls=kept,kept,kept~most=3,kept
--- response_body
/kept from 127.0.0.1, request 1
/kept from 127.0.0.1, request 2
/kept from 127.0.0.1, request 3
/kept from 127.0.0.1, request 1

=== without limits
--- request
GET /several?calls=kept~host=un!most=0!idle=0,kept~host=un!most=0!idle=0,kept~host=un!most=0!idle=0
--- response_body
/kept from 127.0.0.1, request 1
/kept from 127.0.0.1, request 2
/kept from 127.0.0.1, request 3

=== a connection for each host, and as many as balancer_keepalive says
--- request
GET /several?calls=kept~host=a,kept~host=b,kept~host=b,kept~host=a
--- response_body
/kept from 127.0.0.1, request 1
/kept from 127.0.0.1, request 1
/kept from 127.0.0.1, request 2
/kept from 127.0.0.1, request 1

=== more by default
--- request
GET /several?calls=wide~host=a,wide~host=b,wide~host=b,wide~host=a,wide
--- response_body
/wide from 127.0.0.1, request 1
/wide from 127.0.0.1, request 1
/wide from 127.0.0.1, request 2
/wide from 127.0.0.1, request 2
/wide from 127.0.0.1, request 1

=== the host is the name that TLS asks for
--- request
GET /tls?host=one.test:443
--- response_body
https one.test, request 1

=== proxy_ssl_name goes before it
--- request
GET /named?host=one.test
--- response_body
https own.test, request 1

=== TLS switched off, and on
--- request
GET /several?calls=tls~plain=1,tls~plain=0
--- response_body
/tls from 127.0.0.1, request 1
https tls, request 1

=== kept connections with TLS and without are two things
--- request
GET /several?calls=tls~keep=1!host=x,tls~keep=1!host=x,tls~keep=1!host=x!plain=1,tls~keep=1!host=y
--- response_body
https x, request 1
https x, request 2
/tls from 127.0.0.1, request 1
https y, request 1

=== TLS where the location has none
--- request
GET /http?plain=0
--- error_code: 500
--- error_log
TLS to an upstream needs a proxy_pass that says https:// while SSL handshaking to upstream

=== Lua alone, and it names no peer
--- request
GET /silent
--- error_code: 500
--- error_log
[error]
lua balancer: no peer set while connecting to upstream

=== in other phases
--- request
GET /outside
--- response_body
nil no upstream found
nil no upstream found
nil no upstream found

=== balancer_keepalive 0
--- http_config
upstream u { server 127.0.0.1:1; balancer_keepalive 0; }
--- must_die
--- error_log
[emerg]
invalid value "0" in "balancer_keepalive" directive in $TEST_NGINX_CONF:$LINE[upstream u]

=== balancer_keepalive twice
--- http_config
upstream u { server 127.0.0.1:1; balancer_keepalive 1; balancer_keepalive 2; }
--- must_die
--- error_log
[emerg]
"balancer_keepalive" directive is duplicate in $TEST_NGINX_CONF:$LINE[upstream u]
